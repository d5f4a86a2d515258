"""The laws of rights on random worlds: decide ≡ visible ≡ a naive oracle; nobody amplifies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from imagining import (
    HOURS,
    ITEMS,
    PEOPLE,
    ROOTS,
    actor_of,
    credentials,
    hours,
    member,
    moment,
    windows,
    worlds,
    write,
)
from oracle import Credential, Given, Imagined, Person, Thing, Window
from stores import ORIGIN, SYSTEM, Store

from gatepost_server.authz import (
    ORGANIZATION,
    NodeKind,
    decide,
    give_role,
    policy,
    set_access,
    subject_for,
    take_back,
    visible,
)
from gatepost_server.authz.errors import LastOwner
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import effective
from gatepost_server.authz.service.asking import reader_of
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import Conflict, Denied, Invalid, NotFound
from gatepost_server.store import Tx, micros

lawful = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SIMPLE = [
    Credential("anonymous", None, 1),
    *(Credential("personal", person, cap) for person in PEOPLE for cap in (1, 5)),
]


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


@contextmanager
def _imagined(store: Store, world: Imagined, hour: int, who: Person | None = None) -> Iterator[Tx]:
    store.clock.at = moment(hour)
    actor = SYSTEM
    if who is not None:
        actor = Actor(ActorKind.SESSION, who.id, who.id, cap=5, confirmed_at=store.clock.at)
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        tx.actor = actor
        yield tx
        raise _Undo


def _owned_until(end: int | None) -> Imagined:
    """Three publishers, and an app that the first of them owns until *end*."""
    return Imagined(
        people={one: Person(one, "publisher", is_active=True) for one in PEOPLE},
        things=ROOTS | {"app_a": Thing("app_a", "app", ORGANIZATION)},
        grants=[Given("usr_a", "app_a", frozenset({"OWN"}), Window(0, end))],
    )


def _owned_through_a_set_until(end: int) -> Imagined:
    """The same, through a set that owns it for good and has the first as a member until *end*."""
    return replace(
        _owned_until(None),
        memberships=[member("usr_a", "grp_a", Window(0, end))],
        grants=[Given("grp_a", "app_a", frozenset({"OWN"}), Window(0, None))],
    )


_OF_AN_ADMINISTRATOR = replace(
    _owned_until(None), people={one: Person(one, "administrator", is_active=True) for one in PEOPLE}
)
_BY_A_SESSION = Credential("visitor", "usr_a", 3, behind=Credential("session", "usr_a"))
_BY_A_KEY_FOR_ANOTHER_APP = replace(
    _BY_A_SESSION, behind=Credential("personal", "usr_a", reach=frozenset({"app_b"}))
)


@lawful
@given(worlds(), hours, st.lists(credentials, min_size=1, max_size=6))
@example(_OF_AN_ADMINISTRATOR, 0, [_BY_A_SESSION])
@example(_owned_until(None), 0, [_BY_A_KEY_FOR_ANOTHER_APP])
def test_what_is_decided_is_what_the_model_says(
    store: Store, world: Imagined, hour: int, hows: list[Credential]
) -> None:
    with _imagined(store, world, hour) as tx:
        reader = reader_of(tx)
        for how in [*SIMPLE, *hows]:
            subject = subject_for(reader, actor_of(how))
            for thing in world.things.values():
                node = load_node(reader, thing.id)
                assert node is not None
                facts = load_facts(reader, subject, node, micros(tx.now))
                held = policy.names(effective(subject, node, facts))
                assert set(held) == world.by(how, thing.id, hour), (how, thing)


@lawful
@given(worlds(), hours, credentials)
def test_lists_hold_exactly_what_is_decided(
    store: Store, world: Imagined, hour: int, how: Credential
) -> None:
    with _imagined(store, world, hour) as tx:
        tx.actor = actor_of(how)
        reader = reader_of(tx)
        subject = subject_for(reader, tx.actor)
        asked = {(one.on, one.atom): one for one in policy.actions.values() if one.atom is not None}
        for action in asked.values():
            listed = set(tx.session.scalars(visible(tx, action.name)))
            things = [thing for thing in world.things.values() if thing.kind == action.on]
            decided = {
                thing.id
                for thing in things
                if decide(reader, subject, action.name, thing.id, NodeKind(thing.kind), tx.now).allowed
            }
            assert listed == decided, action.name


@lawful
@given(
    worlds(), hours, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.sampled_from(sorted(ITEMS)),
    st.sampled_from(["consumer", "editor", "owner", "signed_in", "anyone"]), windows,
)  # fmt: skip
@example(_owned_until(5), 0, "usr_a", "usr_b", "app_a", "consumer", Window(0, None))
@example(_owned_until(5), 0, "usr_a", "usr_b", "app_a", "anyone", Window(0, None))
@example(_owned_through_a_set_until(5), 0, "usr_a", "usr_b", "app_a", "editor", Window(0, None))
def test_nobody_gives_what_they_do_not_hold_as_long_as_they_hold_it(
    store: Store, world: Imagined, hour: int, giver: str, to: str, item: str, role: str, window: Window
) -> None:
    until = None if role in ("signed_in", "anyone") else window.end
    with _imagined(store, world, hour, world.people[giver]) as tx:
        try:
            if role in ("signed_in", "anyone"):
                set_access(tx, item, role, "anyone")
                who, atoms = f"set_{role}", frozenset({"USE"})
            else:
                given_now = give_role(tx, item, to, role, until=None if until is None else moment(until))
                who, atoms = to, frozenset(policy.names(given_now.atoms))
        except (Denied, NotFound, Invalid, Conflict):
            return
    after = replace(world, grants=[*world.grants, Given(who, item, atoms, Window(hour, until))])
    for at in range(hour, 2 * HOURS + 2):
        may_give = world.rights(giver, 5, item, at)
        for other in (None, *PEOPLE):
            gained = after.rights(other, 5, item, at) - world.rights(other, 5, item, at)
            assert gained <= may_give, (other, at)


@lawful
@given(worlds(), hours, st.sampled_from(PEOPLE), st.integers(0, 7))
@example(_owned_until(None), 0, "usr_a", 0)
@example(_owned_until(5), 0, "usr_a", 0)
def test_taking_back_adds_nothing_and_leaves_an_owner(
    store: Store, world: Imagined, hour: int, taker: str, number: int
) -> None:
    if number >= len(world.grants):
        return
    taken = world.grants[number]
    with _imagined(store, world, hour, world.people[taker]) as tx:
        try:
            take_back(tx, taken.at, f"grt_{number}")
        except (Denied, NotFound, LastOwner):
            return
    after = replace(world, grants=[one for one in world.grants if one is not taken])
    for at in range(hour, 2 * HOURS + 2):
        for who in (None, *PEOPLE):
            assert after.rights(who, 5, taken.at, at) <= world.rights(who, 5, taken.at, at)
        if "OWN" in taken.atoms:
            assert any("OWN" in after.rights(who, 5, taken.at, at) for who in PEOPLE)


@settings(max_examples=200, deadline=None)
@given(worlds(), hours, st.sampled_from(PEOPLE), st.sampled_from(sorted(ITEMS)), st.data())
def test_removing_anything_never_adds_a_right(
    world: Imagined, hour: int, who: str, item: str, data: st.DataObject
) -> None:
    before = world.rights(who, 5, item, hour)
    if world.grants:
        fewer = replace(world, grants=world.grants[:-1])
        assert fewer.rights(who, 5, item, hour) <= before
    if world.memberships:
        fewer = replace(world, memberships=world.memberships[:-1])
        assert fewer.rights(who, 5, item, hour) <= before
    other = data.draw(st.sampled_from(PEOPLE))
    inactive = {**world.people, other: world.people[other]._replace(is_active=False)}
    assert replace(world, people=inactive).rights(who, 5, item, hour) <= before
    levels = [world.rights(who, cap, item, hour) for cap in range(6)]
    assert levels[0] == set()
    assert all(low <= high for low, high in pairwise(levels))
