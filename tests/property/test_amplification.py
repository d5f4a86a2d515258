"""No amplification (I10): whatever people and keys give to people, in any order and by any way.

Roles, general access, exposures, memberships and what keys are endowed with are all asked
for through their use-cases; what was let through is then read back from the store.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from giving import GROUPS, Step, begun, endowed, held_by, read, steps, take, worlds_with_owners
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import HOURS, PEOPLE, ROOTS, THINGS, hours, member
from oracle import Credential, Given, Imagined, Person, Window
from stores import Store

Law = Callable[..., None]

FOR_GOOD, _SOON = Window(0, None), 5
_FOR_A_TIME = Window(0, _SOON)


def _world(
    *grants: tuple[str, str, str, Window],
    members: tuple[tuple[str, str, Window], ...] = (),
    exposures: tuple[Given, ...] = (),
) -> Imagined:
    """Three publishers and what is written: who holds which atoms where and when."""
    return Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        things=ROOTS | THINGS | GROUPS,
        grants=[Given(who, at, frozenset(atoms.split()), when) for who, at, atoms, when in grants],
        memberships=[member(*one) for one in members],
        exposures=list(exposures),
    )


def _try(way: str, on: str, until: int | None, role: str = "consumer") -> Step:
    """Let usr_a try something for usr_b."""
    return Step(Credential("session", "usr_a"), way, on, "usr_b", role, frozenset({"READ_DATA"}), until)


_OWNS_IT = ("usr_a", "grp_a", "OWN", FOR_GOOD)
_OPENS = ("grp_a", "app_a", "USE", FOR_GOOD)
_RECEIVES = [("usr_a", "prj_b", "ADMIN", FOR_GOOD), ("usr_b", "prj_b", "READ_DATA", FOR_GOOD)]
_READS = frozenset({"READ_DATA", "READ_METADATA", "READ_SCHEMA"})
TOO_MUCH = {
    "owns the group for a time": (
        _world(("usr_a", "grp_a", "OWN", _FOR_A_TIME), ("usr_a", "app_a", "OWN", _FOR_A_TIME), _OPENS),
        _try("add", "grp_a", None),
    ),
    "holds for a time what the group holds for good": (
        _world(_OWNS_IT, ("usr_a", "app_a", "OWN", _FOR_A_TIME), _OPENS), _try("add", "grp_a", None),
    ),
    "adds to a group that holds more": (
        _world(_OWNS_IT, ("usr_a", "prj_a", "READ_CONF", FOR_GOOD), ("grp_a", "prj_a", "ADMIN", FOR_GOOD)),
        _try("add", "grp_a", None),
    ),
    "adds to a group that will hold more": (
        _world(_OWNS_IT, ("grp_a", "prj_a", "ADMIN", Window(_SOON, None))), _try("add", "grp_a", None),
    ),
    "adds to a group in a group that holds more": (
        _world(_OWNS_IT, ("grp_b", "prj_a", "ADMIN", FOR_GOOD), members=(("grp_a", "grp_b", FOR_GOOD),)),
        _try("add", "grp_a", None),
    ),
    "adds to what the group holds without sharing it": (
        _world(_OWNS_IT, ("usr_a", "app_a", "USE", FOR_GOOD), _OPENS), _try("add", "grp_a", None),
    ),
    "exposes for longer than they administer": (
        _world(("usr_a", "prj_a", "ADMIN", _FOR_A_TIME), *_RECEIVES), _try("expose", "dts_a", None),
    ),
    "exposes for longer than they read": (
        _world(
            ("usr_a", "prj_a", "MANAGE_EXPOSED_ELEMENTS", FOR_GOOD),
            ("usr_a", "dts_a", "READ_DATA READ_METADATA", _FOR_A_TIME), *_RECEIVES,
        ),
        _try("expose", "dts_a", None),
    ),
    "exposes for longer than they manage what is exposed": (
        _world(
            ("usr_a", "prj_a", "MANAGE_EXPOSED_ELEMENTS", _FOR_A_TIME),
            ("usr_a", "dts_a", "READ_DATA READ_METADATA READ_SCHEMA", FOR_GOOD), *_RECEIVES,
        ),
        _try("expose", "dts_a", None),
    ),
    "exposes what they do not read": (
        _world(("usr_a", "prj_a", "MANAGE_EXPOSED_ELEMENTS", FOR_GOOD), *_RECEIVES),
        _try("expose", "dts_a", None),
    ),
    "owns through a group for a time": (
        _world(("grp_a", "app_a", "OWN", FOR_GOOD), members=(("usr_a", "grp_a", _FOR_A_TIME),)),
        _try("give", "app_a", None),
    ),
    "owns through groups of which the first is for a time": (
        _world(
            ("grp_b", "app_a", "OWN", FOR_GOOD),
            members=(("usr_a", "grp_a", _FOR_A_TIME), ("grp_a", "grp_b", FOR_GOOD)),
        ),
        _try("give", "app_a", None),
    ),
    "owns through groups of which the second is for a time": (
        _world(
            ("grp_b", "app_a", "OWN", FOR_GOOD),
            members=(("usr_a", "grp_a", FOR_GOOD), ("grp_a", "grp_b", _FOR_A_TIME)),
        ),
        _try("give", "app_a", None),
    ),
    "reads over an exposure for a time": (
        _world(
            ("usr_a", "dts_a", "SHARE", FOR_GOOD), ("usr_a", "prj_b", "READ_DATA READ_METADATA", FOR_GOOD),
            exposures=(Given("dts_a", "prj_b", _READS, _FOR_A_TIME),),
        ),
        _try("give", "dts_a", None),
    ),
    "endows a key, which a group answers for, with more than they administer for good": (
        _world(("usr_a", "prj_a", "ADMIN", _FOR_A_TIME), ("grp_a", "prj_a", "ADMIN", FOR_GOOD)),
        replace(_try("endow", "prj_a", None), to="grp_a"),
    ),
}  # fmt: skip
"""Who tries for good what they do not hold, or hold until _SOON: named by what is wrong with it."""
_FOR_NO_TIME = {one for one in TOO_MUCH if "holds more" in one or "not read" in one or "without" in one}


def _with_keys(*grants: tuple[str, str, str]) -> Imagined:
    """Two keys that administer prj_b, to which dts_a and dts_b are exposed; and *grants*."""
    mine = [(key, "prj_b", "ADMIN", FOR_GOOD) for key in ("usr_a", "usr_c", "key_a", "key_b")]
    shown = tuple(Given(one, "prj_b", _READS, FOR_GOOD) for one in ("dts_a", "dts_b"))
    world = _world(*mine, *((*one, FOR_GOOD) for one in grants), exposures=shown)
    return replace(world, people=world.people | {"usr_c": Person("usr_c", "administrator", is_active=True)})


_PROJECT_KEY = Credential("project", "key_a", 4, "usr_a", frozenset({"prj_b"}))
_GLOBAL_KEY = Credential("global", "key_b", 4, "usr_c")
_NARROW_KEY = Credential("personal", "usr_a", reach=frozenset({"prj_b"}))
_READER = [("key_b", one, "READ_DATA READ_METADATA") for one in ("dts_a", "dts_b")]
_ASSOCIATED = ("usr_a", "dts_a", "READ_DATA READ_METADATA")
_KEEPS = [("key_b", "grp_a", "OWN"), ("grp_a", "prj_b", "READ_DATA")]


def _by(key: Credential, way: str, on: str, run_as: str | None = None) -> Step:
    return Step(key, way, on, "usr_b", "viewer", frozenset({"READ_DATA"}), None, run_as)


HANDED_ON = {
    "a project key gives a role": (_with_keys(), _by(_PROJECT_KEY, "give", "prj_b")),
    "a personal key for one project gives a role": (_with_keys(), _by(_NARROW_KEY, "give", "prj_b")),
    "a global key gives a role": (_with_keys(), _by(_GLOBAL_KEY, "give", "prj_b")),
    "a global key that reads one of two": (_with_keys(_READER[1]), _by(_GLOBAL_KEY, "give", "prj_b")),
    "a global key without an associated user": (_with_keys(*_READER), _by(_GLOBAL_KEY, "give", "prj_b")),
    "an associated user who reads nothing": (
        _with_keys(*_READER), _by(_GLOBAL_KEY, "give", "prj_b", "usr_b"),
    ),
    "a global key adds to a group": (_with_keys(*_KEEPS), _by(_GLOBAL_KEY, "add", "grp_a")),
}  # fmt: skip
"""Keys that would hand on what is exposed, which they do not hold; dts_a is read on behalf of persons."""


def too_much(law: Law) -> Law:
    """Ask a law about each of TOO_MUCH and of HANDED_ON, before anything random."""
    for world, step in (*TOO_MUCH.values(), *HANDED_ON.values()):
        law = example(world, 0, [step])(law)
    return law


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds_with_owners(), hours, st.lists(steps(), min_size=2, max_size=8))
@too_much
def test_nobody_gains_what_none_of_the_givers_held(
    store: Store, world: Imagined, hour: int, tried: list[Step]
) -> None:
    with begun(store, world, hour) as tx:
        taken = [step for step in tried if take(tx, step)]
        after = read(tx, world)
    givers, key = {(step.by, step.run_as) for step in taken}, endowed(taken)
    for at in range(hour, 2 * HOURS + 2):
        for thing in (*THINGS, *GROUPS):
            held = [held_by(world, giver, run_as, thing, at) for giver, run_as in givers]
            for other in (None, *PEOPLE):
                gained = after.rights(other, 5, thing, at) - world.rights(other, 5, thing, at)
                assert gained <= set().union(*held), (other, thing, at)
            if key is not None and (key[1] is None or at < key[1]):
                gained = after.by(key[0], thing, at) - world.by(key[0], thing, at)
                assert gained <= set().union(*held), (key, thing, at)


@pytest.mark.parametrize("wrong", TOO_MUCH)
def test_what_is_too_much_is_refused_and_let_through_for_as_long_as_it_is_held(
    store: Store, wrong: str
) -> None:
    world, step = TOO_MUCH[wrong]
    in_time, too_late = replace(step, until=_SOON), replace(step, until=_SOON + 1)
    with begun(store, world, 0) as tx:
        assert not take(tx, step)
        assert not take(tx, too_late)
        assert take(tx, in_time) is (wrong not in _FOR_NO_TIME)


@pytest.mark.parametrize("wrong", HANDED_ON)
def test_no_key_hands_on_what_is_exposed_and_it_does_not_hold(store: Store, wrong: str) -> None:
    world, step = HANDED_ON[wrong]
    with begun(store, replace(world, exposures=[]), 0) as tx:
        assert take(tx, step)
    with begun(store, world, 0) as tx:
        assert not take(tx, step)


def test_a_key_hands_on_what_it_and_its_associated_user_hold(store: Store) -> None:
    world = _with_keys(*_READER, *_KEEPS, _ASSOCIATED)
    with begun(store, world, 0) as tx:
        for way, on in (("add", "grp_a"), ("give", "prj_b")):
            assert take(tx, _by(_GLOBAL_KEY, way, on, "usr_a")), way


def test_steps_are_let_through_so_that_the_law_is_asked_something(store: Store) -> None:
    owned = {"prj_a": "ADMIN", "prj_b": "ADMIN", "grp_a": "OWN"}
    world = Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        things=ROOTS | THINGS | GROUPS,
        grants=[Given("usr_a", at, frozenset({atom}), Window(0, None)) for at, atom in owned.items()],
    )
    ways = {"give": "prj_a", "add": "grp_a", "expose": "dts_a", "open": "app_c", "endow": "prj_a"}
    ways["replace"] = "prj_b"
    some = frozenset({"READ_DATA"})
    usr_a = Credential("session", "usr_a")
    tried = [Step(usr_a, way, on, "usr_b", "viewer", some, None) for way, on in ways.items()]
    with begun(store, world, 0) as tx:
        taken = {step.way: take(tx, step) for step in tried}
    assert taken == {**dict.fromkeys(ways, True), "replace": False}, "the last administrator stays"
