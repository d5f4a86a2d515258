"""Nothing that somebody owns for good is left without an owner (I13), by whatever takes rights away.

test_last_owner.py asks the same of grants and memberships that people take back from each other.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from giving import GROUPS, begun, read
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import PEOPLE, ROOTS, SETS, THINGS, actor_of, hours, member, moment, worlds
from oracle import Credential, Given, Imagined, Person, Window
from sqlalchemy import select
from stores import Store, on_one_engine
from world import RULES

from gatepost_server import identity, keys
from gatepost_server.authz import (
    INSTANCE,
    WantedGrant,
    dissolve,
    policy,
    remove_member,
    set_grants,
    take_back,
    take_back_given_by,
    unexpose,
)
from gatepost_server.authz.service.asking import forget_subject
from gatepost_server.authz.tables import GrantRow, NodeRow, PrincipalRow
from gatepost_server.identity.tables import UserRow
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.keys import Change, ProjectRights, ring_of
from gatepost_server.keys.tables import KeyRow
from gatepost_server.store import Tx

BOSS = "usr_boss"
OWN = {"prj_a": "ADMIN"}
OWNED = ["app_a", "prj_a", *SETS]
FOR_GOOD = Window(0, None)
_ROLES = {1: "viewer", 4: "publisher", 5: "administrator"}
_RING = ring_of("prj_a")
Taking = Callable[[Tx, Any], object]
Step = tuple[str, str, Any]
"""Who tries, in which way, what is taken."""

_A_READER = WantedGrant("usr_b", policy.mask("LIST"), until=None)
_everybody = [*PEOPLE, BOSS]
WAYS: Mapping[str, tuple[list[Any], Taking]] = {
    "a person is deactivated": (_everybody, lambda tx, who: identity.change_user(tx, who, is_active=False)),
    "a person becomes a viewer": (_everybody, lambda tx, who: identity.change_user(tx, who, role="viewer")),
    "a person goes to another organization": (
        PEOPLE, lambda tx, who: identity.change_user(tx, who, organization="Other"),
    ),
    "time goes on": ([1, 3, 6, 12], lambda tx, by: _wait(tx, by)),
    "a grant is taken back": (list(range(12)), lambda tx, at: take_back(tx, *_of_grant(tx, at))),
    "all that somebody gave is taken back": (OWNED, lambda tx, at: take_back_given_by(tx, at, BOSS)),
    "grants are replaced": (["app_a", "prj_a"], lambda tx, at: set_grants(tx, at, [_A_READER])),
    "nobody is granted anything": (["app_a", "prj_a"], lambda tx, at: set_grants(tx, at, [])),
    "a member is removed": (
        [(one, who) for one in SETS for who in (*PEOPLE, *SETS)], lambda tx, pair: remove_member(tx, *pair),
    ),
    "a group is deleted": (SETS, dissolve),
    "an exposure is taken back": ([0, 1], lambda tx, at: unexpose(tx, "prj_a", f"exp_{at}")),
    "a key is deleted": (["key_a"], keys.revoke_any_key),
    "a key is disabled": (
        ["key_a"], lambda tx, key: keys.change_key(tx, RULES, key, Change(is_enabled=False), _RING),
    ),
    "a key loses its rights": (
        ["key_a"], lambda tx, key: keys.set_project_rights(tx, "prj_a", key, ProjectRights()),
    ),
    "a key loses its associated user": (["key_a"], lambda tx, key: keys.set_run_as(tx, key, None, _RING)),
}  # fmt: skip
steps = st.sampled_from(sorted(WAYS)).flatmap(
    lambda way: st.tuples(st.sampled_from([BOSS, BOSS, *PEOPLE]), st.just(way), st.sampled_from(WAYS[way][0]))
)


def _wait(tx: Tx, hours_long: int) -> None:
    tx.now = tx.now + (moment(hours_long) - moment(0))


def _of_grant(tx: Tx, number: int) -> tuple[str, str]:
    found = tx.session.execute(select(GrantRow.node_id, GrantRow.id).where(GrantRow.id == f"grt_{number}"))
    row = found.one_or_none()
    return ("app_zz", "grt_zz") if row is None else (row[0], row[1])


def _given(who: str, at: str) -> Given:
    return Given(who, at, frozenset({OWN.get(at, "OWN")}), FOR_GOOD)


@st.composite
def owned_worlds(draw: st.DrawFn) -> Imagined:
    """Random worlds in which people, sets and a key own things for good, and an administrator looks on."""
    world = draw(worlds())
    holders = st.sampled_from([*PEOPLE, *SETS, "key_a"])
    more = [_given(draw(holders), at) for at in OWNED for _ in range(draw(st.integers(0, 2)))]
    members = st.builds(member, st.sampled_from(PEOPLE), st.sampled_from(SETS), st.just(FOR_GOOD))
    lasting = draw(st.lists(members, max_size=3, unique=True))
    kept = [one for one in world.grants if one.at != INSTANCE][:4]
    return _led(replace(world, grants=[*kept, *more], memberships=[*lasting, *world.memberships[:2]]))


def _led(world: Imagined) -> Imagined:
    people = {**world.people, BOSS: Person(BOSS, "administrator", is_active=True)}
    return replace(world, people=people, things=ROOTS | THINGS | GROUPS)


def _plant(tx: Tx, world: Imagined) -> None:
    tx.session.add_all(
        UserRow(
            id=who, username=who, email="", display_name=who, password_hash=None, must_change_password=False,
            created_at=tx.now,
        )
        for who in world.people
    )  # fmt: skip
    tx.session.add(
        KeyRow(
            id="key_a", kind="project", public_id="a", name="k", description="", prefix="a", last_four="0000",
            owner_id="usr_a", created_by="usr_a", project_id="prj_a", reach=None, run_as_id="usr_b",
            is_run_as_consented=False, cap=4, is_enabled=True, created_at=tx.now, expires_at=None,
        )
    )  # fmt: skip
    tx.session.flush()


def _take(tx: Tx, step: Step) -> bool:
    """Let somebody take something; return whether it was let through."""
    by, way, what = step
    tx.actor = replace(actor_of(Credential("session", by)), confirmed_at=tx.now)
    forget_subject(tx)
    before = tx.session.begin_nested()
    try:
        WAYS[way][1](tx, what)
        tx.session.flush()
    except GatepostError:
        before.rollback()
        return False
    before.commit()
    return True


def _now(tx: Tx, world: Imagined) -> Imagined:
    """Return the world as the store has it, without the groups that were deleted."""
    rows = tx.session.scalars(select(PrincipalRow).where(PrincipalRow.kind == "user")).all()
    people = {row.id: Person(row.id, _ROLES[row.cap], row.is_active, row.org_id or "") for row in rows}
    there = set(tx.session.scalars(select(NodeRow.id)))
    things = {one: thing for one, thing in world.things.items() if one in there}
    return replace(read(tx, replace(world, things=things)), people=people)


def _owned(world: Imagined, hour: int) -> set[str]:
    """Return what somebody owns by what was given to them for good: no server role counts for it."""
    lasting = replace(
        world,
        people={
            who: one._replace(role="viewer" if one.role == "viewer" else "publisher")
            for who, one in world.people.items()
        },
        grants=[one for one in world.grants if one.window.end is None],
        memberships=[one for one in world.memberships if one.window.end is None],
    )
    return {
        at
        for at in OWNED
        if at in world.things
        and any(OWN.get(at, "OWN") in lasting.rights(who, 5, at, hour) for who in world.people)
    }


def _alone(*grants: Given, members: tuple[str, ...] = ()) -> Imagined:
    return _led(
        Imagined(
            people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
            grants=list(grants),
            memberships=[member(one, "grp_a", FOR_GOOD) for one in members],
        )
    )


_BY_ONE = _alone(_given("usr_a", "app_a"), _given("usr_a", "prj_a"))
_BY_A_SET = _alone(_given("grp_a", "app_a"), _given("usr_b", "grp_a"), members=("usr_a",))
_LEAVES: list[list[Step]] = [
    [(BOSS, "a person is deactivated", "usr_a")],
    [(BOSS, "a person becomes a viewer", "usr_a")],
    [(BOSS, "a person goes to another organization", "usr_a")],
    [(BOSS, "nobody is granted anything", "app_a"), (BOSS, "grants are replaced", "prj_a")],
    [(BOSS, "a group is deleted", "grp_a"), (BOSS, "a member is removed", ("grp_a", "usr_a"))],
    [(BOSS, "a grant is taken back", 0), (BOSS, "a grant is taken back", 1)],
]


def _each_leave(law: Callable[..., None]) -> Callable[..., None]:
    for world in (_BY_ONE, _BY_A_SET):
        for taken in _LEAVES:
            law = example(world, 0, taken)(law)
    return law


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(owned_worlds(), hours, st.lists(steps, min_size=3, max_size=8))
@_each_leave
def test_i13_what_is_owned_stays_owned_whatever_is_taken(
    store: Store, world: Imagined, hour: int, tried: list[Step]
) -> None:
    with begun(store, world, hour) as tx:
        _plant(tx, world)
        owned = _owned(world, hour)
        for step in tried:
            if not _take(tx, step):
                continue
            after = _now(tx, world)
            now = _owned(after, int((tx.now - moment(0)).total_seconds()) // 3600)
            assert owned & after.things.keys() <= now, step
            owned = now


@on_one_engine
def test_much_is_taken_so_that_the_law_is_asked_something(store: Store) -> None:
    everything = replace(_BY_ONE, exposures=[Given("dts_a", "prj_b", frozenset({"READ_DATA"}), FOR_GOOD)])
    taken = set()
    for way, (what, _) in WAYS.items():
        with begun(store, replace(everything, memberships=_BY_A_SET.memberships), 0) as tx:
            _plant(tx, everything)
            taken |= {way for one in what if _take(tx, (BOSS, way, one))}
    assert WAYS.keys() - taken == {"all that somebody gave is taken back", "a grant is taken back",
                                   "nobody is granted anything", "grants are replaced"}  # fmt: skip
