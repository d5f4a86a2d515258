"""Many calls at once: never more than the limit are let through, and none less; of copies one."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from api_desk import api_desk
from calling import IP, Api
from fastapi import FastAPI
from gate_desk import GateDesk
from httpx import Response
from world import World

from gatepost_server.signing import Received

_CALLS, _LIMIT = 200, 30


def _at_once(desk: GateDesk, requests: Sequence[Received]) -> list[Response]:
    """Send signed calls all at the same time."""
    unsigned = [("x-forwarded-for", IP), ("accept", "")]

    async def send(one: Received) -> Response:
        headers = [*((name.decode(), value.decode()) for name, value in one.headers), *unsigned]
        return await desk.gate._client.request(one.method, one.path.decode(), headers=headers)

    async def every() -> list[Response]:
        return await asyncio.gather(*(send(one) for one in requests))

    return desk.gate._runner.run(every())


def test_two_hundred_callers_at_once_get_just_the_limit(api: Api, world: World, control_app: FastAPI) -> None:
    limits = {"calls_per_minute": _LIMIT, "at_once": 0}
    desk = GateDesk(api_desk(api, world, control_app), limits=limits)
    desk.authorize()
    answers = _at_once(desk, [desk.request() for _ in range(_CALLS)])
    assert Counter(one.status_code for one in answers) == {200: _LIMIT, 429: _CALLS - _LIMIT}
    refused = next(one for one in answers if one.status_code == 429)
    assert (refused.json()["code"], refused.headers["retry-after"]) == ("api-throttled", "2")

    world.store.clock.advance(seconds=20)
    later = Counter(one.status_code for one in _at_once(desk, [desk.request() for _ in range(_LIMIT)]))
    assert later == {200: _LIMIT // 3, 429: _LIMIT - _LIMIT // 3}, "a third of a minute, a third of the calls"
    desk.gate.close()


def test_of_many_copies_at_once_one_is_answered(api: Api, world: World, control_app: FastAPI) -> None:
    desk = GateDesk(api_desk(api, world, control_app))
    desk.authorize()
    found = Counter(one.status_code for one in _at_once(desk, [desk.request()] * 20))
    assert (found[200], found[401] + found[429], len(desk.statements())) == (1, 19, 1)
    desk.gate.close()
