"""The routing table: every route says its action, is documented, and refuses who may not."""

from typing import Any

import pytest
from calling import Api, problem
from fastapi import FastAPI
from routes import GOVERNED, ROUTES, UNSAFE, WITH_BODY, Route
from stores import on_one_engine
from world import World

from gatepost_server.authz import policy
from gatepost_server.authz.declare import Need
from gatepost_server.web import ActionRouter, declared_actions
from gatepost_server.web.routing import PUBLIC

LISTS = {"apis", "apps", "sources", "projects", "datasets", "usecases", "credentials", "connections"}
"""Lists that are empty for who may see nothing."""
_SILENT = {("GET", "/openapi.json"), ("HEAD", "/openapi.json"), ("GET", "/static")}
"""Open to anybody without saying so: the document, and the files of the pages."""


def _send(caller: Any, route: Route, **more: Any) -> Any:
    if route.body is not None:
        more.setdefault("json", route.body)
    elif route.is_upload:
        more["files"] = {"bundle": ("bundle.tar.gz", b"not an archive", "application/gzip")}
    return caller.call(route.method, route.path, **more)


def test_every_route_says_its_action_or_that_it_is_public(control_app: FastAPI) -> None:
    declared = list(declared_actions(control_app))
    assert len(declared) > len(ROUTES)
    assert {(method, path) for method, path, said in declared if said is None} <= _SILENT
    assert {said for *_, said in declared} <= {None, PUBLIC, *policy.actions}


def test_every_native_route_has_a_row_in_the_table(control_app: FastAPI) -> None:
    there = {
        (method, path) for method, path, _ in declared_actions(control_app) if path.startswith("/api/v1/")
    }
    assert there == {(route.method, route.template) for route in ROUTES}


def test_only_signing_in_is_public(control_app: FastAPI) -> None:
    public = {
        path for _, path, said in declared_actions(control_app) if said == PUBLIC and path.startswith("/api")
    }
    assert public == {"/api/v1/login", "/api/v1/login/exchange", "/api/v1/login/reset"}


def test_a_router_takes_no_route_that_is_silent_or_says_both() -> None:
    router = ActionRouter()
    for said in ({}, {"action": "me:read", "public": True}, {"action": "me:invented"}):
        with pytest.raises(ValueError):
            router.reads("/x", **said)


@on_one_engine
@pytest.mark.parametrize("route", GOVERNED, ids=str)
def test_nobody_is_asked_to_sign_in(api: Api, route: Route) -> None:
    answer = _send(api.nobody, route)
    assert problem(answer) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Key ")


@on_one_engine
@pytest.mark.parametrize("route", GOVERNED, ids=str)
def test_a_bad_key_is_refused_everywhere_alike(api: Api, route: Route) -> None:
    bad = "gpp_" + "0" * 48
    answer = _send(api.nobody, route, headers={"authorization": f"Key {bad}"})
    assert problem(answer) == (401, "unauthenticated")


@on_one_engine
@pytest.mark.parametrize("route", UNSAFE, ids=str)
def test_a_cookie_without_its_token_does_nothing(api: Api, world: World, route: Route) -> None:
    ada = api.session(world.person("ada", "administrator"))
    answer = _send(ada, route, headers={"x-gatepost-csrf": None})
    assert problem(answer) == (403, "csrf")


@on_one_engine
@pytest.mark.parametrize("route", [route for route in WITH_BODY if not route.is_open], ids=str)
def test_an_unknown_field_is_refused(api: Api, world: World, route: Route) -> None:
    root = api.session(world.person("root", "administrator"))
    answer = _send(root, route, json={**(route.body or {}), "surprise": 1})
    assert problem(answer) == (400, "unknown-field"), answer.text
    assert [fault["field"] for fault in answer.json()["errors"]] == ["surprise"]


@pytest.mark.parametrize(
    "body", ["{", "[]", "null", '"text"', "{}x", "\xff", "[" * 5000, '{"a":' * 5000, "NaN"]
)
@on_one_engine
@pytest.mark.parametrize("route", [route for route in WITH_BODY if not route.is_upload], ids=str)
def test_a_body_that_is_no_object_is_refused(api: Api, world: World, route: Route, body: str) -> None:
    root = api.session(world.person("root", "administrator"))
    sent = {"content-type": "application/json"}
    answer = root.call(route.method, route.path, content=body.encode("latin-1"), headers=sent)
    assert answer.status_code == 400, answer.text


@on_one_engine
@pytest.mark.parametrize("route", GOVERNED, ids=str)
def test_a_viewer_without_rights_gets_no_further_than_their_own_affairs(
    api: Api, world: World, route: Route, control_app: FastAPI
) -> None:
    said = {(method, path): action for method, path, action in declared_actions(control_app)}
    action = policy.actions[said[route.method, route.template] or ""]
    answer = _send(api.session(world.person("ada")), route)
    if action.name == "credential:create":
        assert problem(answer) == (403, "stored-credentials-off")
    elif action.need is not None:
        assert answer.status_code not in (403, 500)
    elif answer.status_code == 200:
        assert route.template.removeprefix("/api/v1/") in LISTS
        assert answer.json() == {"items": [], "next": None}
    else:
        assert answer.status_code in (403, 404)


@on_one_engine
@pytest.mark.parametrize("route", GOVERNED, ids=str)
def test_a_key_does_nothing_that_is_a_persons_own_affair(
    api: Api, world: World, route: Route, control_app: FastAPI
) -> None:
    said = {(method, path): action for method, path, action in declared_actions(control_app)}
    action = policy.actions[said[route.method, route.template] or ""]
    answer = _send(api.by_key(world.person("root", "administrator")), route)
    if action.need is Need.SELF:
        assert problem(answer)[0] == 403
        assert problem(answer)[1] in ("session-required", "keys-cannot-make-keys")
    else:
        assert answer.status_code != 401
