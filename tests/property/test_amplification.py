"""No amplification (I10): whatever several people give each other, in any order and by any way.

Roles, general access, exposures, memberships and what keys are endowed with are all asked
for through their use-cases; what was let through is then read back from the store.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import HOURS, PEOPLE, ROOTS, SETS, THINGS, hours, moment, worlds, write
from oracle import Imagined
from oracle_values import Exposed, Given, Membership, Person, Thing, Window
from sqlalchemy import select
from stores import ORIGIN, SYSTEM, Store, on_one_engine

from gatepost_server.authz import (
    ORGANIZATION,
    WantedGrant,
    add_member,
    endow,
    expose,
    give_role,
    policy,
    require_held,
    set_access,
    set_grants,
)
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.authz.tables import ExposureRow, GrantRow, MembershipRow
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import Tx

GROUPS = {name: Thing(name, "group", ORGANIZATION) for name in SETS}
Law = Callable[..., None]
_ROLES, _PROJECT_ROLES = ["consumer", "editor", "owner"], ["viewer", "contributor", "admin"]


@dataclass(frozen=True)
class Step:
    """Something that somebody tries: in which way, on what, for whom, until when."""

    actor: str
    way: str
    on: str
    to: str
    role: str
    atoms: frozenset[str]
    until: int | None


_ON = {
    "give": ["app_a", "app_c", "dts_a", "prj_a", "prj_b"],
    "add": SETS,
    "expose": ["dts_a", "dts_b"],
    "open": ["app_a", "app_c"],
    "replace": ["prj_a", "dts_a"],
    "endow": ["prj_a", "dts_a"],
}


@st.composite
def steps(draw: st.DrawFn) -> Step:
    """Something that fits what it is about, so that rights alone decide."""
    way = draw(st.sampled_from(["give", "give", "give", "add", "add", "expose", "open", "replace", "endow"]))
    on = draw(st.sampled_from(_ON[way]))
    role = draw(st.sampled_from(_PROJECT_ROLES if on.startswith("prj") else _ROLES))
    atoms = st.frozensets(st.sampled_from(["READ_DATA", "WRITE_DATA", "USE", "SHARE"]), min_size=1)
    return Step(
        draw(st.sampled_from(PEOPLE)), way, on, draw(st.sampled_from([*PEOPLE, *SETS])), role, draw(atoms),
        draw(st.none() | st.integers(HOURS + 1, 2 * HOURS)),
    )  # fmt: skip


@st.composite
def worlds_with_owners(draw: st.DrawFn) -> Imagined:
    """Worlds in which much can be given: publishers hold things, some for a time, in few grants."""
    world = draw(worlds())
    people = {one: replace(person, role="publisher", is_active=True) for one, person in world.people.items()}
    held = {"prj_a": ["ADMIN"], "prj_b": ["ADMIN"], "app_a": ["OWN", "SHARE"], "dts_a": ["OWN", "SHARE"]}
    held |= {name: ["OWN", "SHARE"] for name in SETS}
    ends = st.none() | st.integers(HOURS, 2 * HOURS)
    given_now = [
        Given(
            draw(st.sampled_from(PEOPLE)), where, frozenset({draw(st.sampled_from(atoms))}),
            Window(0, draw(ends)),
        )
        for where, atoms in held.items()
    ]  # fmt: skip
    return replace(world, people=people, things=world.things | GROUPS, grants=[*world.grants[:3], *given_now])


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@contextmanager
def _begun(store: Store, world: Imagined, hour: int) -> Iterator[Tx]:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        yield tx
        raise _Undo


def _take(tx: Tx, step: Step) -> bool:
    """Let somebody try a step; return whether it was let through."""
    tx.actor = Actor(ActorKind.SESSION, step.actor, step.actor, cap=5, confirmed_at=tx.now)
    forget_subject(tx)
    until = None if step.until is None else moment(step.until)
    before = tx.session.begin_nested()
    try:
        if step.way == "give":
            give_role(tx, step.on, step.to, step.role, until=until)
        elif step.way == "add":
            add_member(tx, step.on, step.to, until=until)
        elif step.way == "expose":
            expose(tx, step.on, "prj_b" if step.on == "dts_a" else "prj_a", until=until)
        elif step.way == "open":
            set_access(tx, step.on, "anyone", "anyone")
        elif step.way == "replace":
            set_grants(tx, step.on, [WantedGrant(step.to, policy.mask(step.atoms), until=until)])
        else:
            wanted = {step.on: policy.mask(step.atoms)}
            require_held(tx, wanted)
            endow(tx, "key_a", wanted)
        tx.session.flush()
    except GatepostError:
        before.rollback()
        return False
    before.commit()
    return True


def _read(tx: Tx, world: Imagined) -> Imagined:
    """Return the world as the store has it now."""
    grants = [
        Given(row.who_id, row.node_id, frozenset(policy.names(row.atoms)), _window(row))
        for row in tx.session.scalars(select(GrantRow))
        if row.node_id in world.things
    ]
    members = [
        Membership(row.member_id, row.set_id, _window(row))
        for row in tx.session.scalars(select(MembershipRow))
    ]
    exposures = [
        Exposed(row.dataset_id, row.project_id, frozenset(policy.names(row.mask)), _window(row))
        for row in tx.session.scalars(select(ExposureRow))
    ]
    return replace(world, grants=grants, memberships=members, exposures=exposures)


def _window(row: GrantRow | MembershipRow | ExposureRow) -> Window:
    start = moment(0)
    end = None if row.until_at is None else int((row.until_at - start).total_seconds()) // 3600
    return Window(int((row.from_at - start).total_seconds()) // 3600, end)


FOR_GOOD, _SOON = Window(0, None), 5
_FOR_A_TIME = Window(0, _SOON)


def _world(
    *grants: tuple[str, str, str, Window],
    members: tuple[tuple[str, str, Window], ...] = (),
    exposures: tuple[Exposed, ...] = (),
) -> Imagined:
    """Three publishers and what is written: who holds which atoms where and when."""
    return Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        things=ROOTS | THINGS | GROUPS,
        grants=[Given(who, at, frozenset(atoms.split()), when) for who, at, atoms, when in grants],
        memberships=[Membership(*one) for one in members],
        exposures=list(exposures),
    )


def _try(way: str, on: str, until: int | None, role: str = "consumer") -> Step:
    """Let usr_a try something for usr_b."""
    return Step("usr_a", way, on, "usr_b", role, frozenset({"READ_DATA"}), until)


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
            exposures=(Exposed("dts_a", "prj_b", _READS, _FOR_A_TIME),),
        ),
        _try("give", "dts_a", None),
    ),
}  # fmt: skip
"""Who tries for good what they do not hold, or hold until _SOON: named by what is wrong with it."""
_FOR_NO_TIME = {one for one in TOO_MUCH if "holds more" in one or "not read" in one or "without" in one}


def too_much(law: Law) -> Law:
    """Ask a law about each of TOO_MUCH, before anything random."""
    for world, step in TOO_MUCH.values():
        law = example(world, 0, [step])(law)
    return law


@on_one_engine
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds_with_owners(), hours, st.lists(steps(), min_size=2, max_size=8))
@too_much
def test_nobody_gains_what_none_of_the_givers_held(
    store: Store, world: Imagined, hour: int, tried: list[Step]
) -> None:
    with _begun(store, world, hour) as tx:
        givers = {step.actor for step in tried if _take(tx, step)}
        after = _read(tx, world)
    for at in range(hour, 2 * HOURS + 2):
        for thing in (*THINGS, *GROUPS):
            held = [world.rights(giver, 5, thing, at) for giver in givers]
            for other in (None, *PEOPLE):
                gained = after.rights(other, 5, thing, at) - world.rights(other, 5, thing, at)
                assert gained <= set().union(*held), (other, thing, at)


@on_one_engine
@pytest.mark.parametrize("wrong", TOO_MUCH)
def test_what_is_too_much_is_refused_and_let_through_for_as_long_as_it_is_held(
    store: Store, wrong: str
) -> None:
    world, step = TOO_MUCH[wrong]
    in_time, too_late = replace(step, until=_SOON), replace(step, until=_SOON + 1)
    with _begun(store, world, 0) as tx:
        assert not _take(tx, step)
        assert not _take(tx, too_late)
        assert _take(tx, in_time) is (wrong not in _FOR_NO_TIME)


@on_one_engine
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
    tried = [Step("usr_a", way, on, "usr_b", "viewer", some, None) for way, on in ways.items()]
    with _begun(store, world, 0) as tx:
        taken = {step.way: _take(tx, step) for step in tried}
    assert taken == {**dict.fromkeys(ways, True), "replace": False}, "the last administrator stays"
