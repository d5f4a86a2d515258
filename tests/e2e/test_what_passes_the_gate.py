"""What an application gets and gives through the whole gate: methods, streams, headers, cookies."""

import json
import socket
from typing import Any

import httpx
import jwt
import pytest
from callers import Caller, nobody, on_origin, open_socket, path_of
from gate_calls import call
from instances import Instance
from waiting import until

from gatepost_server.gateway.headers import FORGED_NAMES, FORGED_PREFIXES

pytestmark = pytest.mark.e2e

FORGED = [f"{prefix}whoever" for prefix in FORGED_PREFIXES] + list(FORGED_NAMES)
SPELT = {"small": str.lower, "capital": str.upper, "title": str.title}


@pytest.fixture
def program(gatepost: Instance, key: str) -> Caller:
    """A program with the owner's key."""
    return Caller(gatepost, Authorization=f"Key {key}")


@pytest.fixture
def base(probe) -> str:
    """The path of the probe's content URL."""
    return path_of(probe["content_url"])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT"])
def test_every_method_arrives_with_its_body_and_query(program: Caller, base, method):
    seen = program.request(method, f"{base}some/where?a=1&b=two%20words", content=b"the body").json()
    assert (seen["method"], seen["body"], seen["query"]) == (method, "the body", "a=1&b=two%20words")


def test_head_gets_the_head_alone(program: Caller, base):
    answer = program.head(f"{base}who")
    assert (answer.status_code, answer.content) == (200, b"")


def test_an_app_can_check_who_calls(gatepost, owner: Caller, probe, base, key):
    """By the published keys alone, on a WebSocket too; what a caller made up is not passed on."""
    published = jwt.PyJWKSet(httpx.get(f"{gatepost.url}/.well-known/jwks.json").json()["keys"])
    forged = jwt.encode({"sub": "root", "aud": probe["id"]}, "x" * 32, "HS256")

    def told(headers) -> dict[str, Any]:
        [token] = [value for name, value in headers if name == "x-gatepost-assertion"]
        signer = published[jwt.get_unverified_header(token)["kid"]]
        return jwt.decode(token, signer, algorithms=["ES256"], audience=probe["id"], issuer=gatepost.url)

    line = f"X-Gatepost-Assertion: {forged}"
    seen = call(gatepost.port, base, f"Authorization: Key {key}", line).json["headers"]
    said = told(seen)
    assert (said["name"], said["kind"], said["exp"] - said["iat"]) == (owner.username, "user", 60)
    assert said["sub"] == dict(seen)["x-gatepost-user-id"]
    headers = {"Authorization": f"Key {key}", "X-Gatepost-Assertion": forged}
    with open_socket(gatepost, f"{base}talk", headers) as talk:
        talk.send("headers")
        assert told(json.loads(talk.recv(timeout=20)))["sub"] == said["sub"]

    by_session = owner.get(base).json()["headers"]
    assert told(by_session)["sub"] == said["sub"]
    owner.ok("PATCH", f"apps/{probe['id']}", {"access": "anyone"})
    try:
        with nobody(gatepost) as anybody:
            seen = anybody.get(base, headers={"X-Gatepost-Assertion": forged}).json()["headers"]
    finally:
        owner.ok("PATCH", f"apps/{probe['id']}", {"access": "grants"})
    assert not {"x-gatepost-user", "x-gatepost-assertion"} & {name for name, _ in seen}


@pytest.mark.parametrize("at_its_origin", [False, True], ids=["content url", "own origin"])
def test_a_websocket_carries_text_and_bytes_both_ways(gatepost, key, probe, base, at_its_origin):
    path, host = ("/talk", on_origin(probe)["Host"]) if at_its_origin else (f"{base}talk", None)
    with open_socket(gatepost, path, {"Authorization": f"Key {key}"}, host=host) as talk:
        for sent in ("hello", "ä€𝄞", b"\x00\x01\xff", "x" * 300_000, b"y" * 300_000):
            talk.send(sent)
            assert talk.recv(timeout=20) == sent


def test_a_websocket_without_a_credential_is_refused_before_the_app(gatepost, base):
    answer = call(
        gatepost.port, f"{base}talk", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )  # fmt: skip
    assert answer.status == 401


def test_events_arrive_one_by_one_as_they_are_made(program: Caller, base):
    """Each event is made only after the one before it was read here."""
    with program.stream("GET", f"{base}events/one-by-one") as stream:
        lines = stream.iter_lines()
        assert [next(lines), next(lines)] == ["data: ready", ""]
        for text in ("first", "second", "third"):
            program.post(f"{base}say/one-by-one", content=text)
            assert [next(lines), next(lines)] == [f"data: {text}", ""]
        program.post(f"{base}say/one-by-one", content="end")
        assert list(lines) == []


