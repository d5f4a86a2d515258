"""Who calls from inside an app: the app for its deployer, or a visitor, judged at each call."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from deployments import app_of, deployed, inside, visited
from world import Person, World

from gatepost_server.apps import way_facts
from gatepost_server.apps.tables import AppRow
from gatepost_server.authn import (
    BadCredential,
    Means,
    NoKeyForApp,
    Presented,
    begin_visit,
    identify,
    sweep_visits,
    visit_of,
    visitor_key,
)
from gatepost_server.authn.tables import VisitRow
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.tables import GrantRow, PrincipalRow
from gatepost_server.identity import end_session
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import micros, raw_reader

USE = 1 << Atom.USE


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada", "publisher")


@pytest.fixture
def dan(world: World) -> Person:
    return world.person("dan", "publisher")


def test_without_a_key_the_app_acts_for_its_deployer(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada)
    actor = inside(world, deployment_id).actor
    assert (actor.kind, actor.on_behalf_of_id) == (ActorKind.CREATOR_KEY, ada.id)
    assert actor.app_id == actor.principal_id == app_of(world, deployment_id)
    assert actor.principal_kind == "key"


@pytest.mark.parametrize(("level", "cap"), [(None, 1), ("viewer", 1), ("user", 2), ("admin", 3)])
def test_the_level_is_the_cap(world: World, ada: Person, level: str | None, cap: int) -> None:
    found = inside(world, deployed(world, ada, required_key_scope_level=level))
    assert (found.actor.cap, found.subject.cap) == (cap, cap)


def test_a_level_of_none_gives_no_key(world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada, required_key_scope_level="none")
    with pytest.raises(NoKeyForApp):
        inside(world, deployment_id)


def _deactivated(world: World, ada: Person, _: str) -> None:
    with world.store.arranged() as tx:
        tx.session.get_one(PrincipalRow, ada.id).is_active = False


def _stopped(world: World, _: Person, deployment_id: str) -> None:
    app_id = app_of(world, deployment_id)
    with world.store.arranged() as tx:
        tx.session.get_one(AppRow, app_id).desired = "stopped"


@pytest.mark.parametrize("spoil", [_deactivated, _stopped])
def test_the_app_is_nobody_once_its_ground_is_gone(
    world: World, ada: Person, spoil: Callable[[World, Person, str], None]
) -> None:
    deployment_id = deployed(world, ada)
    spoil(world, ada, deployment_id)
    with pytest.raises(BadCredential):
        inside(world, deployment_id)


def test_an_unknown_deployment_is_nobody(world: World) -> None:
    with pytest.raises(BadCredential):
        inside(world, "dep_" + "0" * 24)


def test_a_visitors_key_is_the_visitor_without_what_the_instance_lends(
    world: World, ada: Person, dan: Person
) -> None:
    deployment_id = deployed(world, ada, required_key_scope_level="admin")
    world.grant(app_of(world, deployment_id), dan.id, USE)
    text, _ = visited(world, deployment_id, dan)
    found = inside(world, deployment_id, text)
    assert (found.actor.kind, found.actor.on_behalf_of_id) == (ActorKind.VISITOR_KEY, dan.id)
    assert (found.subject.principal_id, found.subject.lends_instance) == (dan.id, False)
    assert found.subject.cap == 1, "above viewer only once the visitor has agreed"


def test_a_visit_has_one_key_until_it_is_over(world: World, ada: Person, dan: Person) -> None:
    deployment_id = deployed(world, ada)
    world.grant(app_of(world, deployment_id), dan.id, USE)
    text, session_id = visited(world, deployment_id, dan)
    with raw_reader(world.store.engine) as reader:
        way = way_facts(reader, deployment_id)
        known = visit_of(reader, session_id, deployment_id, micros(world.now))
    assert known is not None
    assert way is not None
    with world.begin(dan) as tx:
        assert begin_visit(tx, session_id, way) == known
    assert visitor_key(world.peppers, known).reveal() == text
    world.store.clock.advance(hours=12)
    with pytest.raises(BadCredential):
        inside(world, deployment_id, text)
    with world.store.arranged() as tx:
        sweep_visits(tx)
        assert tx.session.query(VisitRow).count() == 0


def _session_ended(world: World, dan: Person, _: str, session_id: str) -> None:
    with world.begin(dan) as tx:
        end_session(tx, session_id)


def _use_taken(world: World, dan: Person, _: str, __: str) -> None:
    with world.store.arranged() as tx:
        tx.session.query(GrantRow).filter(GrantRow.who_id == dan.id).delete()


def _gone(world: World, dan: Person, _: str, __: str) -> None:
    with world.store.arranged() as tx:
        tx.session.get_one(PrincipalRow, dan.id).is_active = False


@pytest.mark.parametrize("spoil", [_session_ended, _use_taken, _gone])
def test_a_visitors_key_ends_with_what_it_stands_on(
    world: World, ada: Person, dan: Person, spoil: Callable[[World, Person, str, str], None]
) -> None:
    deployment_id = deployed(world, ada)
    world.grant(app_of(world, deployment_id), dan.id, USE)
    text, session_id = visited(world, deployment_id, dan)
    assert inside(world, deployment_id, text).actor.on_behalf_of_id == dan.id
    spoil(world, dan, deployment_id, session_id)
    with pytest.raises(BadCredential):
        inside(world, deployment_id, text)


def test_a_visitors_key_counts_nowhere_else(world: World, ada: Person, dan: Person) -> None:
    deployment_id, other = deployed(world, ada), deployed(world, dan)
    for each in (deployment_id, other):
        world.grant(app_of(world, each), dan.id, USE)
    text, _ = visited(world, deployment_id, dan)
    with pytest.raises(BadCredential):
        inside(world, other, text)
    with raw_reader(world.store.engine) as reader, pytest.raises(BadCredential):
        means = Means(world.peppers, timedelta(hours=8))
        identify(reader, means, Presented(key=Secret(text)), ip=None, now=world.now)
