"""GET explain: what was decided, what holds now, what would help; and to whom that is told."""

from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from httpx import Response
from world import World

from gatepost_server.authz import NodeKind
from gatepost_server.authz.policy import Atom

USE, OWN, SHARE = 1 << Atom.USE, 1 << Atom.OWN, 1 << Atom.SHARE
MISSING = "app_" + "0" * 24


def told(caller: Caller, **query: str) -> Any:
    answer = caller.get("explain", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def decision(answer: Response) -> str:
    assert answer.status_code in (401, 403, 404)
    return str(answer.json()["decision_id"])


def test_a_refusal_says_the_rule_the_smallest_grant_and_who_can_give_it(api: Api, world: World) -> None:
    owner = world.person("owner", "publisher")
    app, guest = world.thing(owner), world.person("guest", "publisher")
    world.grant(app.id, guest.id, USE)
    caller = api.session(guest)
    refused = caller.patch(f"apps/{app.id}", {"name": "Mine"})

    found = told(caller, decision_id=decision(refused))

    assert (found["allowed"], found["rule"], found["missing"]) == (False, "not-granted", "EDIT")
    assert [(step["rule"], step["passed"]) for step in found["steps"]] == [
        ("account-inactive", True), ("not-granted", False), ("role-cap", True), ("asked", False),
    ]  # fmt: skip
    assert found["smallest_grant"]["permissions"] == ["EDIT"]
    assert found["smallest_grant"]["role"] == "editor"
    assert found["smallest_grant"]["to"]["name"] == "guest"
    assert found["smallest_grant"]["on"] == {"kind": "app", "id": app.id, "name": app.name}
    assert [(one["name"], one["role"]) for one in found["who_can"]] == [("owner", "owner")]
    assert found["decision"]["reason"] == "denied"
    assert found["decision"]["allowed"] is False


def test_the_smallest_grant_is_enough(api: Api, world: World) -> None:
    owner = world.person("owner", "publisher")
    app, guest = world.thing(owner), world.person("guest", "publisher")
    world.grant(app.id, guest.id, USE)
    caller = api.session(guest)
    refused = caller.patch(f"apps/{app.id}", {"name": "Mine"})
    grant = told(caller, decision_id=decision(refused))["smallest_grant"]

    to = {"type": grant["to"]["kind"], "name": grant["to"]["name"]}
    given = api.session(owner).post(f"apps/{app.id}/grants", {"to": to, "role": grant["role"]})

    assert given.status_code == 201
    found = told(caller, decision_id=decision(refused))
    assert (found["allowed"], found["rule"], found["decision"]["allowed"]) == (True, None, False)


def test_no_grant_helps_against_the_cap_of_a_server_role(api: Api, world: World) -> None:
    root = world.person("root", "administrator")
    app, viewer = world.thing(world.person("owner", "publisher")), world.person("viewer")
    world.grant(app.id, viewer.id, SHARE)

    found = told(api.session(viewer), action="app:edit", resource=app.id)

    assert (found["allowed"], found["rule"], found["smallest_grant"]) == (False, "role-cap", None)
    assert "another server role" in found["helps"]
    assert [(one["id"], one["role"]) for one in found["who_can"]] == [(root.id, "administrator")]


def test_what_is_allowed_is_explained_too(api: Api, world: World) -> None:
    owner = world.person("owner", "publisher")
    app = world.thing(owner)
    found = told(api.session(owner), action="app:edit", resource=app.id)
    assert (found["allowed"], found["rule"], found["missing"], found["smallest_grant"]) == (
        True,
        None,
        None,
        None,
    )
    assert found["who_can"] == []
    assert all(step["passed"] for step in found["steps"])


@pytest.mark.parametrize("kind", [NodeKind.APP, NodeKind.SOURCE])
def test_a_hidden_thing_is_explained_as_one_that_is_not_there(api: Api, world: World, kind: NodeKind) -> None:
    thing, stranger = (
        world.thing(world.person("owner", "publisher"), kind),
        api.session(world.person("stranger")),
    )
    action = f"{kind}:read"
    hidden, missing = (
        told(stranger, action=action, resource=one) for one in (thing.id, thing.id[:4] + "0" * 24)
    )
    assert hidden == missing
    assert (hidden["rule"], hidden["resource"], hidden["smallest_grant"]) == ("not-found", None, None)


def test_a_404_is_explained_alike_for_a_hidden_and_a_missing_thing(api: Api, world: World) -> None:
    app, stranger = world.thing(world.person("owner", "publisher")), api.session(world.person("stranger"))
    found = []
    for one in (app.id, MISSING):
        answer = told(stranger, decision_id=decision(stranger.get(f"apps/{one}")))
        answer["decision"] = {**answer["decision"], "id": "", "at": ""}
        found.append(answer)
    assert found[0] == found[1]
    assert app.name not in str(found[0])
    assert app.id not in str(found[0])


def test_administrators_are_told_what_was_hidden(api: Api, world: World) -> None:
    app, stranger = world.thing(world.person("owner", "publisher")), api.session(world.person("stranger"))
    refused = stranger.get(f"apps/{app.id}")
    root = api.session(world.person("root", "administrator"))
    found = told(root, decision_id=decision(refused))
    assert (found["rule"], found["missing"], found["resource"]["id"]) == ("not-granted", "LIST", app.id)
    assert found["caller"] == {"kind": "user", "name": "stranger"}


def test_somebody_elses_decision_is_unknown_as_one_that_was_never_made(api: Api, world: World) -> None:
    ada, bob = api.session(world.person("ada")), api.session(world.person("bob"))
    refused = ada.get("settings")
    of_ada = bob.get("explain", params={"decision_id": decision(refused)})
    of_nobody = bob.get("explain", params={"decision_id": "req_" + "0" * 24})
    for answer in (of_ada, of_nobody):
        assert problem(answer) == (404, "unknown-decision")
    assert of_ada.json()["detail"] == of_nobody.json()["detail"]


def test_others_are_asked_about_by_administrators_alone(api: Api, world: World) -> None:
    app, ada = world.thing(world.person("owner", "publisher")), world.person("ada")
    query = {"action": "app:open", "resource": app.id, "as": "ada"}
    assert problem(api.session(world.person("bob")).get("explain", params=query)) == (403, "denied")
    assert api.session(ada).get("explain", params=query).status_code == 200
    root = api.session(world.person("root", "administrator"))
    found = told(root, **query)
    assert (found["rule"], found["missing"], found["smallest_grant"]["to"]["name"]) == (
        "not-granted",
        "USE",
        "ada",
    )
    query["as"] = "nobody.such"
    assert problem(root.get("explain", params=query)) == (404, "unknown-caller")


def test_a_key_is_explained_with_its_own_cap(api: Api, world: World) -> None:
    owner = world.person("owner", "publisher")
    app, key = world.thing(owner), world.key(owner, role="viewer")
    root = api.session(world.person("root", "administrator"))
    query = {"action": "app:edit", "resource": app.id, "as": key.key.id}
    for asker in (root, api.session(owner)):
        found = told(asker, **query)
        assert (found["allowed"], found["rule"], found["smallest_grant"]) == (False, "key-cap", None)
    assert problem(api.session(world.person("bob")).get("explain", params=query)) == (403, "denied")


def test_a_key_that_is_listed_for_another_address_is_still_explained(api: Api, world: World) -> None:
    owner = world.person("owner", "publisher")
    app, key = world.thing(owner), world.key(owner, ip_allowlist="203.0.113.0/24;10.0.0.1")
    found = told(api.session(owner), action="app:edit", resource=app.id, **{"as": key.key.id})
    assert found["allowed"] is True


def test_who_calls_with_a_bad_key_is_told_no_more_than_that(api: Api, world: World) -> None:
    ids = [decision(api.nobody.get("me", headers={"authorization": "Key gpp_" + "0" * 48})) for _ in range(3)]
    ada = api.session(world.person("ada"))
    root = api.session(world.person("root", "administrator"))
    for one in ids:
        found = told(ada, decision_id=one)
        assert (found["rule"], found["smallest_grant"]) == ("unauthenticated", None)
        assert "malformed" not in str(found)
        assert "malformed key" in str(told(root, decision_id=one)["steps"])


def test_a_call_that_was_refused_as_it_was_sent_is_explained_by_its_code(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    refused = ada.post("keys", {"name": "ci"}, headers={"x-gatepost-csrf": "forged"})
    found = told(ada, decision_id=decision(refused))
    assert (found["rule"], found["decision"]["reason"]) == ("csrf", "csrf")
    assert "token" in found["steps"][0]["says"]


@pytest.mark.parametrize(
    ("action", "is_by_key", "rule"),
    [
        ("key:create", True, "session-required"),
        ("key:create", False, "confirm-required"),
        ("me:read", True, None),
    ],
)
def test_what_concerns_oneself_is_explained(
    api: Api, world: World, action: str, is_by_key: bool, rule: str | None
) -> None:
    ada = world.person("ada")
    caller = api.by_key(ada) if is_by_key else api.session(ada, is_recent=False)
    assert told(caller, action=action)["rule"] == rule


def test_a_stale_session_is_told_to_confirm(api: Api, world: World) -> None:
    root = api.session(world.person("root", "administrator"), is_recent=False)
    refused = root.post("users", {"username": "new", "email": "new@example.com"})
    found = told(root, decision_id=decision(refused))
    assert (found["rule"], found["missing"]) == ("confirm-required", None)


def test_malformed_questions_are_refused(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    for query, field in (
        ({}, "action"),
        ({"action": "app:juggle", "resource": MISSING}, "action"),
        ({"action": "app:open"}, "resource"),
        ({"decision_id": "req_" + "0" * 24, "as": "ada"}, "as"),
    ):
        answer = ada.get("explain", params=query)
        assert answer.status_code == 400
        assert field in faults(answer)
    assert problem(ada.get("explain", params={"decision_id": "nonsense"})) == (404, "unknown-decision")
    assert problem(api.nobody.get("explain?action=me:read")) == (401, "unauthenticated")


def test_who_gives_more_than_they_hold_is_told_what_was_missing(api: Api, world: World) -> None:
    owner, editor, guest = (world.person(name, "publisher") for name in ("owner", "editor", "guest"))
    app = world.thing(owner)
    world.grant(app.id, editor.id, USE | SHARE)
    caller = api.session(editor)
    wanted = {"to": {"type": "user", "name": guest.username}, "role": "owner"}
    refused = caller.post(f"apps/{app.id}/grants", wanted)
    assert (problem(refused), refused.json()["missing"]) == ((403, "grant-exceeds-own"), "OWN")

    found = told(caller, decision_id=decision(refused))

    assert (found["allowed"], found["rule"], found["missing"]) == (False, "grant-exceeds-own", "OWN")
    assert (found["action"], found["resource"]["id"]) == ("app:share", app.id)
    assert "What was missing then: OWN." in found["steps"][-1]["says"]
    assert caller.post(f"apps/{app.id}/grants", {**wanted, "role": "consumer"}).status_code == 201
