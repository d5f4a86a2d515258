"""POST keys/{id}/reveal and GET apps/{a}/keys: the key of an application, and who sees what of it."""

import json
from typing import Any

import pytest
from calling import Api, Caller, problem
from deployments import app_of, deployed, started
from world import Person, World

from gatepost_server.authz.policy import policy


@pytest.fixture
def ada(world: World) -> Person:
    return world.person("ada", "publisher")


@pytest.fixture
def text(api: Api, world: World, ada: Person) -> str:
    """The key of an application of Ada's."""
    found = started(world, deployed(world, ada, seals=api.house.safe.seals), api.house.safe.seals)
    assert found is not None
    return found


def with_key(api: Api, text: str) -> Caller:
    """A program with a key."""
    return Caller(api, {"authorization": f"Key {text}"})


def test_its_user_lists_it_without_an_end_and_copies_it(api: Api, ada: Person, text: str) -> None:
    caller = api.session(ada)
    [key] = caller.pages("keys")
    assert (key["kind"], key["expires_at"], key["name"]) == ("creator", None, f"CustomApp {key['app_id']}")
    assert text[14:46] not in json.dumps(key)
    answer = caller.post(f"keys/{key['id']}/reveal")
    assert (answer.status_code, answer.json()) == (200, {"key": text})
    assert answer.headers["cache-control"] == "no-store"


def test_nobody_else_copies_it_and_a_key_never_does(api: Api, world: World, ada: Person, text: str) -> None:
    [key] = api.session(ada).pages("keys")
    at = f"keys/{key['id']}/reveal"
    other, root = world.person("bob", "publisher"), world.person("root", "administrator")
    for who in (other, root):
        assert problem(api.session(who).post(at)) == (404, "unknown-key")
    assert problem(api.by_key(ada).post(at)) == (403, "session-required")
    assert problem(with_key(api, text).post(at)) == (403, "session-required")


def test_a_personal_key_is_not_kept(api: Api, world: World, ada: Person) -> None:
    key = world.key(ada).key
    assert problem(api.session(ada).post(f"keys/{key.id}/reveal")) == (409, "key-not-kept")


@pytest.mark.parametrize("body", [{"name": "x"}, {"expires_at": None}, {"ip_allowlist": "10.0.0.1"}])
def test_it_is_bound_to_its_app(api: Api, ada: Person, text: str, body: dict[str, object]) -> None:
    caller = api.session(ada)
    [key] = caller.pages("keys")
    assert problem(caller.patch(f"keys/{key['id']}", body)) == (409, "bound-to-app")
    rotated = caller.post(f"keys/{key['id']}/rotate", {"overlap_seconds": 0})
    assert problem(rotated) == (409, "bound-to-app")
    assert with_key(api, text).get("me").status_code == 200


def test_disabled_and_deleted_it_is_refused(api: Api, ada: Person, text: str) -> None:
    caller = api.session(ada)
    [key] = caller.pages("keys")
    assert caller.patch(f"keys/{key['id']}", {"is_enabled": False}).json()["status"] == "disabled"
    assert with_key(api, text).get("me").status_code == 401
    assert caller.patch(f"keys/{key['id']}", {"is_enabled": True}).status_code == 200
    assert with_key(api, text).get("me").json()["app"] == key["app_id"]
    assert caller.delete(f"keys/{key['id']}").json()["revoked"]
    assert with_key(api, text).get("me").status_code == 401
    [gone] = caller.pages("keys", status="revoked")
    assert gone["id"] == key["id"]


def test_the_apps_readers_see_for_whom_it_acts_and_how_far(
    api: Api, world: World, ada: Person, text: str
) -> None:
    [key] = api.session(ada).pages("keys")
    reader, opener = world.person("reader"), world.person("opener")
    world.grant(key["app_id"], reader.id, policy.mask("READ"))
    world.grant(key["app_id"], opener.id, policy.mask("USE"))
    answer = api.session(reader).get(f"apps/{key['app_id']}/keys")
    [shown] = answer.json()["items"]
    assert (shown["user"]["name"], shown["key_scope_level"], shown["is_used"]) == ("ada", "viewer", True)
    assert text[14:46] not in answer.text
    assert api.session(opener).get(f"apps/{key['app_id']}/keys").status_code == 403
    assert api.session(world.person("none")).get(f"apps/{key['app_id']}/keys").status_code == 404


def test_the_keys_tab_says_for_whom_it_acts_and_only_its_user_may_copy_there(
    api: Api, world: World, ada: Person, text: str
) -> None:
    [key] = api.session(ada).pages("keys")
    reader, opener = world.person("reader"), world.person("opener")
    world.grant(key["app_id"], reader.id, policy.mask("READ"))
    world.grant(key["app_id"], opener.id, policy.mask("USE"))

    def tab(who: Person) -> Any:
        return api.session(who).call(
            "GET", f"/applications/{key['app_id']}/keys", headers={"accept": "text/html"}
        )

    own, others = tab(ada).text, tab(reader).text
    assert "who deployed it. It may read, and never more than they may." in own
    assert "x-datarobot-api-key" in own
    assert f"/keys/{key['id']}/copy" in own
    assert "Level Viewer" in others
    assert f"/keys/{key['id']}/copy" not in others
    assert text[14:46] not in own + others
    assert (tab(opener).status_code, tab(world.person("none")).status_code) == (403, 404)


def test_the_keys_tab_of_the_level_none_says_that_there_is_no_key(
    api: Api, world: World, ada: Person
) -> None:
    app_id = app_of(world, deployed(world, ada, required_key_scope_level="none"))
    page = api.session(ada).call("GET", f"/applications/{app_id}/keys", headers={"accept": "text/html"}).text
    assert page.count("Its version asks for the level None, so it gets no key.") == 2


def test_administrators_find_it_by_its_prefix_and_delete_it(
    api: Api, world: World, ada: Person, text: str
) -> None:
    root = api.session(world.person("root", "administrator"))
    for q in ("gpc_", text[:14], text, "CustomApp"):
        assert [key["name"][:9] for key in root.pages("admin/keys/all", q=q)] == ["CustomApp"], q
    [key] = root.pages("admin/keys/all", kind="creator")
    assert root.delete(f"admin/keys/all/{key['id']}").json()["revoked"]
    assert with_key(api, text).get("me").status_code == 401


def test_a_deleted_app_takes_its_key_along(api: Api, world: World, ada: Person) -> None:
    deployment_id = deployed(world, ada, seals=api.house.safe.seals)
    text = started(world, deployment_id, api.house.safe.seals) or ""
    app_id = app_of(world, deployment_id)
    assert api.session(ada).delete(f"apps/{app_id}").json()["revoked"]
    assert with_key(api, text).get("me").status_code == 401
    assert api.session(ada).get(f"apps/{app_id}/keys").status_code == 404
