"""The socket of the ways in: who says its name, and what passes the door behind it."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gatepost_server.web.ways import Way, Ways

DEPLOYMENT = "dep_" + "a" * 24


class Fixed:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Return the one moment."""
        return datetime(2030, 1, 1, tzinfo=UTC)


async def told(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what the app behind the door gets to see."""
    del receive
    way = scope["state"]["way"]
    body = json.dumps(
        {
            "path": scope["path"],
            "deployment": way.deployment_id,
            "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
        }
    ).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def socket() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gp-w-"))
    yield folder / "ways.sock"
    shutil.rmtree(folder)


def said(socket: Path, sent: bytes) -> bytes:
    """Serve, send bytes on one connection, and return everything until it closes."""

    async def tried() -> bytes:
        ways = Ways(told, Fixed(), socket)  # type: ignore[arg-type]
        await ways.open()
        try:
            reader, writer = await asyncio.open_unix_connection(str(socket))
            writer.write(sent)
            async with asyncio.timeout(20):
                answer = await reader.read()
            writer.close()
            return answer
        finally:
            ways.close()

    return asyncio.run(tried())


def line(secret: str | None = None) -> bytes:
    return json.dumps({"deployment": DEPLOYMENT, "secret": secret}).encode() + b"\n"


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "host: x", "connection: close", *headers, "", ""]).encode()


def body_of(answer: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return found


def test_the_first_line_names_the_deployment(socket: Path) -> None:
    answer = body_of(said(socket, line() + get("/api/v1/me")))
    assert (answer["deployment"], answer["path"]) == (DEPLOYMENT, "/api/v1/me")


@pytest.mark.parametrize("first", [
    b"", b"GET /api/v1/me HTTP/1.1\r\n", b"{}\n", b'{"deployment": "app_1", "secret": null}\n',
    b'{"deployment": "' + DEPLOYMENT.encode() + b'", "secret": ""}\n', b"x" * 600,
], ids=["http", "a request", "empty", "no deployment", "empty secret", "endless"])  # fmt: skip
def test_a_connection_without_a_name_is_closed(socket: Path, first: bytes) -> None:
    with pytest.raises((ConnectionResetError, BrokenPipeError, AssertionError)):
        assert said(socket, first + get("/api/v1/me"))


def test_what_only_the_gate_may_say_is_dropped(socket: Path) -> None:
    forged = (
        "x-gatepost-user: admin", "x-gp-way: dep_b", "x-forwarded-for: 1.2.3.4", "forwarded: for=1.2.3.4",
        "x-datarobot-api-key: gpv_x", "cookie: gp_session=a", "x-gatepost-csrf: a", "origin: http://a",
    )  # fmt: skip
    answer = body_of(said(socket, line() + get("/api/v1/me", *forged, "authorization: Key k", "accept: a/b")))
    assert {name for name, _ in answer["headers"]} == {"host", "connection", "authorization", "accept"}


@pytest.mark.parametrize("path", ["/", "/login", "/content/1/", "/api/v2/x", "/api/v1", "/healthz"])
def test_nothing_but_the_api_is_there(socket: Path, path: str) -> None:
    answer = said(socket, line() + get(path))
    assert answer.startswith(b"HTTP/1.1 404")
    assert body_of(answer)["code"] == "not-found"


def test_an_application_finds_the_keys_by_which_it_checks_who_calls(socket: Path) -> None:
    assert body_of(said(socket, line() + get("/.well-known/jwks.json")))["path"] == "/.well-known/jwks.json"
    assert said(socket, line() + get("/.well-known/other")).startswith(b"HTTP/1.1 404")


def test_on_a_shared_loopback_the_secret_opens_the_path(socket: Path) -> None:
    assert body_of(said(socket, line("hush") + get("/hush/api/v1/me")))["path"] == "/api/v1/me"


@pytest.mark.parametrize("path", ["/api/v1/me", "/guess/api/v1/me", "/hush", "/hushapi/v1/me"])
def test_without_the_secret_nothing_is_there(socket: Path, path: str) -> None:
    assert said(socket, line("hush") + get(path)).startswith(b"HTTP/1.1 404")


def test_a_later_line_names_nobody_else(socket: Path) -> None:
    other = json.dumps({"deployment": "dep_" + "b" * 24, "secret": None}).encode() + b"\n"
    answer = said(socket, line() + other + get("/api/v1/me"))
    assert b"b" * 24 not in answer
    assert not answer.startswith(b"HTTP/1.1 200")


def test_a_name_may_come_in_pieces() -> None:
    assert Way.read(line()) == Way(DEPLOYMENT, None)
    assert Way.read(b"\xff\n") is None
