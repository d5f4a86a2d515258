"""What is taken is gone at the next request, on every node (I12): what it has read before says nothing.

Everything is taken through the use-case that people take it by, as an administrator who owns
all things, so that the law holds for the doors and not for rows that a test removes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from imagining import KEYS, OTHER, PEOPLE, SETS, THINGS, actor_of, hours, moment, worlds, write
from oracle import Credential, Given, Imagined, Person, Thing, Window
from sqlalchemy import delete, select
from stores import ORIGIN, SYSTEM, Store, store_on

from gatepost_server import identity, keys
from gatepost_server.authz import (
    ORGANIZATION,
    TooWide,
    dissolve,
    policy,
    remove_member,
    subject_for,
    take_back,
    unexpose,
)
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import effective, signed_in
from gatepost_server.authz.service.asking import reader_of
from gatepost_server.authz.tables import ExposureRow, GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.identity.tables import UserRow
from gatepost_server.keys.tables import KeyRow, VerifierRow
from gatepost_server.store import Tx, make_engine, micros

BOSS: Final = "usr_boss"
HERE: Final = [one for one in THINGS if one != "app_z"]
CALLERS: Final[Mapping[str, Credential]] = {
    **{who: Credential("session", who) for who in PEOPLE},
    "key_a": Credential("project", "key_a", 4, "usr_a", frozenset({"prj_a"})),
    "key_b": Credential("global", "key_b", 5, "usr_b"),
}
Held = Mapping[str, Mapping[str, set[str]]]


class Door(NamedTuple):
    """A way of taking: what there is to take, how it is taken, and the world without it."""

    there: Callable[[Imagined, int], Sequence[Any]]
    take: Callable[[Tx, Imagined, Any], object]
    without: Callable[[Imagined, Any], Imagined]


def _less(world: Imagined, what: str, *gone: int) -> Imagined:
    left = [one for at, one in enumerate(getattr(world, what)) if at not in gone]
    return replace(world, **{what: left})


def _goes_on(one: Given, hour: int) -> bool:
    return one.window.end is None or one.window.end > hour


def _not_member(world: Imagined, gone: Given) -> Imagined:
    pair = (gone.who, gone.at)
    return replace(world, memberships=[one for one in world.memberships if (one.who, one.at) != pair])


def _as(world: Imagined, who: str, **now: Any) -> Imagined:
    return replace(world, people={**world.people, who: world.people[who]._replace(**now)})


def _without_group(world: Imagined, group: str) -> Imagined:
    members = [one for one in world.memberships if group not in (one.who, one.at)]
    return replace(world, memberships=members, grants=[one for one in world.grants if one.who != group])


DOORS: Final = {
    "a grant is taken back": Door(
        lambda world, _hour: [
            at for at, one in enumerate(world.grants) if one.at in HERE and one.who != BOSS
        ],
        lambda tx, world, at: take_back(tx, world.grants[at].at, f"grt_{at}"),
        lambda world, at: _less(world, "grants", at),
    ),
    "an exposure is taken back": Door(
        lambda world, _hour: range(len(world.exposures)),
        lambda tx, world, at: unexpose(tx, str(THINGS[world.exposures[at].who].parent), f"exp_{at}"),
        lambda world, at: _less(world, "exposures", at),
    ),
    "a membership is ended": Door(
        lambda world, hour: [one for one in world.memberships if _goes_on(one, hour)],
        lambda tx, _world, one: remove_member(tx, one.at, one.who),
        _not_member,
    ),
    "a group is deleted": Door(
        lambda _world, _hour: SETS, lambda tx, _world, group: dissolve(tx, group), _without_group
    ),
    "a person is deactivated": Door(
        lambda _world, _hour: PEOPLE,
        lambda tx, _world, who: identity.change_user(tx, who, is_active=False),
        lambda world, who: _as(world, who, is_active=False),
    ),
    "a person becomes a viewer": Door(
        lambda _world, _hour: PEOPLE,
        lambda tx, _world, who: identity.change_user(tx, who, role="viewer"),
        lambda world, who: _as(world, who, role="viewer"),
    ),
    "a key is deleted": Door(
        lambda _world, _hour: KEYS,
        lambda tx, _world, key: keys.revoke_any_key(tx, key),
        lambda world, _key: world,
    ),
}


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.parametrize("way", DOORS)
@given(worlds(), hours, st.data())
def test_i12_what_is_taken_is_gone_at_the_next_request_on_every_node(
    store: Store, way: str, imagined: Imagined, hour: int, data: st.DataObject
) -> None:
    door, world = DOORS[way], _of_one_organization(imagined)
    there = door.there(world, hour)
    assume(there)
    gone = data.draw(st.sampled_from(there))
    dead = {gone} if gone in KEYS else set()
    another = store_on(make_engine(store.engine.url.render_as_string(hide_password=False)))
    store.clock.at = another.clock.at = moment(hour)
    with _committed(store, world):
        try:
            assert _ask(another) == _ask(store) == _said(world, hour)
            is_taken = _is_taken(store, door, world, gone)
            after = _said(door.without(world, gone), hour, dead) if is_taken else _said(world, hour)
            assert _ask(another) == _ask(store) == after
        finally:
            another.engine.dispose()
    assume(is_taken)


def _is_taken(store: Store, door: Door, world: Imagined, gone: Any) -> bool:
    """Take it; False when it is beyond the administrator too, who gives nothing on the server itself."""
    boss = replace(actor_of(Credential("session", BOSS)), confirmed_at=store.clock.now())
    try:
        with store.uow.begin(boss, ORIGIN) as tx:
            door.take(tx, world, gone)
    except TooWide:
        return False
    return True


def _of_one_organization(world: Imagined) -> Imagined:
    """Return *world* in one organization, with groups that are things, and one who owns everything."""
    groups = {name: Thing(name, "group", ORGANIZATION) for name in SETS}
    things = {one.id: one for one in world.things.values() if OTHER not in (one.id, one.parent)}
    people = {who: one._replace(org=ORGANIZATION) for who, one in world.people.items()}
    grants = [one for one in world.grants if one.at in things and one.who != signed_in(OTHER)]
    owned = [
        Given(BOSS, one, frozenset({"ADMIN" if THINGS[one].kind == "project" else "OWN"}), Window(0, None))
        for one in HERE
    ]
    return replace(
        world,
        things=things | groups,
        people={**people, BOSS: Person(BOSS, "administrator", True)},
        grants=[*grants, *owned],
    )


@contextmanager
def _committed(store: Store, world: Imagined) -> Iterator[None]:
    """Write *world* for all nodes to see; take it out of the store at the end."""
    with store.arranged() as tx:
        nodes, principals = (set(tx.session.scalars(select(row.id))) for row in (NodeRow, PrincipalRow))
        write(tx, world)
        _write_accounts(tx, world)
        _write_keys(tx)
    try:
        yield
    finally:
        with store.arranged() as tx:
            for row in (VerifierRow, KeyRow, UserRow, GrantRow, MembershipRow, ExposureRow):
                tx.session.execute(delete(row))
            inside = NodeRow.parent_id.not_in(nodes)
            for these in (inside, NodeRow.parent_id.is_not(None)):
                tx.session.execute(delete(NodeRow).where(these, NodeRow.id.not_in(nodes)))
            tx.session.execute(delete(PrincipalRow).where(PrincipalRow.id.not_in(principals)))


def _write_accounts(tx: Tx, world: Imagined) -> None:
    tx.session.add_all(
        UserRow(
            id=who, username=who, email="", display_name=who, password_hash=None, must_change_password=False,
            created_at=tx.now,
        )
        for who in world.people
    )  # fmt: skip


def _write_keys(tx: Tx) -> None:
    for at, key in enumerate(KEYS):
        how = CALLERS[key]
        tx.session.add(
            KeyRow(
                id=key, kind=how.kind, public_id=key, name=key, description="", prefix=key, last_four="0000",
                owner_id=how.sponsor or how.who, created_by=BOSS,
                project_id="prj_a" if how.kind == "project" else None, reach=None, is_run_as_consented=False,
                cap=how.cap, is_enabled=True, created_at=tx.now, expires_at=None,
            )
        )  # fmt: skip
        tx.session.flush()
        tx.session.add(
            VerifierRow(id=f"ver_{at}", key_id=key, last_four="0000", mac=b"\0" * 32, pepper_version=1)
        )


def _ask(node: Store) -> Held:
    """Return what everybody holds, as a process with its own connections reads it."""
    with node.uow.read(SYSTEM, ORIGIN) as tx:
        return {name: _held(tx, how) for name, how in CALLERS.items()}


def _held(tx: Tx, how: Credential) -> dict[str, set[str]]:
    reader = reader_of(tx)
    key = keys.key_by_id(reader, how.who or "")
    if how.who in KEYS and (key is None or key.is_revoked or not key.verifiers):
        return {thing: set() for thing in HERE}
    subject = subject_for(reader, actor_of(how))
    found: dict[str, set[str]] = {}
    for thing in HERE:
        node = load_node(reader, thing)
        assert node is not None
        facts = load_facts(reader, subject, node, micros(tx.now))
        found[thing] = set(policy.names(effective(subject, node, facts)))
    return found


def _said(world: Imagined, hour: int, dead: Collection[str] = ()) -> Held:
    """Return what the oracle says; a dead key is refused."""
    return {
        name: {thing: set() if name in dead else world.by(how, thing, hour) for thing in HERE}
        for name, how in CALLERS.items()
    }
