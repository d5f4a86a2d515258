"""Apps that deploy apps: what they deploy stays within their own key, level and life."""

from collections.abc import Callable

import pytest
from deployments import app_of, deployed, deployed_again, inside, outside, promoted, started
from world import Person, World

from gatepost_server.apps import create_app, deploy_version, list_app_keys
from gatepost_server.apps.tables import AppRow
from gatepost_server.authn import BadCredential
from gatepost_server.authz import ActionDenied, SessionRequired
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.kernel.actor import Actor, ActorKind


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada", "publisher")


@pytest.fixture
def builder(world: World, ada: Person) -> str:
    """An app of ada's at the level User, which may make and change things but delete nothing."""
    return deployed(world, ada, required_key_scope_level="user")


def _caller(world: World, deployment_id: str) -> Actor:
    text = started(world, deployment_id)
    assert text is not None
    return outside(world, text).actor


def _source_at(world: World, who: Person, level: str) -> tuple[str, str]:
    """Return an app of *who* at a level, and its source."""
    app_id = app_of(world, deployed(world, who, required_key_scope_level=level))
    with world.store.arranged() as tx:
        return app_id, tx.session.get_one(AppRow, app_id).source_id


def _new_app(world: World, by: Actor, source_id: str) -> str:
    with world.begin(by) as tx:
        made = create_app(tx, name="Made", source_id=source_id)
    return made.deployment_id


def _deploys_theirs(world: World, by: Actor, app_id: str) -> str:
    with world.begin(by) as tx:
        made = deploy_version(tx, app_id, 2)
    return made.deployment_id


def _by_making(world: World, ada: Person, by: Actor) -> str:
    return _new_app(world, by, _source_at(world, ada, "admin")[1])


def _by_deploying(world: World, ada: Person, by: Actor) -> str:
    app_id, _ = _source_at(world, ada, "admin")
    _next_version(world, _wanted(world, app_id), ada, "admin")
    made = _deploys_theirs(world, by, app_id)
    started(world, made)
    promoted(world, made)
    return made


def _wanted(world: World, app_id: str) -> str:
    with world.store.arranged() as tx:
        return tx.session.get_one(AppRow, app_id).wanted_id


def _want(world: World, app_id: str, deployment_id: str) -> None:
    with world.store.arranged() as tx:
        tx.session.get_one(AppRow, app_id).wanted_id = deployment_id


@pytest.mark.parametrize("way", [_by_making, _by_deploying])
def test_what_an_app_deploys_stays_within_the_apps_level(
    world: World, ada: Person, builder: str, way: Callable[[World, Person, Actor], str]
) -> None:
    made = way(world, ada, _caller(world, builder))
    found = outside(world, started(world, made) or "")
    assert found.subject.principal_id == ada.id
    assert found.subject.cap == 2, "its version says Admin, but who deployed it was at User"
    held = policy.capped(policy.closure(1 << Atom.OWN), found.subject.cap)
    assert not held & policy.mask("DELETE SHARE OWN")
    assert inside(world, made).subject.cap == 2


def test_what_a_person_deploys_has_the_level_that_its_version_says(world: World, ada: Person) -> None:
    made = _by_making(world, ada, ada.actor)
    assert outside(world, started(world, made) or "").subject.cap == 3


def test_it_lives_as_long_as_the_key_that_deployed_it_and_is_listed_under_its_user(
    world: World, ada: Person, builder: str
) -> None:
    made = _by_making(world, ada, _caller(world, builder))
    text = started(world, made) or ""
    with world.read(ada) as tx:
        [one] = list_app_keys(tx, app_of(world, made))
    assert (one.key.owner_id, one.level, one.is_used) == (ada.id, "admin", True)
    bob = world.person("bob", "publisher")
    theirs = deployed_again(world, app_of(world, builder), bob.id)
    started(world, theirs)
    promoted(world, theirs)
    with pytest.raises(BadCredential):
        outside(world, text)


def test_an_app_deploys_itself_for_whom_it_was_deployed(world: World, ada: Person, builder: str) -> None:
    text, app_id = started(world, builder) or "", app_of(world, builder)
    _next_version(world, builder, ada, "user")
    again = _deploys_theirs(world, outside(world, text).actor, app_id)
    assert started(world, again) == text, "it keeps its key"
    promoted(world, again)
    found = outside(world, text)
    assert (found.actor.on_behalf_of_id, found.actor.behind, found.subject.cap) == (ada.id, None, 2)


def test_an_app_does_not_lift_itself_by_what_waits_to_be_reached(
    world: World, ada: Person, builder: str
) -> None:
    by, app_id = _caller(world, builder), app_of(world, builder)
    waiting = _next_version(world, builder, ada, "admin")
    _want(world, app_id, waiting)
    deployed_again(world, app_id, ada.id, required_key_scope_level="admin")
    _want(world, app_id, waiting)
    with world.begin(by) as tx, pytest.raises(ActionDenied) as refused:
        deploy_version(tx, app_id, 3)
    assert refused.value.params["missing"] == "OWN"
    with world.begin(ada) as tx:
        assert deploy_version(tx, app_id, 3).version == 3


def _next_version(world: World, deployment_id: str, who: Person, level: str) -> str:
    """Write the second version of an app's source; return a deployment of it that is not wanted."""
    app_id = app_of(world, deployment_id)
    made = deployed_again(world, app_id, who.id, required_key_scope_level=level)
    _want(world, app_id, deployment_id)
    return made


@pytest.mark.parametrize("kind", [ActorKind.VISITOR_KEY, ActorKind.RUN_TOKEN])
def test_what_is_lent_for_a_while_deploys_nothing(world: World, ada: Person, kind: ActorKind) -> None:
    _, source_id = _source_at(world, ada, "user")
    lent = Actor(kind, ada.id, "lent", cap=3, on_behalf_of_id=ada.id, behind=ada.actor)
    with pytest.raises(SessionRequired), world.begin(lent) as tx:
        create_app(tx, name="Made", source_id=source_id)
