"""CORS for pages of other origins that call the API with a project key (seed 004).

Exactly the origins that the key lists may read the answers; never with credentials of the
browser, so that a page can do no more than whoever has the key.
"""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.keys import is_origin_of_some_key, lists_origin
from gatepost_server.store import UnitOfWork, micros, raw_reader

_API: Final = "/api/v1/"
_MAY_SEND: Final = "authorization, content-type, x-rsc-authorization"
_MAY_READ: Final = "x-request-id"
_METHODS: Final = "GET, POST, PUT, PATCH, DELETE"
_KEEP_S: Final = "600"


class CrossOrigin:
    """Answer preflights of listed origins, and let a key's own origins read its answers."""

    def __init__(self, app: ASGIApp, uow: UnitOfWork) -> None:
        self._app = app
        self._uow = uow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; what does not come from a page elsewhere passes as it is."""
        is_api = scope["type"] == "http" and scope["path"].startswith(_API)
        headers = Headers(scope=scope) if is_api else None
        origin = headers.get("origin") if headers is not None else None
        if headers is None or origin is None:
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await (await self._preflight(origin))(scope, receive, send)
            return

        async def send_out(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if await self._may_read(scope["state"].get("actor"), origin):
                    answer["access-control-allow-origin"] = origin
                    answer["access-control-expose-headers"] = _MAY_READ
            await send(message)

        await self._app(scope, receive, send_out)

    async def _preflight(self, origin: str) -> Response:
        """Answer before any key is sent: some key that is good has to list the origin."""

        def is_listed() -> bool:
            with raw_reader(self._uow.engine) as reader:
                return is_origin_of_some_key(reader, origin, micros(self._uow.clock.now()))

        answer = Response(status_code=204, headers={"vary": "Origin"})
        if await run_in_threadpool(is_listed):
            answer.headers["access-control-allow-origin"] = origin
            answer.headers["access-control-allow-methods"] = _METHODS
            answer.headers["access-control-allow-headers"] = _MAY_SEND
            answer.headers["access-control-max-age"] = _KEEP_S
        return answer

    async def _may_read(self, actor: Actor | None, origin: str) -> bool:
        """Tell whether *origin* is on the list of the key that called."""
        key_id = actor.via_key_id if actor is not None and actor.kind is ActorKind.PROJECT_KEY else None
        if key_id is None:
            return False

        def is_listed() -> bool:
            with raw_reader(self._uow.engine) as reader:
                return lists_origin(reader, key_id, origin)

        return await run_in_threadpool(is_listed)
