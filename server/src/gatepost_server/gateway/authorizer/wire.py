"""HTTP/1.1 on the authorizer's socket: a request becomes values, an answer becomes bytes.

Only our own processes speak here (Envoy, relays, the control plane), over a unix socket
that nobody else can open; so there is no chain of layers between them and the answer.
"""

import asyncio
import logging
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Final, Protocol, cast

import httptools

from gatepost_server.gateway.authorizer.answers import Answer
from gatepost_server.gateway.authorizer.asked import Request

log = logging.getLogger(__name__)

_LARGEST: Final = 64 * 1024 * 1024
"""Of a body that is read at all: a question of a relay about all that it carries."""

_FIRST_LINES: Final = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}
_UNREADABLE: Final = Answer(400)


class Answerer(Protocol):
    """Who knows the answers."""

    def reads_body(self, target: str) -> bool:
        """Tell whether the body of a request for *target* is wanted."""
        ...

    def answer(self, request: Request) -> Answer | Coroutine[None, None, Answer]:
        """Answer at once, or say what to wait for. Never raises."""
        ...


class Wire(asyncio.Protocol):
    """One connection. Answers in the order of the requests; a wait ends with the connection."""

    def __init__(self, answerer: Answerer, wires: "set[Wire]") -> None:
        self._answerer = answerer
        self._wires = wires
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport
        self._target = ""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] | None = None
        self._size = 0
        self._waiting: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> asyncio.Task[None] | None:
        """What an answer waits for, while somebody waits for it."""
        return self._waiting

    def close(self) -> None:
        """End the connection."""
        self._transport.close()

    # asyncio's

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's do not inherit
        self._wires.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 — asyncio's
        """Stop waiting for what nobody will read."""
        self._wires.discard(self)
        if self._waiting is not None:
            self._waiting.cancel()

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Answered like any other request; what would follow the upgrade is not read.
            self._transport.pause_reading()
        except httptools.HttpParserError as error:
            log.warning("a request could not be read: %s", error)
            self._write(_UNREADABLE, is_head=False, is_last=True)

    # httptools' callbacks

    def on_message_begin(self) -> None:
        """Begin a request."""
        if self._waiting is not None:
            msg = "the answer to the request before is still to come"
            raise ValueError(msg)
        self._target, self._headers, self._size = "", [], 0

    def on_url(self, url: bytes) -> None:
        """Collect the target."""
        self._target += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header line."""
        self._headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """Decide whether the body is of interest."""
        self._body = [] if self._answerer.reads_body(self._target) else None

    def on_body(self, body: bytes) -> None:
        """Collect the body, or pass over it."""
        if self._body is None:
            return
        self._size += len(body)
        if self._size > _LARGEST:
            msg = "the body is too large"
            raise ValueError(msg)
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Answer."""
        parser = self._parser
        method = parser.get_method().decode("ascii")
        is_last = not parser.should_keep_alive() or parser.should_upgrade()
        body = b"".join(self._body) if self._body else b""
        first = dict(reversed(self._headers))
        found = self._answerer.answer(Request(method, self._target, self._headers, first, body))
        if isinstance(found, Answer):
            self._write(found, is_head=method == "HEAD", is_last=is_last)
        else:
            waiting = self._wait(found, is_head=method == "HEAD", is_last=is_last)
            self._waiting = asyncio.get_running_loop().create_task(waiting)

    async def _wait(self, found: Coroutine[None, None, Answer], *, is_head: bool, is_last: bool) -> None:
        answer = await found
        self._waiting = None
        self._write(answer, is_head=is_head, is_last=is_last)

    def _write(self, answer: Answer, *, is_head: bool, is_last: bool) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(as_bytes(answer, is_head=is_head, is_last=is_last))
        if is_last:
            self._transport.close()


def as_bytes(answer: Answer, *, is_head: bool = False, is_last: bool = False) -> bytes:
    """Return *answer* as it goes over the wire; without its body when only the head was wanted.

    A header that would break its line makes an empty 503: nothing of it is sent.
    """
    lines = "".join([f"{name}: {value}\r\n" for name, value in answer.headers])
    if not lines.count("\n") == lines.count("\r") == len(answer.headers):
        log.error("an answer with a broken header line was not sent")
        return as_bytes(Answer(503), is_last=is_last)
    end = "connection: close\r\n\r\n" if is_last else "\r\n"
    head = f"{_FIRST_LINES[answer.status]}{lines}content-length: {len(answer.body)}\r\n{end}"
    return head.encode("latin-1", "replace") + (b"" if is_head else answer.body)