def test_an_upload_reaches_the_app_while_it_is_still_being_sent(gatepost, program: Caller, base, key):
    with socket.create_connection(("127.0.0.1", gatepost.port), timeout=30) as plain:
        head = f"PUT {base}upload/streamed HTTP/1.1\r\nHost: localhost:{gatepost.port}\r\n"
        plain.sendall(f"{head}Authorization: Key {key}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for sent in (1000, 2000, 3000):
            plain.sendall(b"%x\r\n%b\r\n" % (1000, b"x" * 1000))
            until(lambda sent=sent: program.get(f"{base}progress/streamed").json()["bytes"] == sent)
        plain.sendall(b"0\r\n\r\n")
        answered = b""
        while b"}" not in answered:
            answered += plain.recv(65536)
        assert b'"bytes": 3000' in answered


def test_a_caller_who_hangs_up_is_noticed(gatepost, program: Caller, owner, base, key):
    """What is not read any more does not stay open inside."""
    with program.stream("GET", f"{base}events/hung-up") as stream:
        assert next(stream.iter_lines()) == "data: ready"
    made = owner.make_key("afterwards")
    assert owner.ok("DELETE", f"keys/{made['id']}")["connections_closed"] == 0


@pytest.mark.parametrize("name", FORGED)
def test_no_forged_identity_arrives_in_any_spelling(gatepost, owner, base, key, name):
    for spell in SPELT.values():
        answer = call(gatepost.port, base, f"Authorization: Key {key}", f"{spell(name)}: forged-by-me")
        assert answer.status == 200
        assert "forged-by-me" not in answer.body.decode()
        sent = dict(answer.json["headers"])
        assert (sent["x-gatepost-user"], sent["x-forwarded-for"]) == (owner.username, "127.0.0.1")


@pytest.mark.parametrize("name", ["X_Gatepost_User", "x_gatepost-user", "Remote_User", "X_Forwarded_For"])
def test_an_underscore_spelling_is_refused(gatepost, base, key, name):
    assert call(gatepost.port, base, f"Authorization: Key {key}", f"{name}: me").status == 400


def test_no_header_of_a_credential_and_no_cookie_of_ours_reaches_the_app(gatepost, base, key):
    lines = (
        f"Authorization: Bearer {key}", f"X-RSC-Authorization: {key}",
        "Cookie: own=1; gp_session=abc; __Host-gp_session=def; other=2",
    )  # fmt: skip
    seen = call(gatepost.port, base, *lines).json
    names = {name for name, _ in seen["headers"]}
    assert not names & {"authorization", "x-rsc-authorization"}
    assert key not in json.dumps(seen)
    assert [value for name, value in seen["headers"] if name == "cookie"] == ["own=1; other=2"]
    assert not [name for name in names if name.startswith(("x-gp-", "x-envoy-"))]


def test_a_session_opens_content_and_its_cookie_stays_with_the_gate(owner: Caller, base):
    seen = owner.get(base).json()
    assert dict(seen["headers"])["x-gatepost-user"] == owner.username
    assert not [name for name, _ in seen["headers"] if name in ("cookie", "x-gatepost-csrf")]


def test_a_websocket_upgrade_is_stripped_of_the_same(gatepost, base, key):
    headers = {"Authorization": f"Key {key}", "Cookie": "gp_session=abc; own=1", "X-Gatepost-User": "root"}
    with open_socket(gatepost, f"{base}talk", headers) as talk:
        talk.send("headers")
        seen = json.loads(talk.recv(timeout=20))
    assert "authorization" not in dict(seen)
    assert [value for name, value in seen if name == "cookie"] == ["own=1"]
    assert [value for name, value in seen if name == "x-gatepost-user"] != ["root"]


@pytest.mark.parametrize("at_its_origin", [False, True], ids=["content url", "own origin"])
def test_an_app_sets_its_own_cookies_and_none_of_ours(program: Caller, probe, base, at_its_origin):
    path, host = ("/cookies", on_origin(probe)) if at_its_origin else (f"{base}cookies", {})
    lines = program.get(path, headers=host).headers.get_list("set-cookie")
    assert "stolen" not in " ".join(lines)
    assert "wide=" not in " ".join(lines)
    if at_its_origin:
        assert [line.partition(";")[0] for line in lines] == ["own=1"]


def test_proxied_answers_on_the_control_host_are_sandboxed(program: Caller, probe, base):
    answer = program.get(f"{base}who")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "allow-same-origin" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    there = program.get("/who", headers=on_origin(probe))
    assert f"frame-ancestors 'self' {program.instance.url}" in there.headers["content-security-policy"]


def test_an_app_host_that_belongs_to_nobody_is_not_found(gatepost: Instance, program: Caller):
    for label in ("x--" + "0" * 24, "probe", "a--b", "--" + "0" * 24):
        host = {"Host": f"{label}.localhost:{gatepost.port}"}
        assert program.get("/", headers=host).status_code == 404


def test_the_slug_in_an_apps_host_is_only_for_people(program: Caller, probe, gatepost: Instance):
    """The hex part names the app; its name may change without breaking addresses."""
    host = f"another-name--{probe['id'].removeprefix('app_')}.localhost:{gatepost.port}"
    assert program.get("/who", headers={"Host": host}).status_code == 200


def test_the_control_plane_is_not_served_on_an_apps_host(program: Caller, probe, gatepost: Instance):
    with nobody(gatepost) as stranger:
        for path in ("/api/v1/me", "/login", "/static/x", "/healthz"):
            assert stranger.get(path, headers=on_origin(probe)).status_code == 401
    assert httpx.get(f"{gatepost.url}/healthz").status_code == 200
