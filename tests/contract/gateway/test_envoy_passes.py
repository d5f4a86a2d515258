"""What the gate passes on: sockets, large bodies, streams, both protocols; and its rules for answers."""

import json
import socket
import subprocess
import threading
import time

import pytest
from gate_rig import APP, OK, Recorded, Rig, allow

from gatepost_server.gateway.envoy import Upstream

GIGABYTE = 1 << 30


def test_a_web_socket_passes_both_ways(rig: Rig) -> None:
    rig.upstreams.answers["app"] = lambda _: (
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", rig.gate.port), timeout=5) as conn:
        conn.sendall(
            b"GET /content/24/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert conn.recv(4096).startswith(b"HTTP/1.1 101")
        conn.sendall(b"\x81\x02hi")
        assert conn.recv(4096) == b"\x81\x02hi"


def test_a_gigabyte_passes_without_growth(rig: Rig) -> None:
    rig.ask()
    before = rig.rss_kb()
    with socket.create_connection(("127.0.0.1", rig.gate.port), timeout=60) as conn:
        conn.sendall(
            f"PUT /content/24/big HTTP/1.1\r\nHost: localhost\r\nContent-Length: {GIGABYTE}\r\n\r\n".encode()
        )
        block = b"x" * (1 << 20)
        for _ in range(GIGABYTE // len(block)):
            conn.sendall(block)
        assert conn.recv(100).startswith(b"HTTP/1.1 200")
    assert rig.seen("app")[-1].body_bytes == GIGABYTE
    assert rig.rss_kb() - before < 64 * 1024


def test_an_event_stream_arrives_event_by_event(rig: Rig) -> None:
    """Each event shows before the next one is written."""
    rig.upstreams.answers["app"] = lambda _: (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        b"9\r\ndata: 1\n\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", rig.gate.port), timeout=5) as conn:
        conn.sendall(b"GET /content/24/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = b""
        while b"data: 1" not in got:
            got += conn.recv(4096)


def test_http_2_without_tls_is_spoken(rig: Rig) -> None:
    shown = subprocess.run(
        ["curl", "-s", "--http2-prior-knowledge", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
         f"http://127.0.0.1:{rig.gate.port}/content/24/"],
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    assert shown.stdout == "2 200"


def test_a_new_configuration_drops_no_request(rig: Rig) -> None:
    other = rig.upstreams.serve("other")
    both = (*rig.gate.upstreams, Upstream("dep_" + "b" * 24, other))
    answers: list[bytes] = []
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            answers.append(rig.ask().split(b"\r\n", 1)[0])

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(10):
        rig.route_to(*(both if turn % 2 else rig.gate.upstreams))
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(answers) > 50
    assert set(answers) == {b"HTTP/1.1 200 OK"}


def test_a_new_cluster_serves_within_a_moment(rig: Rig) -> None:
    rig.upstreams.answers["authz"] = allow("dep_" + "b" * 24)
    assert rig.ask().startswith(b"HTTP/1.1 503")
    rig.route_to(*rig.gate.upstreams, Upstream("dep_" + "b" * 24, rig.upstreams.serve("other")))
    end = time.monotonic() + 5
    while not rig.ask().startswith(b"HTTP/1.1 200"):
        assert time.monotonic() < end
    assert rig.seen("other")


def test_the_control_plane_goes_on_when_the_authorizer_is_away(rig: Rig) -> None:
    rig.gate.authorizer_sockets[0].unlink()
    answer = rig.ask("/content/24/")
    assert answer.startswith(b"HTTP/1.1 503")
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["code"] == "unavailable"
    assert rig.ask("/api/v1/me").startswith(b"HTTP/1.1 200")
    assert rig.seen("app") == []


def test_apps_go_on_when_the_control_plane_is_away(rig: Rig) -> None:
    rig.gate.control_socket.unlink()
    assert rig.ask("/api/v1/me").startswith(b"HTTP/1.1 503")
    assert rig.ask("/content/24/").startswith(b"HTTP/1.1 200")


def _with_cookies(*lines: str) -> bytes:
    rows = [
        "HTTP/1.1 200 OK",
        "server: teapot",
        *(f"set-cookie: {line}" for line in lines),
        "content-length: 2",
    ]
    return ("\r\n".join(rows) + "\r\n\r\nok").encode()


@pytest.mark.parametrize(
    "line",
    [
        "gp_session=x",
        "GP_SESSION=x",
        "__Host-gp_session=x; Path=/; Secure",
        "__secure-gp_frame=x",
        "a=b; Domain=x.y",
        "a=b;domain = x.y",
        "a=b; Path=/; DOMAIN",
        "=gp_session=x",
        "gp_session",
        " gp_frame = x",
        "a=b; Domain=",
        "__Host-__Secure-gp_session=x",
    ],
)
@pytest.mark.parametrize("host", ["localhost", "one--a1.localhost"])
def test_an_app_cannot_set_the_gates_cookies(rig: Rig, line: str, host: str) -> None:
    rig.upstreams.answers["app"] = lambda _: _with_cookies(
        "own=1; Path=/", line, "domainish=a; Path=/domain=x"
    )
    answer = rig.ask(host=host) if host == "localhost" else rig.ask("/", host=host)
    kept = [row for row in answer.decode().split("\r\n") if row.lower().startswith("set-cookie")]
    assert kept == ["set-cookie: own=1; Path=/", "set-cookie: domainish=a; Path=/domain=x"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a=1; Path=/", "a=1; Path=/content/24/"),
        ("a=1;path = /deep; HttpOnly", "a=1; Path=/content/24/deep; HttpOnly"),
        ("a=1; Path=/content/24/deep; Secure", "a=1; Path=/content/24/deep; Secure"),
        ("a=1; Path=/content/24", "a=1; Path=/content/24"),
        ("a=1; Path=/content/245; PATH=/api", "a=1; Path=/content/24/content/245; Path=/content/24/api"),
        ("a=1; Path=here", "a=1; Path=here"),
        ("path=/; HttpOnly", "path=/; HttpOnly"),
    ],
)
def test_a_cookie_set_below_a_prefix_is_for_what_lies_there(rig: Rig, sent: str, kept: str) -> None:
    rig.upstreams.answers["app"] = lambda _: _with_cookies(sent, "b=2; Domain=localhost").replace(
        b"server:", b"x-gp-prefix: /api\r\nserver:"
    )
    rig.upstreams.answers["authz"] = allow(APP, "x-forwarded-prefix: /content/24")
    rows = rig.ask("/content/24/", "X-Forwarded-Prefix: /api").decode().lower().split("\r\n")
    assert [row for row in rows if row.startswith("set-cookie")] == [f"set-cookie: {kept.lower()}"]
    assert not [row for row in rows if row.startswith("x-gp-")]

    rig.upstreams.answers["authz"] = allow(APP)
    rows = rig.ask("/", host="one--a1.localhost").decode().split("\r\n")
    assert [row for row in rows if row.startswith(("set-cookie", "x-gp-"))] == [f"set-cookie: {sent}"]


def test_the_control_plane_sets_its_cookies(rig: Rig) -> None:
    rig.upstreams.answers["control"] = lambda _: _with_cookies("gp_session=x; HttpOnly")
    assert b"set-cookie: gp_session=x" in rig.ask("/login")


def test_answers_on_the_control_host_are_sandboxed(rig: Rig) -> None:
    rig.upstreams.answers["app"] = lambda _: (
        b"HTTP/1.1 200 OK\r\ncontent-security-policy: default-src *\r\nx-content-type-options: off\r\n"
        b"server: teapot\r\ncontent-length: 0\r\n\r\n"
    )
    head = rig.ask().decode().lower()
    assert "content-security-policy: sandbox\r\n" in head
    assert "x-content-type-options: nosniff" in head
    assert "teapot" not in head


@pytest.mark.parametrize("host", ["localhost", "one--a1.localhost"])
def test_an_app_says_nothing_about_the_host_that_it_shares(rig: Rig, host: str) -> None:
    rig.upstreams.answers["app"] = lambda _: (
        b'HTTP/1.1 200 OK\r\nClear-Site-Data: "cookies"\r\nstrict-transport-security: max-age=9999999\r\n'
        b'alt-svc: h2=":1"\r\nNEL: {}\r\nreport-to: {}\r\nx-own: kept\r\ncontent-length: 0\r\n\r\n'
    )
    answer = rig.ask(host=host) if host == "localhost" else rig.ask("/", host=host)
    said = {row.partition(":")[0] for row in answer.decode().lower().split("\r\n")}
    assert "x-own" in said
    assert not said & {"clear-site-data", "strict-transport-security", "alt-svc", "nel", "report-to"}


def test_the_control_plane_may_say_it(rig: Rig) -> None:
    rig.upstreams.answers["control"] = lambda _: (
        b"HTTP/1.1 200 OK\r\nstrict-transport-security: max-age=1\r\ncontent-length: 0\r\n\r\n"
    )
    assert b"strict-transport-security: max-age=1" in rig.ask("/login")


def test_only_the_control_origin_may_frame_an_app(rig: Rig) -> None:
    head = rig.ask("/", host=f"one--a1.localhost:{rig.gate.port}").decode().lower()
    assert f"frame-ancestors 'self' {rig.gate.control_origin}\r\n" in head
    assert "sandbox" not in head


def test_the_admin_socket_is_for_the_owner_alone(rig: Rig) -> None:
    assert rig.gate.admin_socket.stat().st_mode & 0o777 == 0o600


def test_an_answer_of_the_authorizer_is_passed_on_as_it_is(rig: Rig) -> None:
    body = b'{"code":"unauthenticated"}'
    rig.upstreams.answers["authz"] = lambda _: (
        b"HTTP/1.1 401 Unauthorized\r\ncontent-type: application/problem+json\r\nwww-authenticate: Key\r\n"
        b"set-cookie: gp_session=; Max-Age=0\r\ncontent-length: "
        + str(len(body)).encode()
        + b"\r\n\r\n"
        + body
    )
    answer = rig.ask()
    assert answer.startswith(b"HTTP/1.1 401")
    assert answer.endswith(body)
    assert b"www-authenticate: Key" in answer


def _echo_path(request: Recorded) -> bytes:
    return OK[:-2].replace(b"length: 2", f"length: {len(request.line)}".encode()) + request.line.encode()


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("/content/24/", "/"),
        ("/content/24/a/b?x=1&y=%2F", "/a/b?x=1&y=%2F"),
        ("/content/app_1/a%2Fb//c", "/a%2Fb//c"),
        ("/content/24/content/24/", "/content/24/"),
        ("/content/24/?", "/?"),
    ],
)
def test_the_prefix_is_taken_off_and_nothing_else(rig: Rig, sent: str, arrives: str) -> None:
    rig.upstreams.answers["app"] = _echo_path
    assert rig.ask(sent).decode().split("\r\n\r\n")[1] == f"GET {arrives} HTTP/1.1"


def test_an_unknown_cluster_is_503(rig: Rig) -> None:
    rig.upstreams.answers["authz"] = allow("dep_" + "f" * 24)
    assert rig.ask().startswith(b"HTTP/1.1 503")
    assert APP != "dep_" + "f" * 24
