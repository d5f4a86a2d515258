"""What the formulas of keys promise, whatever is granted: on the oracle, and on the engine in a store.

That engine and oracle agree on every world is a law of its own (test_authz_laws.py); here
the model is held to its invariants, and the engine to those that compare two worlds.
"""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imagining import (
    HOURS,
    PEOPLE,
    THINGS,
    actor_of,
    credentials,
    direct,
    hours,
    lent,
    moment,
    windows,
    worlds,
    write,
)
from oracle import LEVEL, ROLE_CAP, Credential, Given, Imagined, Window
from stores import ORIGIN, SYSTEM, Store, on_one_engine
from world import RULES, Person, World

from gatepost_server.authn import still_good
from gatepost_server.authz import policy, subject_for
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import effective
from gatepost_server.authz.service.asking import reader_of
from gatepost_server.instance import change_policies
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import Denied
from gatepost_server.keys import ExpiryChoice, KeyFact, issue_personal_key, key_by_id
from gatepost_server.keys.allowlist import is_covered
from gatepost_server.store import Tx, micros, raw_reader

pure = settings(max_examples=60, deadline=None)
stored = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
things = st.sampled_from(sorted(THINGS))
of_own = st.sampled_from(["project", "global"])


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


def _sponsored(kind: str, sponsor: str, cap: int = 4) -> Credential:
    is_project = kind == "project"
    reach = frozenset({"prj_a"}) if is_project else None
    return Credential(kind, "key_a" if is_project else "key_b", cap, sponsor, reach)


def _engine(store: Store, world: Imagined, hour: int, how: Credential) -> dict[str, set[str]]:
    """Return what the engine says that a credential holds, by thing."""
    found: dict[str, set[str]] = {}
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        found |= {thing: _held(tx, how, thing) for thing in THINGS}
        raise _Undo
    return found


def _held(tx: Tx, how: Credential, thing_id: str) -> set[str]:
    reader = reader_of(tx)
    subject, node = subject_for(reader, actor_of(how)), load_node(reader, thing_id)
    assert node is not None
    facts = load_facts(reader, subject, node, micros(tx.now))
    return set(policy.names(effective(subject, node, facts)))


@pure
@given(worlds(), hours, things, lent)
def test_i1_what_is_lent_is_within_what_it_starts_from(
    world: Imagined, hour: int, thing: str, how: Credential
) -> None:
    if how.kind not in ("creator", "visitor", "run"):
        return
    start = how.behind or Credential("session", how.who)
    assert world.by(how, thing, hour) <= world.by(start, thing, hour)


@pure
@given(worlds(), hours, things, st.sampled_from(PEOPLE))
def test_i2_a_personal_key_without_options_is_its_person(
    world: Imagined, hour: int, thing: str, who: str
) -> None:
    assert world.by(Credential("personal", who), thing, hour) == world.by(
        Credential("session", who), thing, hour
    )


@pure
@given(worlds(), hours, st.sampled_from(PEOPLE))
def test_i3_a_project_key_holds_nothing_outside_its_project(world: Imagined, hour: int, who: str) -> None:
    key = _sponsored("project", who)
    for thing in (*THINGS.values(), *world.things.values()):
        if "prj_a" not in (thing.id, thing.parent):
            assert world.by(key, thing.id, hour) == set()


@pure
@given(worlds(), hours, things, st.sampled_from(PEOPLE), of_own, st.sampled_from([4, 5]))
def test_i4_a_key_of_its_own_stays_within_its_sponsor(
    world: Imagined, hour: int, thing: str, who: str, kind: str, cap: int
) -> None:
    assert world.by(_sponsored(kind, who, cap), thing, hour) <= world.rights(who, 5, thing, hour)


@pure
@given(worlds(), hours, things, credentials, st.data())
def test_i5_taking_anything_away_gives_nobody_anything(
    world: Imagined, hour: int, thing: str, how: Credential, data: st.DataObject
) -> None:
    before = world.by(how, thing, hour)
    for fewer in _lesser(world, hour, data):
        assert fewer.by(how, thing, hour) <= before
    lower = replace(how, cap=data.draw(st.integers(0, how.cap)))
    if how.kind != "global":  # whose cap says which kind of key it is
        assert world.by(lower, thing, hour) <= before


