"""The outermost layer of the control plane: request ids, limits, headers."""

import re
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost_server.kernel.clock import Clock
from gatepost_server.kernel.ids import new_id

_MEBI: Final = 1024 * 1024
_SMALL_BODY: Final = 4 * _MEBI
_UPLOADS: Final = re.compile(
    r"^(/api/v1/(apps(/[^/]+/deploy)?|sources(/[^/]+/versions)?)|/applications/.*|/sources/.*)$"
)


class BodyTooLarge(Exception):
    """More bytes arrived than the route takes."""


class Edge:
    """Give each request an id, bound its body, and set the headers every answer has.

    The id is the decision id of refusals and stands in the audit.
    """

    def __init__(self, app: ASGIApp, *, clock: Clock, upload_limit_mb: int) -> None:
        self._app = app
        self._clock = clock
        self._upload_limit = (upload_limit_mb + 1) * _MEBI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = new_id("req", self._clock.now())
        scope.setdefault("state", {})["request_id"] = request_id
        limit = self._upload_limit if _UPLOADS.match(scope["path"]) else _SMALL_BODY
        started = False

        async def send_out(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["x-content-type-options"] = "nosniff"
                headers.setdefault("referrer-policy", "no-referrer")
                headers["cross-origin-opener-policy"] = "same-origin"
                headers.setdefault("cache-control", "no-store")
            await send(message)

        seen = 0

        async def receive_in() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    raise BodyTooLarge
            return message

        if _declared_length(scope) > limit:
            await _refuse(send_out, request_id)
            return
        try:
            await self._app(scope, receive_in, send_out)
        except BodyTooLarge:
            if not started:
                await _refuse(send_out, request_id)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


async def _refuse(send: Send, request_id: str) -> None:
    body = (
        '{"type":"/docs/problems#too-large","title":"Too large","status":413,'
        '"detail":"The body is larger than this route takes.","code":"too-large",'
        f'"instance":"{request_id}"}}'
    ).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
