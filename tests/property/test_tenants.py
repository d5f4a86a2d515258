"""Two worlds that differ only in organization B give the people of A the same answers (I16)."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from imagining import OTHER, PEOPLE, ROOTS, THINGS, actor_of, hours, moment, worlds, write
from oracle import Credential, Given, Imagined, Person, Window
from stores import ORIGIN, SYSTEM, Store, on_one_engine

from gatepost_server.authz import INSTANCE, ORGANIZATION, policy, visible
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import effective, signed_in
from gatepost_server.authz.service.asking import forget_subject, reader_of, subject_of
from gatepost_server.store import micros

KINDS = ["app", "source", "project", "dataset", "scenario", "dashboard", "connection"]
_THEIRS = {OTHER, "app_z"}
Answers = dict[str, tuple[list[tuple[str, ...]], list[int]]]


class _Undo(Exception):
    """Ends an example; nothing of it is kept."""


def _without(world: Imagined) -> Imagined:
    """Return *world* with nobody and nothing of organization B."""
    gone = {one for one, person in world.people.items() if person.org == OTHER} | {signed_in(OTHER)}
    return replace(
        world,
        people={one: person for one, person in world.people.items() if one not in gone},
        things={one: thing for one, thing in world.things.items() if one not in _THEIRS},
        grants=[one for one in world.grants if one.who not in gone],
        memberships=[one for one in world.memberships if one.who not in gone],
    )


def _answers(store: Store, world: Imagined, among: list[str]) -> Answers:
    """Return what each of *among* is told: the lists, and what they hold on everything of A."""
    found: Answers = {}
    with pytest.raises(_Undo), store.uow.begin(SYSTEM, ORIGIN) as tx:
        write(tx, world)
        for one in among:
            tx.actor = actor_of(Credential("session", one))
            forget_subject(tx)
            lists = [tuple(sorted(tx.session.scalars(visible(tx, f"{kind}:list")))) for kind in KINDS]
            held = []
            for thing in sorted(THINGS.keys() - _THEIRS):
                node = load_node(reader_of(tx), thing)
                assert node is not None
                facts = load_facts(reader_of(tx), subject_of(tx), node, micros(tx.now))
                held.append(effective(subject_of(tx), node, facts))
            found[one] = lists, held
        raise _Undo
    return found


_OPEN_TO_THEM = Imagined(
    people={
        "usr_a": Person("usr_a", "publisher", is_active=True),
        "usr_b": Person("usr_b", "publisher", is_active=True, org=OTHER),
    },
    things=ROOTS | THINGS,
    grants=[Given(signed_in(OTHER), "app_a", frozenset({"USE"}), Window(0, None))],
)


@on_one_engine
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds(), hours)
@example(_OPEN_TO_THEM, 0)
def test_i16_what_is_in_b_changes_no_answer_in_a(store: Store, world: Imagined, hour: int) -> None:
    store.clock.at = moment(hour)
    mine = [one for one in world.grants if one.at not in {*_THEIRS, INSTANCE}]
    world = replace(world, grants=mine)
    among = [
        one
        for one in PEOPLE
        if one in world.people
        and world.people[one].org == ORGANIZATION
        and world.people[one].role != "administrator"
    ]
    answers = _answers(store, world, among)
    assert answers == _answers(store, _without(world), among)
    assert all("app_z" not in told for lists, _ in answers.values() for told in lists)


@on_one_engine
def test_people_of_b_are_answered_otherwise_so_that_the_law_is_asked_something(store: Store) -> None:
    lists, held = _answers(store, _OPEN_TO_THEM, ["usr_b"])["usr_b"]
    assert lists[0] == ("app_a",)
    assert held[0] == policy.closure(policy.mask("USE"))
