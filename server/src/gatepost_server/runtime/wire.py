"""Small HTTP over unix sockets, JSON in and out: how our own processes talk to each other.

Not for people or apps: the sockets lie in a 0700 folder, and messages are bounded.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httptools

LIMIT = 1 << 20
Answerer = Callable[[str, str, Any], Awaitable[tuple[int, Any]]]
"""(method, path, decoded body or None) -> (status, what to send as JSON)."""


class _Message:
    """Collects one request or response as httptools reads it."""

    def __init__(self) -> None:
        self.url = b""
        self.body = bytearray()
        self.is_complete = False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_body(self, body: bytes) -> None:
        self.body += body
        if len(self.body) > LIMIT:
            msg = "message too long"
            raise ValueError(msg)

    def on_message_complete(self) -> None:
        self.is_complete = True

    def decoded(self) -> Any:
        return json.loads(self.body) if self.body else None


async def serve_json(path: Path, answer: Answerer) -> asyncio.Server:
    """Serve *answer* on the unix socket *path*, mode 0600, replacing a dead one's."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            status, payload = await asyncio.wait_for(_answered(reader, answer), 90)
            body = json.dumps(payload).encode()
            writer.write(
                b"HTTP/1.1 %d -\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
                b"connection: close\r\n\r\n%b" % (status, len(body), body)
            )
            await writer.drain()
        except (OSError, TimeoutError, EOFError):
            pass  # the caller went away; there is nobody to tell
        finally:
            writer.close()

    path.unlink(missing_ok=True)  # noqa: ASYNC240 — at once
    mask = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(one, str(path))
    finally:
        os.umask(mask)


async def _answered(reader: asyncio.StreamReader, answer: Answerer) -> tuple[int, Any]:
    message = _Message()
    parser = httptools.HttpRequestParser(message)
    try:
        while not message.is_complete:
            chunk = await reader.read(65536)
            if not chunk:
                raise EOFError
            parser.feed_data(chunk)
        payload = message.decoded()
    except (httptools.HttpParserError, ValueError):
        return 400, {"detail": "The message could not be read."}
    return await answer(parser.get_method().decode(), message.url.decode("ascii", "replace"), payload)


async def ask_json(
    path: Path, method: str, target: str, payload: Any = None, *, within: float = 5.0
) -> tuple[int, Any]:
    """Send one request to the unix socket *path* and return status and decoded answer.

    Raises:
        OSError: nobody listens, the answer was cut short or did not come *within* seconds
            (TimeoutError is one).
        ValueError: the answer is not JSON.
    """
    async with asyncio.timeout(within):
        reader, writer = await asyncio.open_unix_connection(str(path))
        try:
            body = b"" if payload is None else json.dumps(payload).encode()
            writer.write(
                b"%b %b HTTP/1.1\r\nhost: gatepost\r\ncontent-type: application/json\r\n"
                b"content-length: %d\r\nconnection: close\r\n\r\n%b"
                % (method.encode(), target.encode(), len(body), body)
            )
            message = _Message()
            parser = httptools.HttpResponseParser(message)
            while not message.is_complete:
                chunk = await reader.read(65536)
                if not chunk:
                    msg = "the answer was cut short"
                    raise ConnectionResetError(msg)
                parser.feed_data(chunk)
            return parser.get_status_code(), message.decoded()
        except httptools.HttpParserError as error:
            raise ValueError(str(error)) from error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
