"""The client inside hosted code: found by the environment, without a key, or for a visitor."""

import httpx
import pytest
from starlette.requests import Request

import gatepost
from gatepost.errors import Invalid, Unauthenticated
from gatepost.inside import visitor_key_of, way_in

INSIDE = {"GATEPOST_SERVER": "http://127.0.0.1:8081", "GATEPOST_APP_ID": "app_1"}
KEY = "gpv_" + "0" * 48


def starlette_request(*headers: tuple[bytes, bytes]) -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": list(headers)})


def sent(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], **how: object) -> httpx.Request:
    """Return the request that `client().me.get()` sends in *environ*."""
    for name in ("GATEPOST_SERVER", "GATEPOST_APP_ID", "GATEPOST_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"principal": {"kind": "key", "id": "app_1", "name": "CustomApp"}})

    with gatepost.client(transport=httpx.MockTransport(answer), **how) as client:  # type: ignore[arg-type]
        client.me.get()
    return seen[0]


def test_inside_no_key_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    request = sent(monkeypatch, INSIDE)
    assert str(request.url) == "http://127.0.0.1:8081/api/v1/me"
    assert "authorization" not in request.headers


def test_a_shared_loopback_has_a_path_that_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {**INSIDE, "GATEPOST_SERVER": "http://127.0.0.1:40001/hush"}
    assert str(sent(monkeypatch, environ).url) == "http://127.0.0.1:40001/hush/api/v1/me"
    found = way_in(environ)
    assert found is not None
    assert "hush" not in f"{found} {found!r}"


def test_a_visitor_is_acted_for_by_the_key_on_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = starlette_request((b"x-gatepost-visitor-key", KEY.encode()))
    assert sent(monkeypatch, INSIDE, visitor=visitor).headers["authorization"] == f"Key {KEY}"


@pytest.mark.parametrize("visitor", [
    {"X-Gatepost-Visitor-Key": KEY},
    {"HTTP_X_GATEPOST_VISITOR_KEY": KEY},
    httpx.Headers({"x-gatepost-visitor-key": KEY}),
    httpx.Request("GET", "http://a/", headers={"X-GATEPOST-VISITOR-KEY": KEY}),
    type("Session", (), {"http_conn": starlette_request((b"x-gatepost-visitor-key", KEY.encode()))})(),
], ids=["mapping", "wsgi", "headers", "request", "shiny"])  # fmt: skip
def test_requests_of_many_frameworks_are_understood(visitor: object) -> None:
    assert visitor_key_of(visitor) == KEY


def test_a_request_without_a_key_is_nobodys() -> None:
    with pytest.raises(Unauthenticated) as refused:
        visitor_key_of(starlette_request((b"host", b"a")))
    assert refused.value.error_code == "no-visitor"


def test_what_has_no_headers_is_no_request() -> None:
    with pytest.raises(Invalid):
        visitor_key_of(42)


def test_a_visitor_and_a_key_are_not_both_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Invalid):
        sent(monkeypatch, INSIDE, visitor={"x-gatepost-visitor-key": KEY}, key="gpp_x")


def test_outside_the_environment_is_no_way_in() -> None:
    assert way_in({"GATEPOST_SERVER": "http://127.0.0.1:8081"}) is None
    assert way_in({"GATEPOST_APP_ID": "app_1", "GATEPOST_SERVER": "https://gatepost.example"}) is None
