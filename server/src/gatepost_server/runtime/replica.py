"""One process of a deployment, its life: start, serve, pause when idle, heal after crashes, end."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from gatepost_server.apps.model import DesiredApp, ReplicaReport, ReplicaState
from gatepost_server.kernel.clock import Clock
from gatepost_server.runtime.engine import CannotRunError, Engine, Running, StartFailedError

log = logging.getLogger("gatepost.runtime")
Reporter = Callable[[ReplicaReport], Awaitable[None]]


@dataclass(frozen=True)
class Habits:
    """Spans in seconds, and how many quick crashes are too many."""

    idle_after: float = 900.0
    look_every: float = 1.0
    alive_every: float = 30.0
    alive_misses: int = 3
    first_pause: float = 1.0
    longest_pause: float = 60.0
    quick: float = 60.0
    too_many: int = 5
    drain: float = 30.0
    idle_notice: float = 1.0
    measure_every: float = 10.0


def pause_after(crashes: int, habits: Habits) -> float:
    """Return how long to wait before the next start: doubling, with an end."""
    return float(min(habits.longest_pause, habits.first_pause * 2 ** max(0, crashes - 1)))


def idle_after(minutes: int | None, habits: Habits) -> float:
    """Return after how many quiet seconds a deployment pauses: what its version says, else the habit."""
    if minutes is None:
        return habits.idle_after
    return minutes * 60.0 if minutes else math.inf


class _Outcome(StrEnum):
    ENDED = "ended"
    IDLE = "idle"
    STOPPED = "stopped"


class Replica:
    """Keeps one process of a deployment as it should be until told to stop.

    *may_pause* hears whether process *index* is quiet, and says whether all of them are.
    """

    def __init__(
        self,
        app: DesiredApp,
        engine: Engine,
        report: Reporter,
        *,
        clock: Clock,
        habits: Habits,
        isolation: str,
        index: int = 1,
        may_pause: Callable[[int, bool], bool] = lambda _, is_quiet: is_quiet,
    ) -> None:
        self.app = app
        self.index = index
        self._may_pause = may_pause
        self._engine = engine
        self._report = report
        self._clock = clock
        self._habits = habits
        self._isolation = isolation
        self._stopping = asyncio.Event()
        self._waking = asyncio.Event()
        self._drain = 0.0
        self._comes_back = False
        self._running: Running | None = None
        self._reason: str | None = None
        self.state = ReplicaState.STARTING
        self.restarts = 0
        self.idle_since: datetime | None = None
        self.task = asyncio.create_task(self._live(), name=f"replica {index} of {app.deployment_id}")

    def wake(self, *, requested_at: datetime | None = None) -> None:
        """Ask for a process now, if it pauses (and did so before *requested_at*)."""
        if requested_at is None or (self.idle_since is not None and requested_at >= self.idle_since):
            self._waking.set()

    def stop(self, *, drain: float, comes_back: bool = False) -> None:
        """Ask it to end, waiting at most *drain* seconds for exchanges in flight.

        With *comes_back* the same deployment is started anew at once: the gate is told
        before, so that requests wait for the new process instead of losing the old one.
        """
        self._drain = drain
        self._comes_back = comes_back
        self._stopping.set()

    async def _live(self) -> None:
        try:
            await self._keep_up()
        except Exception as error:
            # A fault of ours must show where people look, not only in the server's log.
            log.exception("the life of %s ended by a fault of ours", self.app.deployment_id)
            await self._say(ReplicaState.FAILED, reason=f"Gatepost itself failed here: {error}")

    async def _keep_up(self) -> None:
        crashes = 0
        while not self._stopping.is_set():
            began = asyncio.get_running_loop().time()
            outcome = await self._once()
            if outcome is _Outcome.STOPPED:
                break
            if outcome is _Outcome.IDLE:
                crashes = 0
                await self._sleep_until_woken()
                continue
            is_quick = asyncio.get_running_loop().time() - began < self._habits.quick
            crashes = crashes + 1 if is_quick else 1
            self.restarts += 1
            if crashes >= self._habits.too_many:
                return await self._give_up()
            await self._say(ReplicaState.BACKING_OFF, reason=self._reason)
            await self._until_stopping(pause_after(crashes, self._habits))
        await self._say(ReplicaState.STOPPED)
        return None

    async def _once(self) -> _Outcome:
        """Start it and see it through to its end, whatever that is."""
        await self._say(ReplicaState.STARTING, reason=self._reason)
        starting = asyncio.create_task(self._engine.start(self.app, self.index))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                await asyncio.wait([starting])
                return _Outcome.STOPPED
            running = self._running = starting.result()
        except StartFailedError as error:
            self._reason = str(error)
            return _Outcome.ENDED
        except CannotRunError as error:
            await self._say(ReplicaState.FAILED, reason=str(error))
            await self._stopping.wait()
            return _Outcome.STOPPED
        finally:
            stopping.cancel()
        try:
            await self._say(ReplicaState.READY, socket=running.socket_path)
            outcome = await self._serve(running)
            if outcome is _Outcome.ENDED:
                # Before the remains are cleared away: what comes meanwhile can wait.
                await self._say(ReplicaState.STARTING, reason=self._reason)
            return outcome
        finally:
            self._running = None
            await asyncio.shield(running.stop())

    async def _serve(self, running: Running) -> _Outcome:
        ended = asyncio.create_task(running.ended())
        stopping = asyncio.create_task(self._stopping.wait())
        misses, look = 0, 0
        per_alive = max(1, round(self._habits.alive_every / self._habits.look_every))
        try:
            while True:
                await asyncio.wait(
                    [ended, stopping],
                    timeout=self._habits.look_every,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if ended.done():
                    self._reason = ended.result()
                    return _Outcome.ENDED
                if stopping.done():
                    await self._drained(running)
                    return _Outcome.STOPPED
                if await self._is_idle(running):
                    return _Outcome.IDLE
                look += 1
                if look % per_alive == 0:
                    misses = 0 if await running.is_alive() else misses + 1
                if misses >= self._habits.alive_misses:
                    self._reason = "The app stopped answering over HTTP."
                    return _Outcome.ENDED
        finally:
            ended.cancel()
            stopping.cancel()

    async def _is_idle(self, running: Running) -> bool:
        """Tell whether it may pause; says so before, so that the gate stops sending to it."""
        before = await self._quiet_total(running)
        if not self._may_pause(self.index, before is not None):
            return False
        self._waking.clear()  # first: whoever reads of the pause may wake it at once
        await self._say(ReplicaState.IDLE)
        # Who asks for it meanwhile gets the process that is still there, and at once.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._waking.wait(), self._habits.idle_notice)
        if self._waking.is_set() or await self._quiet_total(running) != before:
            await self._say(ReplicaState.READY, socket=running.socket_path)
            return False
        return True

    async def _quiet_total(self, running: Running) -> int | None:
        """Return the number of exchanges so far when none was for long, else None."""
        stats = await running.stats()
        if stats is None or stats.active:
            return None
        longest = idle_after(self.app.resources.idle_pause_minutes, self._habits)
        is_quiet = self._clock.now().timestamp() - stats.last_at >= longest
        return stats.total if is_quiet else None

    async def _drained(self, running: Running) -> None:
        """Wait until nothing is in flight, within bounds."""
        if self._comes_back:
            await self._say(ReplicaState.STARTING)
        if self._comes_back or self._drain:
            # What the gate had sent here before it heard may still be on its way.
            await asyncio.sleep(self._habits.idle_notice)
        until = asyncio.get_running_loop().time() + self._drain
        while asyncio.get_running_loop().time() < until:
            stats = await running.stats()
            if stats is None or not stats.active:
                return
            await asyncio.sleep(0.1)

    async def _sleep_until_woken(self) -> None:
        self._reason = None
        stopping = asyncio.create_task(self._stopping.wait())
        waking = asyncio.create_task(self._waking.wait())
        await asyncio.wait([stopping, waking], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        waking.cancel()
        self._waking.clear()

    async def _until_stopping(self, within: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), within)
        except TimeoutError:
            return

    async def _give_up(self) -> None:
        sentence = (
            f"It ended {self._habits.too_many} times shortly after its start. {self._reason or ''}".strip()
        )
        await self._say(ReplicaState.FAILED, reason=sentence)
        await self._stopping.wait()
        await self._say(ReplicaState.STOPPED)

    async def _say(
        self, state: ReplicaState, *, reason: str | None = None, socket: Path | None = None
    ) -> None:
        self.state = state
        self.idle_since = self._clock.now() if state is ReplicaState.IDLE else None
        await self._report(
            ReplicaReport(
                app_id=self.app.app_id,
                deployment_id=self.app.deployment_id,
                revision=self.app.revision,
                state=state,
                at=self._clock.now(),
                socket_path=str(socket) if socket is not None else None,
                reason=reason,
                restarts=self.restarts,
                isolation=self._isolation,
            )
        )
