"""What the authorizer is asked: Envoy's questions, hand-offs, the relays' questions, pings."""

import asyncio
import json
import logging
import os
from collections.abc import Coroutine

from gatepost_server.gateway.authorizer.answers import (
    AWAY,
    HERE,
    UNKNOWN,
    Answer,
    Problem,
    refused,
    said_here,
)
from gatepost_server.gateway.authorizer.arriving import arrive
from gatepost_server.gateway.authorizer.asked import PREFIX, Request, asked_from
from gatepost_server.gateway.authorizer.checking import check
from gatepost_server.gateway.authorizer.ground import read_ground
from gatepost_server.gateway.authorizer.judging import holds
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import raw_reader

log = logging.getLogger(__name__)

_CHECKS = PREFIX + "/"
_LIVE = "/live"


class Authorizer:
    """One of those that a gate asks. Fails closed: whatever goes wrong inside is a refusal outside."""

    def __init__(self, means: GateMeans) -> None:
        self._means = means
        self.id = new_id("gate", means.uow.clock.now())

    @property
    def notes(self) -> Notes:
        """What was noted and waits to be written."""
        return self._means.notes

    def reads_body(self, target: str) -> bool:
        """Tell whether the body of a request for *target* is wanted."""
        return target == _LIVE

    def answer(self, request: Request) -> Answer | Coroutine[None, None, Answer]:
        """Answer *request*: at once where nothing has to be waited for, and never by raising."""
        try:
            found = self._routed(request)
        except Exception:
            log.exception("a check failed; the request was refused")
            return self._refused(AWAY)
        return found if isinstance(found, Answer) else self._awaited(found)

    async def _awaited(self, found: Coroutine[None, None, Answer]) -> Answer:
        try:
            return await found
        except Exception:
            log.exception("a check failed; the request was refused")
            return self._refused(AWAY)

    def _refused(self, problem: Problem) -> Answer:
        return refused(problem, new_id("req", self._means.uow.clock.now()))

    def _routed(self, request: Request) -> Answer | Coroutine[None, None, Answer]:
        announced = request.first.get(HERE)
        if announced is not None:
            return said_here(announced, self._means.gate.control_origin)
        target = request.target
        if target.startswith(_CHECKS):
            return check(self._means, asked_from(request))
        if target.startswith("/_gatepost/"):
            return arrive(self._means, asked_from(request))
        if target == _LIVE and request.method == "POST":
            return asyncio.to_thread(self._dead_of, request.body)
        if target == "/ping":
            return _json({"id": self.id, "pid": os.getpid()})
        return self._refused(UNKNOWN)

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


def _json(value: object) -> Answer:
    return Answer(200, [("content-type", "application/json")], json.dumps(value).encode())
