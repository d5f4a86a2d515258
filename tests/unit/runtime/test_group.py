"""Several processes of one deployment over an engine that does as tests tell it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gatepost_server.apps.model import (
    DesiredApp,
    Kind,
    ProcessSeen,
    ReplicaState,
    Resources,
    speaker_of,
)
from gatepost_server.runtime.engine import Stats
from gatepost_server.runtime.group import Group
from gatepost_server.runtime.replica import Habits

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TWO = Resources(replicas=2, session_affinity=True)
APP = DesiredApp("app_1", 1, "One", "dep_1", "ver_1", Kind.ASGI, "app:app", "/code", None, "/log", 1, TWO)
QUICK = Habits(idle_after=0, look_every=0.01, first_pause=0.01, idle_notice=0.02)
READY, STARTING, IDLE = ReplicaState.READY, ReplicaState.STARTING, ReplicaState.IDLE
BACKING_OFF, FAILED, STOPPED = ReplicaState.BACKING_OFF, ReplicaState.FAILED, ReplicaState.STOPPED


class Clock:
    def now(self):
        return datetime.now(UTC)


class Process:
    """One process: busy or quiet, ended when the test says."""

    def __init__(self, index, quiet):
        self.socket_path = Path(f"/run/x-{index}.sock")
        self.index, self.quiet = index, quiet
        self.over = asyncio.Event()

    async def ended(self):
        await self.over.wait()
        return "It ended."

    async def stats(self):
        return Stats(active=int(self.index not in self.quiet), total=0, last_at=0.0)

    async def is_alive(self):
        return True

    async def stop(self):
        self.over.set()


class Engine:
    """Starts processes, all busy but those in *quiet*."""

    def __init__(self):
        self.running = {}
        self.quiet = set()
        self.last = None

    async def start(self, app, index):
        self.running[index] = Process(index, self.quiet)
        return self.running[index]

    async def report(self, report):
        self.last = report

    async def until(self, state, *each):
        async with asyncio.timeout(20):
            while self.last is None or (self.last.state, *states(self.last)) != (state, *each):
                await asyncio.sleep(0.005)
        return self.last


def states(report):
    return tuple(one.state for one in report.processes)


def played(story, app=APP):
    async def play():
        engine = Engine()
        group = Group(app, engine, engine.report, clock=Clock(), habits=QUICK, isolation="none")
        await story(engine, group)
        group.stop(drain=0.0)
        await asyncio.wait_for(group.task, 20)
        assert engine.last.state is STOPPED

    asyncio.run(play())


@pytest.mark.parametrize(
    ("each", "said"),
    [
        ((READY, FAILED), READY),
        ((BACKING_OFF, STARTING), STARTING),
        ((IDLE, READY), READY),
        ((IDLE, BACKING_OFF), IDLE),
        ((FAILED, BACKING_OFF), BACKING_OFF),
        ((FAILED, FAILED), FAILED),
        ((STOPPED, STOPPED), STOPPED),
    ],
)
def test_one_that_answers_speaks_for_all(each, said):
    assert speaker_of([ProcessSeen(n, state, NOW) for n, state in enumerate(each, 1)]).state is said


def test_while_one_is_gone_the_others_serve():
    async def story(engine, group):
        report = await engine.until(READY, READY, READY)
        assert report.is_sticky
        assert {one.socket_path for one in report.processes} == {"/run/x-1.sock", "/run/x-2.sock"}
        first = engine.running.pop(1)
        first.over.set()
        async with asyncio.timeout(20):
            while 1 not in engine.running:
                assert engine.last.state is READY
                await asyncio.sleep(0.002)
        report = await engine.until(READY, READY, READY)
        assert (report.restarts, group.restarts) == (1, 1)

    played(story)


def test_they_pause_together_and_one_call_wakes_all():
    async def story(engine, group):
        engine.quiet |= {1, 2}
        await engine.until(IDLE, IDLE, IDLE)
        await asyncio.gather(*(one.over.wait() for one in engine.running.values()))
        engine.quiet.clear()
        group.wake()
        await engine.until(READY, READY, READY)

    played(story)


def test_a_quiet_one_stays_while_another_is_busy():
    async def story(engine, group):
        engine.quiet.add(2)
        await engine.until(READY, READY, READY)
        await asyncio.sleep(5 * QUICK.idle_notice)
        assert states(engine.last) == (READY, READY)
        assert group.state is READY

    played(story)


def test_one_process_is_spoken_of_as_itself():
    async def story(engine, _):
        report = await engine.until(READY, READY)
        assert (report.is_sticky, report.socket_path) == (False, "/run/x-1.sock")

    played(story, replace(APP, resources=Resources(session_affinity=True)))
