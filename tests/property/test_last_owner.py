"""Nothing is left without somebody who owns it for good (I13), whoever takes back what, in any order."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, SETS, THINGS, hours, member, moment, worlds, write
from oracle import Given, Imagined, Person, Thing, Window
from sqlalchemy import select
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz import ORGANIZATION, remove_member, take_back
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.authz.tables import GrantRow, MembershipRow
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import Tx

GROUPS = {name: Thing(name, "group", ORGANIZATION) for name in SETS}
OWNED = ["app_a", "prj_a", *SETS]
FOR_GOOD = Window(0, None)
OWN = {"prj_a": "ADMIN"}


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


def _given(who: str, at: str) -> Given:
    return Given(who, at, frozenset({OWN.get(at, "OWN")}), FOR_GOOD)


def _owned(*grants: Given, members: tuple[str, ...] = ()) -> Imagined:
    return Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        things=ROOTS | THINGS | GROUPS,
        grants=list(grants),
        memberships=[member(one, "grp_a", FOR_GOOD) for one in members],
    )


@st.composite
def owned_worlds(draw: st.DrawFn) -> Imagined:
    """Random worlds in which people and sets own things for good besides."""
    world = draw(worlds())
    holders = st.sampled_from([*PEOPLE, *SETS])
    more = [_given(draw(holders), at) for at in OWNED for _ in range(draw(st.integers(0, 2)))]
    members = draw(st.lists(st.builds(member, st.sampled_from(PEOPLE), st.sampled_from(SETS),
                                      st.just(FOR_GOOD)), max_size=3))  # fmt: skip
    return replace(
        world,
        things=world.things | GROUPS,
        grants=[*world.grants[:4], *more],
        memberships=[*members, *world.memberships[:2]],
    )


def _owners(world: Imagined, at: str, hour: int) -> set[str]:
    """Return who owns a thing by what has begun and does not end."""
    lasting = replace(
        world,
        grants=[one for one in world.grants if one.window.end is None],
        memberships=[one for one in world.memberships if one.window.end is None],
    )
    return {one for one in PEOPLE if OWN.get(at, "OWN") in lasting.rights(one, 5, at, hour)}


def _left(tx: Tx, world: Imagined) -> Imagined:
    grants = set(tx.session.scalars(select(GrantRow.id)))
    members = set(tx.session.scalars(select(MembershipRow.id)))
    return replace(
        world,
        grants=[one for at, one in enumerate(world.grants) if f"grt_{at}" in grants],
        memberships=[one for at, one in enumerate(world.memberships) if f"mem_{at}" in members],
    )


def _taken(tx: Tx, world: Imagined, actor: str, number: int) -> bool:
    """Let somebody take back the grant, or beyond the grants the membership, of that number."""
    tx.actor = Actor(ActorKind.SESSION, actor, actor, cap=5, confirmed_at=tx.now)
    forget_subject(tx)
    before = tx.session.begin_nested()
    try:
        if number < len(world.grants):
            take_back(tx, world.grants[number].at, f"grt_{number}")
        elif number - len(world.grants) < len(world.memberships):
            one = world.memberships[number - len(world.grants)]
            remove_member(tx, one.at, one.who)
        tx.session.flush()
    except GatepostError:
        before.rollback()
        return False
    before.commit()
    return True


TRIES = st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 18)), min_size=1, max_size=8)
_BY_A_SET = _owned(_given("grp_a", "app_a"), _given("usr_b", "app_a"), _given("usr_b", "grp_a"),
                   members=("usr_a", "usr_b"))  # fmt: skip

_BY_A_SET_ALONE = _owned(_given("grp_a", "app_a"), _given("usr_b", "grp_a"), members=("usr_a", "usr_b"))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(owned_worlds(), hours, TRIES)
@example(_owned(_given("usr_a", "app_a")), 0, [("usr_a", 0)])
@example(_owned(_given("usr_a", "app_a"), _given("usr_b", "app_a")), 0, [("usr_a", 1), ("usr_a", 0)])
@example(_BY_A_SET_ALONE, 0, [("usr_b", 2), ("usr_b", 3)])
@example(_BY_A_SET, 0, [("usr_b", 3), ("usr_b", 4), ("usr_b", 1)])
def test_what_somebody_owns_for_good_keeps_an_owner(
    store: Store, world: Imagined, hour: int, tries: list[tuple[str, int]]
) -> None:
    store.clock.at = moment(hour)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world, sets=SETS)
        for actor, number in tries:
            if f"grt_{number}" in set(tx.session.scalars(select(GrantRow.id))) or number >= len(world.grants):
                _taken(tx, world, actor, number)
        after = _left(tx, world)
        raise _Undo
    for at in OWNED:
        assert _owners(after, at, hour) or not _owners(world, at, hour), at


def test_owners_are_taken_away_so_that_the_law_is_asked_something(store: Store) -> None:
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, _BY_A_SET)
        assert [_taken(tx, _BY_A_SET, "usr_b", number) for number in (3, 4, 0)] == [True, True, True]
        assert not _taken(tx, _BY_A_SET, "usr_b", 1), "the last owner stays"
        raise _Undo
