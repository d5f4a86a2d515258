"""The outermost layer of the control plane: request ids, limits, headers."""

import re
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost_server.kernel.clock import Clock
from gatepost_server.kernel.errors import TooLarge
from gatepost_server.kernel.ids import new_id

_MEBI: Final = 1024 * 1024
_SMALL_BODY: Final = 4 * _MEBI
_UPLOADS: Final = re.compile(
    r"^(/api/v1/(apps(/[^/]+/deploy)?|sources(/[^/]+/versions(/[^/]+/files/.*)?)?|projects/[^/]+/datasets/[^/]+/data"
    r"|projects/import)|/applications/.*|/sources/.*|/projects/import)$"
)


_TOO_LARGE: Final = "body_too_large"


class BodyTooLarge(TooLarge):
    """More bytes arrived, or were announced, than the route takes."""

    def __init__(self) -> None:
        super().__init__("The body is larger than this route takes.")


async def refuse_what_is_too_large(request: Request) -> None:
    """Refuse a call that announced a longer body than its route takes, before anything is done.

    Raises:
        BodyTooLarge: it did; nothing of it has been read.
    """
    if getattr(request.state, _TOO_LARGE, False):
        raise BodyTooLarge


class Edge:
    """Give each request an id, bound its body, and set the headers every answer has.

    The id is the decision id of refusals and stands in the audit. A body that is too long
    is refused by the application, which knows how to say it to whoever called.
    """

    def __init__(self, app: ASGIApp, *, clock: Clock, upload_limit_mb: int, is_secure: bool = False) -> None:
        self._app = app
        self._scheme = "https" if is_secure else "http"
        self._clock = clock
        self._upload_limit = (upload_limit_mb + 1) * _MEBI

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = new_id("req", self._clock.now())
        # The gate asks over plain http; redirects lead by what the caller used.
        scope["scheme"] = self._scheme
        scope.setdefault("state", {})["request_id"] = request_id
        limit = self._upload_limit if _UPLOADS.match(scope["path"]) else _SMALL_BODY
        is_too_large = scope["state"][_TOO_LARGE] = _declared_length(scope) > limit

        async def send_out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["x-content-type-options"] = "nosniff"
                headers.setdefault("referrer-policy", "no-referrer")
                headers["cross-origin-opener-policy"] = "same-origin"
                headers.setdefault("cache-control", "no-store")
                if is_too_large:
                    headers["connection"] = "close"
            await send(message)

        seen = 0

        async def receive_in() -> Message:
            nonlocal seen, is_too_large
            if is_too_large:
                raise BodyTooLarge
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    is_too_large = True
                    raise BodyTooLarge
            return message

        await self._app(scope, receive_in, send_out)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