def _lesser(world: Imagined, hour: int, data: st.DataObject) -> list[Imagined]:
    """Return the world with a grant, a membership, an exposure less, ended, or a person weaker."""
    less = []
    for name in ("grants", "memberships", "exposures"):
        there = getattr(world, name)
        if there:
            gone = data.draw(st.integers(0, len(there) - 1))
            rest = [*there[:gone], *there[gone + 1 :]]
            ended = there[gone]._replace(window=Window(there[gone].window.start, hour))
            for left in (rest, [*rest, ended]):
                less.append(replace(world))
                setattr(less[-1], name, left)
    who = data.draw(st.sampled_from(PEOPLE))
    weaker = [role for role in ROLE_CAP if ROLE_CAP[role] <= ROLE_CAP[world.people[who].role]]
    changes = (
        world.people[who]._replace(is_active=False),
        world.people[who]._replace(role=data.draw(st.sampled_from(weaker))),
    )
    return [*less, *(replace(world, people={**world.people, who: one}) for one in changes)]


@pure
@given(worlds(), hours, things, st.sampled_from(PEOPLE), st.sampled_from(["creator", "visitor", "run"]))
def test_i6_each_level_holds_what_the_one_below_holds_and_none_holds_nothing(
    world: Imagined, hour: int, thing: str, who: str, kind: str
) -> None:
    levels = [world.by(Credential(kind, who, cap), thing, hour) for cap in range(4)]
    assert levels[0] == set()
    assert all(low <= high for low, high in pairwise(levels))


@pure
@given(worlds(), hours, things, credentials)
def test_i7_what_is_held_is_closed(world: Imagined, hour: int, thing: str, how: Credential) -> None:
    held = world.by(how, thing, hour)
    restricted = world.things[thing].is_restricted  # where USE is taken out of what implies it
    assert restricted or set(policy.names(policy.closure(policy.mask(held)))) == held


@pure
@given(worlds(), hours, things, lent)
def test_i8_lent_credentials_never_share_or_own(
    world: Imagined, hour: int, thing: str, how: Credential
) -> None:
    assert all(LEVEL.get(atom, 1) < 4 for atom in world.by(how, thing, hour))


@pure
@given(worlds(), hours, things, st.sampled_from(PEOPLE), st.sets(things, min_size=1, max_size=3))
def test_i9_a_visitor_key_stays_within_the_visitor_and_the_apps_selectors(
    world: Imagined, hour: int, thing: str, who: str, chosen: set[str]
) -> None:
    held = world.by(Credential("visitor", who, 3, reach=frozenset(chosen)), thing, hour)
    assert held <= world.rights(who, 5, thing, hour)
    assert not held or chosen & {thing, world.things[thing].parent}


@pure
@given(worlds(), windows, things, st.sampled_from(PEOPLE))
def test_i11_a_window_holds_its_begin_and_not_its_end(
    world: Imagined, window: Window, thing: str, who: str
) -> None:
    alone = replace(world, grants=[Given(who, thing, frozenset({"LIST"}), window)], exposures=[])
    alone.people[who] = alone.people[who]._replace(role="viewer", is_active=True)
    held = [bool(alone.rights(who, 5, thing, hour)) for hour in range(2 * HOURS + 2)]
    end = len(held) if window.end is None else window.end
    assert held == [window.start <= hour < end for hour in range(len(held))]


@pure
@given(worlds(), hours, things)
def test_i14_a_guest_lists_and_uses_one_app(world: Imagined, hour: int, thing: str) -> None:
    held = world.by(Credential("guest", "gst_a", 1, reach=frozenset({"app_a"})), thing, hour)
    assert held == ({"LIST", "USE"} if thing == "app_a" else set())


@pure
@given(worlds(), hours, things, st.sampled_from(PEOPLE), direct)
def test_i20_of_the_deactivated_nothing_holds_anything(
    world: Imagined, hour: int, thing: str, who: str, behind: Credential
) -> None:
    gone = replace(world, people={**world.people, who: world.people[who]._replace(is_active=False)})
    for how in (
        *(Credential(kind, who) for kind in ("session", "personal", "creator", "visitor", "run")),
        *(_sponsored(kind, who, 5) for kind in ("project", "global")),
    ):
        assert gone.by(how, thing, hour) == set()
        assert gone.by(Credential("visitor", who, 3, behind=how), thing, hour) == set()
    if who in (behind.who, behind.sponsor):
        assert gone.by(behind, thing, hour) == set()


