"""The ASGI application: Envoy's questions, hand-offs, the relays' questions, pings."""

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from gatepost_server.gateway.authorizer.answers import AWAY, HERE, UNKNOWN, Answer, refused, said_here
from gatepost_server.gateway.authorizer.arriving import arrive
from gatepost_server.gateway.authorizer.asked import PREFIX, asked_from
from gatepost_server.gateway.authorizer.checking import check
from gatepost_server.gateway.authorizer.ground import read_ground
from gatepost_server.gateway.authorizer.judging import holds
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import raw_reader

log = logging.getLogger(__name__)

_HERE = HERE.encode()

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Authorizer:
    """One per gate. Fails closed: whatever goes wrong inside is a refusal outside."""

    def __init__(self, means: GateMeans) -> None:
        self._means = means
        self.id = new_id("gate", means.uow.clock.now())

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await _sent(await self._answer(scope, receive), send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Message, receive: Receive) -> Answer:
        try:
            return await self._routed(scope, receive)
        except Exception:
            log.exception("a check failed; the request was refused")
            return refused(AWAY, new_id("req", self._means.uow.clock.now()))

    async def _routed(self, scope: Message, receive: Receive) -> Answer:
        announced = next((value for name, value in scope["headers"] if name == _HERE), None)
        if announced is not None:
            return said_here(announced.decode(), self._means.gate.control_origin)
        path: str = scope["path"]
        if path.startswith(PREFIX + "/"):
            answer = check(self._means, asked_from(scope))
            return answer if isinstance(answer, Answer) else await answer
        if path.startswith("/_gatepost/"):
            return await arrive(self._means, asked_from(scope))
        if path == "/live" and scope["method"] == "POST":
            return await asyncio.to_thread(self._dead_of, await _body(receive))
        if path == "/ping":
            return _json({"id": self.id, "pid": os.getpid()})
        return refused(UNKNOWN, new_id("req", self._means.uow.clock.now()))

    def _dead_of(self, body: bytes) -> Answer:
        """Say which grounds have been lost; an unreadable one is lost."""
        grounds = json.loads(body).get("grounds", [])
        now = self._means.uow.clock.now()
        dead = []
        with raw_reader(self._means.uow.engine) as reader:
            for text in dict.fromkeys(grounds):
                ground = read_ground(text)
                if ground is None or not holds(reader, ground, now):
                    dead.append(text)
        return _json({"dead": dead})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        writing = asyncio.create_task(self._means.notes.keep_writing())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _json(value: object) -> Answer:
    return Answer(200, [("content-type", "application/json")], json.dumps(value).encode())


async def _sent(answer: Answer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.headers]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
