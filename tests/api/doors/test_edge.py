"""The outermost layer: request ids, headers, limits, addresses that are not there."""

import re

import pytest
from calling import Api, problem
from world import World

from gatepost_server.kernel.ids import is_id

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.mark.parametrize("path", ["me", "nothing", "/healthz", "/openapi.json"])
def test_every_answer_has_an_id_and_the_safe_headers(api: Api, path: str) -> None:
    answer = api.nobody.get(path)
    assert is_id(answer.headers["x-request-id"], "req")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "access-control-allow-origin" not in answer.headers
    assert "server" not in answer.headers


def test_a_caller_does_not_choose_the_id(api: Api) -> None:
    answer = api.nobody.get("me", headers={"x-request-id": "req_" + "0" * 24})
    assert answer.headers["x-request-id"] != "req_" + "0" * 24


def test_a_refusal_is_found_in_the_trail_by_its_id(api: Api, world: World) -> None:
    decision = api.session(world.person("ada")).get("settings").json()["decision_id"]
    rows = api.session(world.person("root", "administrator")).pages("audit", request_id=decision)
    assert [(row["action"], row["decision"], row["actor"]["name"]) for row in rows] == [
        ("settings:read", "denied", "ada")
    ]


@pytest.mark.parametrize(
    "path", ["nothing", "keys/a/b", "/api", "/api/v1", "/api/v2/me", "/api/v1//me", "/api/v1/../../x"]
)
def test_an_address_that_is_not_there_is_not_found(api: Api, path: str) -> None:
    assert problem(api.nobody.get(path)) == (404, "no-such-route")


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "keys"), ("DELETE", "me"), ("PATCH", "login"), ("POST", "audit")]
)
def test_a_method_that_a_route_does_not_take_is_said_with_those_it_does(
    api: Api, method: str, path: str
) -> None:
    answer = api.nobody.call(method, path)
    assert problem(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"]


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_body_that_is_too_large_is_refused(api: Api, world: World, is_declared: bool) -> None:
    ada = api.session(world.person("ada"))
    body = b'{"name":"' + b"x" * (4 << 20) + b'"}'

    async def chunks() -> "object":
        for start in range(0, len(body), 1 << 18):
            yield body[start : start + (1 << 18)]

    sent = body if is_declared else chunks()
    answer = ada.call("POST", "keys", content=sent, headers={"content-type": "application/json"})
    assert problem(answer) == (413, "too-large")
    assert ada.pages("keys") == []


@pytest.mark.parametrize(
    "path", ["keys/%00", "users/%00", "apps/%00", "sources/%00", "keys/%ff", "keys/%ED%A0%80"]
)
def test_odd_characters_in_an_address_are_the_callers_fault(api: Api, world: World, path: str) -> None:
    root = api.session(world.person("root", "administrator"))
    method = "DELETE" if path.startswith("keys") else "GET"
    assert root.call(method, path).status_code in (400, 404)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ff", "cursor=%00", "cursor=x", "limit=0", "limit=201", "limit=x", "limit=1e9"]
)
@pytest.mark.parametrize("path", ["keys", "users", "audit", "apps", "sources"])
def test_odd_queries_are_the_callers_fault(api: Api, world: World, path: str, query: str) -> None:
    answer = api.session(world.person("root", "administrator")).get(f"{path}?{query}")
    assert answer.status_code == 400 or (query.startswith("q=") and answer.json()["items"] == [])


def test_the_document_says_which_action_each_call_takes(api: Api) -> None:
    paths = api.nobody.get("/openapi.json").json()["paths"]
    assert paths["/api/v1/keys"]["post"]["x-gatepost-action"] == "key:create"
    assert all(re.fullmatch(r"/[a-z0-9_{}/.-]*", path) for path in paths)


def test_readiness_and_health_are_for_everybody_in_one_word(api: Api, world: World) -> None:
    assert api.nobody.get("/readyz").text == "ready\n"
    said = api.nobody.get("/healthz").json()
    assert said["status"] in ("ok", "degraded")
    assert set(said) == {"status", "reasons"}
    full = api.session(world.person("root", "administrator")).get("health").json()
    assert set(full) == {"status", "reasons", "details", "parts"}