@pure
@given(worlds(), hours, credentials)
def test_i21_nothing_but_what_was_given_on_it_opens_a_credential(
    world: Imagined, hour: int, how: Credential
) -> None:
    ungiven = replace(world, grants=[one for one in world.grants if one.at != "crd_a"])
    assert ungiven.by(how, "crd_a", hour) <= {"LIST", "DELETE"}


@on_one_engine
@stored
@given(worlds(), hours, credentials, st.randoms(use_true_random=False))
def test_i19_the_order_of_what_was_given_says_nothing(
    store: Store, world: Imagined, hour: int, how: Credential, chance: Random
) -> None:
    shuffled = replace(world)
    for name in ("grants", "memberships", "exposures"):
        there = list(getattr(world, name))
        chance.shuffle(there)
        setattr(shuffled, name, there)
    assert _engine(store, shuffled, hour, how) == _engine(store, world, hour, how)


@on_one_engine
@stored
@given(worlds(), hours, credentials, st.data())
def test_i5_the_engine_too_gives_nothing_when_something_goes(
    store: Store, world: Imagined, hour: int, how: Credential, data: st.DataObject
) -> None:
    before = _engine(store, world, hour, how)
    fewer = data.draw(st.sampled_from(_lesser(world, hour, data)))
    after = _engine(store, fewer, hour, how)
    assert all(after[thing] <= before[thing] for thing in THINGS)


@on_one_engine
@stored
@given(worlds(), hours, st.sampled_from(PEOPLE))
def test_i20_the_engine_too_leaves_nothing_to_the_deactivated(
    store: Store, world: Imagined, hour: int, who: str
) -> None:
    gone = replace(world, people={**world.people, who: world.people[who]._replace(is_active=False)})
    for how in (
        Credential("session", who),
        Credential("creator", who, 3),
        Credential("visitor", who, 3, behind=_sponsored("project", who)),
        _sponsored("project", who),
        _sponsored("global", who, 5),
    ):
        assert set().union(*_engine(store, gone, hour, how).values()) == set()


addresses = st.sampled_from(["", "10.0.0.0/24", "10.0.0.7", "10.0.0.0/24;2001:db8::/32", "10.0.0.0/16"])
roles = st.sampled_from([None, "viewer", "publisher", "administrator"])
ends = st.sampled_from(
    [ExpiryChoice(), *(ExpiryChoice(True, at) for at in (None, moment(24), moment(48), moment(2400)))]
)


@pytest.fixture
def boss(world: World) -> Person:
    """An administrator, on a server where keys may make keys."""
    root = world.person("boss", "administrator")
    with world.begin(root) as tx:
        change_policies(tx, {"keys_may_create_keys": "own"})
    return root


@on_one_engine
@stored
@given(st.lists(st.tuples(roles, ends, addresses), min_size=2, max_size=4))
def test_what_a_key_makes_stays_within_it_however_often(
    world: World, boss: Person, wishes: list[tuple[str | None, ExpiryChoice, str]]
) -> None:
    world.store.clock.at = moment(0)
    maker: KeyFact | None = None
    for role, end, listed in wishes:
        try:
            made = _made(world, boss.actor if maker is None else _acting(world, maker), role, end, listed)
        except Denied:
            assert maker is not None, "a person makes what they like"
            continue
        assert made.owner_id == boss.id
        assert maker is None or _is_within(made, maker)
        maker = made


def _made(world: World, who: Actor, role: str | None, end: ExpiryChoice, listed: str) -> KeyFact:
    with world.begin(who) as tx:
        issued = issue_personal_key(
            tx, world.peppers, RULES, name="x", expiry=end, role=role, ip_allowlist=listed
        )
    with raw_reader(world.store.engine) as reader:
        fact = key_by_id(reader, issued.key.id)
    assert fact is not None
    return fact


def _acting(world: World, key: KeyFact) -> Actor:
    with raw_reader(world.store.engine) as reader:
        return still_good(reader, key.id, ip="10.0.0.7", now=world.now).actor


def _is_within(made: KeyFact, maker: KeyFact) -> bool:
    is_covered_too = not maker.ip_allowlist or is_covered(
        made.ip_allowlist or "0.0.0.0/0", maker.ip_allowlist
    )
    is_no_higher = maker.cap is None or (made.cap is not None and made.cap <= maker.cap)
    return is_covered_too and is_no_higher and made.expires_at <= maker.expires_at
