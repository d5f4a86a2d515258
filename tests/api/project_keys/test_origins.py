"""CORS: exactly the origins that the key lists, never with credentials."""

import pytest
from calling import problem
from httpx import Response
from key_desk import KeyDesk

HERE = "https://app.example"
ALLOW = "access-control-allow-origin"


def _preflight(desk: KeyDesk, origin: str) -> Response:
    asked = {"origin": origin, "access-control-request-method": "GET"}
    return desk.api.nobody.call("OPTIONS", "projects", headers=asked)


def test_a_listed_origin_reads_the_answers_of_its_key(desk: KeyDesk) -> None:
    listed = desk.keyed("READ_CONF", allowed_origins=[HERE, "http://localhost:5173"])
    plain = desk.keyed("READ_CONF")
    for path, status in (("projects/P", 200), ("projects/NONE", 404)):
        answer = listed.get(path, headers={"origin": HERE})
        assert (answer.status_code, answer.headers[ALLOW], answer.headers["vary"]) == (status, HERE, "Origin")
        assert "access-control-allow-credentials" not in answer.headers
    for key, origin in ((listed, "https://other.example"), (listed, "null"), (plain, HERE)):
        answer = key.get("projects/P", headers={"origin": origin})
        assert (answer.status_code, ALLOW in answer.headers) == (200, False)
    session = desk.owner.get("projects/P", headers={"origin": HERE})
    assert ALLOW not in session.headers


def test_a_preflight_is_answered_while_some_good_key_lists_the_origin(desk: KeyDesk) -> None:
    assert ALLOW not in _preflight(desk, HERE).headers
    made = desk.made(allowed_origins=[HERE])
    answer = _preflight(desk, HERE)
    assert (answer.status_code, answer.headers[ALLOW]) == (204, HERE)
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert ALLOW not in _preflight(desk, "https://other.example").headers
    path = f"projects/P/keys/{made['id']}"
    for body in ({"is_enabled": False}, {"is_enabled": True}):
        desk.owner.patch(path, body)
        assert (ALLOW in _preflight(desk, HERE).headers) is body["is_enabled"]
    desk.world.store.clock.advance(days=90)
    assert ALLOW not in _preflight(desk, HERE).headers


def test_the_list_can_be_replaced(desk: KeyDesk) -> None:
    made = desk.made(allowed_origins=[HERE])
    path = f"projects/P/keys/{made['id']}/allowed-origins"
    answer = desk.owner.call("PUT", path, json={"origins": ["https://B.example:443", "https://b.example"]})
    assert answer.json()["allowed_origins"] == ["https://b.example"]
    assert ALLOW not in _preflight(desk, HERE).headers
    assert desk.owner.call("PUT", path, json={"origins": []}).json()["allowed_origins"] == []
    stale = desk.api.session(desk.ada, is_recent=False)
    assert problem(stale.call("PUT", path, json={"origins": []})) == (403, "confirm-required")


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "", "app.example", "ftp://app.example", "https://", "https://u:p@app.example",
     "https://app.example/", "https://app.example?x", "https://app.example:x", "https://a b", "//a.example"],
)  # fmt: skip
def test_what_is_no_origin_is_refused(desk: KeyDesk, origin: str) -> None:
    answer = desk.owner.post("projects/P/keys", {"name": "x", "allowed_origins": [origin]})
    assert answer.status_code == 400
    assert desk.owner.pages("projects/P/keys") == []
