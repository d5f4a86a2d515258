"""Why, for code that calls for somebody: applications, their visitors and runs are told the rule in words."""

import pytest
from deployments import app_of, deployed, inside, visited
from world import Person, World

from gatepost_server.apps.tables import AppRow
from gatepost_server.audit import Refusal, record_refusal
from gatepost_server.authn.tables import VisitRow
from gatepost_server.authz import Node, Why
from gatepost_server.authz.policy import Atom
from gatepost_server.decisions import Explained, UnknownDecision, explain_decision
from gatepost_server.kernel.actor import Actor, ActorKind, Origin
from gatepost_server.kernel.ids import new_id

USE, EDIT, OWN = 1 << Atom.USE, 1 << Atom.EDIT, 1 << Atom.OWN


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada", "publisher")


@pytest.fixture
def dan(world: World) -> Person:
    return world.person("dan", "publisher")


def refused(world: World, caller: Actor, action: str, thing: Node, code: str = "denied") -> str:
    """Write the refusal of a call, and return its id."""
    request_id = new_id("req", world.now)
    with world.store.uow.begin(caller, Origin(request_id, door="api")) as tx:
        record_refusal(tx, Refusal(action, thing.kind, thing.id, code, thing.name))
        tx.audited += 1
    return request_id


def told(world: World, asker: Person, decision_id: str) -> Explained:
    with world.read(asker) as tx:
        return explain_decision(tx, decision_id, lambda code: f"In words: {code}.")


def failing(found: Why) -> str:
    return next(step.says for step in found.steps if not step.passed)


def a_run_of(who: Person) -> Actor:
    return Actor(ActorKind.RUN_TOKEN, who.id, who.username, cap=3, on_behalf_of_id=who.id)


def test_an_application_is_told_that_its_level_does_not_go_so_far(world: World, ada: Person) -> None:
    thing = world.thing(ada)
    app = inside(world, deployed(world, ada, required_key_scope_level="viewer")).actor

    found = told(world, ada, refused(world, app, "app:edit", thing))

    assert (found.now.rule, found.now.missing, found.is_you) == ("key-cap", "EDIT", False)
    assert failing(found.now) == (
        "The application's own key may at most look and use: this needs to change things."
    )
    assert "required key scope level" in found.now.helps
    assert found.now.steps[0].says == "Ada, for whom the application acts, is active."


def test_an_application_lacks_what_its_deployer_lacks(world: World, ada: Person, dan: Person) -> None:
    thing = world.thing(ada)
    world.grant(thing.id, dan.id, USE)
    app = inside(world, deployed(world, dan, required_key_scope_level="user")).actor

    found = told(world, dan, refused(world, app, "app:edit", thing))

    assert found.now.rule == "not-granted"
    assert failing(found.now) == "No grant gives Dan EDIT on Report."
    assert found.now.smallest is not None
    assert (found.now.smallest.atom, found.now.smallest.to.name) == ("EDIT", "dan")


def test_an_application_that_is_stopped_or_gets_no_key_is_told_so(world: World, ada: Person) -> None:
    thing, deployment_id = world.thing(ada), deployed(world, ada)
    silent = deployed(world, ada, required_key_scope_level="none")
    app_id = app_of(world, deployment_id)
    decision_id = refused(world, inside(world, deployment_id).actor, "app:edit", thing)
    with world.store.arranged() as tx:
        tx.session.get_one(AppRow, app_id).desired = "stopped"
    assert "its application is gone or stopped" in failing(told(world, ada, decision_id).now)

    app_id = app_of(world, silent)
    caller = Actor(ActorKind.CREATOR_KEY, app_id, "app", cap=1, on_behalf_of_id=ada.id, app_id=app_id)
    found = told(world, ada, refused(world, caller, "app:edit", thing)).now
    assert (found.rule, failing(found)) == ("no-app-key", "In words: no-app-key.")


def test_a_visitor_is_told_what_an_application_may_not_do_for_them(
    world: World, ada: Person, dan: Person
) -> None:
    deployment_id = deployed(world, ada, required_key_scope_level="admin")
    world.grant(app_of(world, deployment_id), dan.id, USE)
    thing = world.thing(dan)
    text, _ = visited(world, deployment_id, dan)
    caller = inside(world, deployment_id, text).actor

    decision_id = refused(world, caller, "app:edit", thing)
    found = told(world, dan, decision_id)

    assert (found.now.rule, found.now.missing) == ("key-cap", "EDIT")
    assert failing(found.now).startswith("A visitor's key inside an application may at most look and use")
    assert "Do it yourself" in found.now.helps
    with world.store.arranged() as tx:
        tx.session.query(VisitRow).delete()
    assert "the visit of this application is over" in failing(told(world, dan, decision_id).now)


def test_an_administrator_is_told_that_an_application_is_not_lent_the_server(
    world: World, ada: Person
) -> None:
    root = world.person("root", "administrator")
    deployment_id = deployed(world, ada, required_key_scope_level="viewer")
    thing = world.thing(ada)
    text, _ = visited(world, deployment_id, root)

    found = told(world, root, refused(world, inside(world, deployment_id, text).actor, "app:open", thing))

    assert (found.now.allowed, found.now.rule) == (False, "not-granted")
    assert failing(found.now).endswith("What Root holds as an administrator is not lent to an application.")


def test_a_run_is_told_that_it_does_not_share(world: World, ada: Person) -> None:
    thing = world.thing(ada)

    found = told(world, ada, refused(world, a_run_of(ada), "app:share", thing))

    assert (found.now.allowed, found.now.rule, found.now.missing) == (False, "key-cap", "SHARE")
    assert failing(found.now).startswith("A run may at most change and delete: this needs to")
    assert "runs do not share" in found.now.helps
    assert found.now.steps[0].says == "Ada, for whom the run acts, is active."


def test_a_run_that_may_now_is_told_that_it_is_allowed(world: World, ada: Person, dan: Person) -> None:
    thing = world.thing(ada)
    decision_id = refused(world, a_run_of(dan), "app:edit", thing)
    world.grant(thing.id, dan.id, EDIT)
    assert told(world, dan, decision_id).now.allowed


def test_what_code_was_refused_is_told_to_nobody_for_whom_it_did_not_act(
    world: World, ada: Person, dan: Person
) -> None:
    thing = world.thing(ada)
    app = inside(world, deployed(world, ada)).actor
    for caller in (app, a_run_of(ada)):
        decision_id = refused(world, caller, "app:edit", thing)
        with pytest.raises(UnknownDecision):
            told(world, dan, decision_id)


def test_a_hidden_thing_stays_hidden_from_whom_code_acts_for(world: World, ada: Person, dan: Person) -> None:
    thing = world.thing(ada)
    app = inside(world, deployed(world, dan)).actor

    found = told(world, dan, refused(world, app, "app:edit", thing, "not-found"))

    assert (found.now.rule, found.now.node) == ("not-found", None)
    assert found.then is not None
    assert found.then.resource == ""
