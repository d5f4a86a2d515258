"""Where apps come in: a socket on which each connection first says whose it is.

Only our own relays can open the socket. What follows the first line is the app's, and can
neither change nor add a name.
"""

import asyncio
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from gatepost_server.gateway.headers import CREDENTIALS, is_forged
from gatepost_server.kernel.clock import Clock
from gatepost_server.kernel.ids import is_id, new_id
from gatepost_server.kernel.secret import Secret

_LONGEST_LINE: Final = 512
_API: Final = "/api/v1/"
_PUBLISHED: Final = "/.well-known/jwks.json"
"""By which an application checks what it is told of its callers."""
_DROPPED: Final = frozenset({"cookie", "origin", "forwarded", "x-forwarded-for", "x-gatepost-csrf"})
STALLED_S: Final = 300.0
"""How long neither side of an exchange may keep the other waiting, as at the gate."""


@dataclass(frozen=True)
class Way:
    """Whose way in a call came by; the secret stands before its path where others reach the port."""

    deployment_id: str
    secret: Secret | None

    @classmethod
    def read(cls, line: bytes) -> "Way | None":
        """Read a relay's first line; None when it is none."""
        try:
            told = json.loads(line)
            deployment, secret = told["deployment"], told["secret"]
        except (ValueError, KeyError, TypeError):
            return None
        if not isinstance(deployment, str) or not is_id(deployment, "dep"):
            return None
        if secret is not None and (not isinstance(secret, str) or not secret):
            return None
        return cls(deployment, None if secret is None else Secret(secret))


class WayProtocol(HttpToolsProtocol):
    """One connection of a relay: a line with a name, then HTTP."""

    _line: bytes | None = b""

    def data_received(self, data: bytes) -> None:
        """Take the name first; a connection without one is closed."""
        if self._line is None:
            super().data_received(data)
            return
        self._line += data
        line, newline, rest = self._line.partition(b"\n")
        if not newline and len(line) <= _LONGEST_LINE:
            return
        way = Way.read(line) if newline else None
        if way is None:
            self.transport.abort()
            return
        self._line, self.app_state = None, {"way": way}
        if rest:
            super().data_received(rest)


class WayDoor:
    """Let through what an app may ask of the API, without anything that only the gate may say."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = _path_behind(scope["state"]["way"], scope["path"])
        if path is None:
            await self._refuse(send)
            return
        headers = [(name, value) for name, value in scope["headers"] if not _is_dropped(name)]
        inner = {**scope, "path": path, "raw_path": quote(path).encode(), "headers": headers, "client": None}
        is_whole = not any(name in (b"content-length", b"transfer-encoding") for name, _ in headers)

        async def receive_in() -> Message:
            nonlocal is_whole
            if is_whole:
                return await receive()  # the end of the connection, however long that takes
            async with asyncio.timeout(STALLED_S):
                message = await receive()
            is_whole = not message.get("more_body", False)
            return message

        async def send_out(message: Message) -> None:
            while not is_whole:
                # Closed before the end of a body, the connection would lose the answer.
                await receive_in()
            async with asyncio.timeout(STALLED_S):
                await send(message)

        await self._app(inner, receive_in, send_out)

    async def _refuse(self, send: Send) -> None:
        request_id = new_id("req", self._clock.now())
        problem = {
            "type": "/docs/problems#not-found",
            "title": "Not found",
            "status": 404,
            "detail": "From inside an application only /api/v1 can be reached.",
            "code": "not-found",
            "instance": request_id,
            "decision_id": request_id,
        }
        body = json.dumps(problem).encode()
        headers = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Ways:
    """Serves the ways in beside the control plane's own socket."""

    def __init__(self, app: ASGIApp, clock: Clock, socket: Path) -> None:
        self._config = uvicorn.Config(
            WayDoor(app, clock), http=WayProtocol, ws="none", lifespan="off", access_log=False,
            server_header=False, proxy_headers=False, log_config=None,
        )  # fmt: skip
        self._state = ServerState()
        self._socket = socket
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen; nobody but our own user can connect."""
        self._config.load()
        self._socket.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.get_running_loop().create_unix_server(
                lambda: WayProtocol(self._config, self._state, {}), str(self._socket), backlog=1024
            )
        finally:
            os.umask(mask)

    def close(self) -> None:
        """Take no more; what is being answered is answered, and then let go."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._state.connections):
            cast("Any", connection).shutdown()  # uvicorn's protocols have no common type for it


def _path_behind(way: Way, path: str) -> str | None:
    """Return the path below the API that is meant; None when it is none of an app's."""
    if way.secret is not None:
        first, slash, rest = path.removeprefix("/").partition("/")
        if not slash or not way.secret.matches(first):
            return None
        path = slash + rest
    return path if path.startswith(_API) or path == _PUBLISHED else None


def _is_dropped(name: bytes) -> bool:
    text = name.decode("latin-1").lower()
    return text in _DROPPED or (is_forged(text) and text not in CREDENTIALS)
