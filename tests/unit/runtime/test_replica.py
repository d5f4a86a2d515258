"""One deployment's life over an engine that does as tests tell it: who hears what, and when."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gatepost_server.apps.model import DesiredApp, Kind, ReplicaState
from gatepost_server.runtime.engine import Stats, lack_of
from gatepost_server.runtime.replica import Habits, Replica

APP = DesiredApp("app_1", 1, "One", "dep_1", "ver_1", Kind.ASGI, "app:app", "/code", None, "/log", 1)
QUICK = Habits(idle_after=0, look_every=0.01, first_pause=0.01, idle_notice=0.05)


class Clock:
    def now(self):
        return datetime.now(UTC)


class Engine:
    """Starts processes that are quiet, busy or ended as the test says; notes what was done to them."""

    socket_path = Path("/run/x.sock")

    def __init__(self, *, active=0):
        self.active = active
        self.over = asyncio.Event()
        self.told = []
        self.on_state = {}

    async def start(self, app, index):
        return self

    async def ended(self):
        await self.over.wait()
        self.over.clear()
        return "It ended."

    async def stats(self):
        return Stats(active=self.active, total=0, last_at=0.0)

    async def is_alive(self):
        return True

    async def stop(self):
        self.told.append("cleared away")

    async def report(self, report):
        self.told.append(report.state)
        if report.state in self.on_state:
            self.on_state.pop(report.state)()

    def replica(self, habits=QUICK):
        return Replica(APP, self, self.report, clock=Clock(), habits=habits, isolation="none")

    async def until(self, *told):
        async with asyncio.timeout(20):
            while tuple(self.told[-len(told) :]) != told:
                await asyncio.sleep(0.005)


async def ended(replica):
    replica.stop(drain=0.0)
    await asyncio.wait_for(replica.task, 20)


def test_a_wake_that_answers_the_news_of_the_pause_is_not_lost():
    """The gate may read of the pause, and poke, before the report of it returns."""

    async def play():
        engine = Engine()
        replica = engine.replica()
        engine.on_state[ReplicaState.IDLE] = replica.wake
        await engine.until(ReplicaState.READY, ReplicaState.IDLE, ReplicaState.READY)
        assert "cleared away" not in engine.told
        await ended(replica)

    asyncio.run(play())


def test_who_asks_for_it_before_it_is_gone_gets_it_at_once():
    """However long the gate is given to hear of the pause: the process is still there."""

    async def play():
        engine = Engine()
        replica = engine.replica(replace(QUICK, idle_notice=3600))
        await engine.until(ReplicaState.READY, ReplicaState.IDLE)
        engine.active = 1
        replica.wake()
        await engine.until(ReplicaState.IDLE, ReplicaState.READY)
        await ended(replica)

    asyncio.run(play())


def test_what_lacks_a_value_says_which():
    assert lack_of(APP) is None
    assert "a value for TITLE, RATE." in (lack_of(replace(APP, lacks=["TITLE", "RATE"])) or "")


def test_an_end_is_told_before_the_remains_are_cleared_away():
    """Meanwhile requests wait, instead of being sent where nobody listens."""

    async def play():
        engine = Engine(active=1)
        replica = engine.replica()
        await engine.until(ReplicaState.READY)
        engine.over.set()
        await engine.until(ReplicaState.STARTING, "cleared away", ReplicaState.BACKING_OFF)
        await ended(replica)

    asyncio.run(play())


def test_what_was_on_its_way_when_another_took_over_is_let_end():
    async def play():
        engine = Engine(active=1)
        replica = engine.replica()
        await engine.until(ReplicaState.READY)
        engine.active = 0
        replica.stop(drain=30.0)
        # Sent by the gate before it heard.
        asyncio.get_running_loop().call_later(QUICK.idle_notice / 2, setattr, engine, "active", 1)
        await asyncio.sleep(3 * QUICK.idle_notice)
        assert "cleared away" not in engine.told
        engine.active = 0
        await asyncio.wait_for(replica.task, 20)
        assert engine.told[-2:] == ["cleared away", ReplicaState.STOPPED]

    asyncio.run(play())
