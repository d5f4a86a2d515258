"""The processes of one deployment: each has a life of its own, they pause and wake together."""

import asyncio
from dataclasses import replace
from datetime import datetime

from gatepost_server.apps.model import DesiredApp, ProcessSeen, ReplicaReport, ReplicaState, speaker_of
from gatepost_server.kernel.clock import Clock
from gatepost_server.runtime.engine import Engine
from gatepost_server.runtime.replica import Habits, Replica, Reporter

_AWAKE = (ReplicaState.READY, ReplicaState.STARTING)


class Group:
    """Keeps a deployment's processes until told to stop, and reports of them as one."""

    def __init__(
        self,
        app: DesiredApp,
        engine: Engine,
        report: Reporter,
        *,
        clock: Clock,
        habits: Habits,
        isolation: str,
    ) -> None:
        self.app = app
        self._report = report
        self._turn = asyncio.Lock()
        self._quiet: dict[int, bool] = {}
        self._replicas = [
            Replica(
                app, engine, self._hear_from(index),
                clock=clock, habits=habits, isolation=isolation, index=index, may_pause=self._may_pause,
            )
            for index in range(1, app.resources.replicas + 1)
        ]  # fmt: skip
        self._seen = {
            one.index: ProcessSeen(one.index, ReplicaState.STARTING, clock.now()) for one in self._replicas
        }
        self.task = asyncio.create_task(self._ended(), name=f"deployment {app.deployment_id}")

    @property
    def state(self) -> ReplicaState:
        """What is said of all of them."""
        return speaker_of(list(self._seen.values())).state

    @property
    def restarts(self) -> int:
        """How often one of them was started anew."""
        return sum(one.restarts for one in self._seen.values())

    def renew(self, app: DesiredApp) -> None:
        """Take what counts from the next start on."""
        self.app = app
        for one in self._replicas:
            one.app = app

    def wake(self, *, requested_at: datetime | None = None) -> None:
        """Ask for every process now that pauses (and did so before *requested_at*)."""
        for one in self._replicas:
            one.wake(requested_at=requested_at)

    def stop(self, *, drain: float, comes_back: bool = False) -> None:
        """Ask all of them to end, as `Replica.stop` does."""
        for one in self._replicas:
            one.stop(drain=drain, comes_back=comes_back)

    async def _ended(self) -> None:
        await asyncio.wait([one.task for one in self._replicas])

    def _may_pause(self, index: int, is_quiet: bool) -> bool:
        """Note whether one is quiet; tell whether all are. One that is not keeps the others awake."""
        self._quiet[index] = is_quiet
        if not is_quiet:
            for one in self._replicas:
                if one.state is ReplicaState.IDLE:
                    one.wake()
            return False
        return all(self._quiet.get(one.index) for one in self._replicas if one.state in _AWAKE)

    def _hear_from(self, index: int) -> Reporter:
        async def hear(report: ReplicaReport) -> None:
            async with self._turn:  # what is written last was seen last
                self._seen[index] = ProcessSeen(
                    index, report.state, report.at, report.socket_path, report.reason, report.restarts
                )
                await self._report(self._folded(report))

        return hear

    def _folded(self, report: ReplicaReport) -> ReplicaReport:
        """Return *report* as one of all of them."""
        processes = tuple(self._seen[index] for index in sorted(self._seen))
        speaker = speaker_of(processes)
        return replace(
            report,
            state=speaker.state,
            socket_path=speaker.socket_path,
            reason=speaker.reason,
            restarts=self.restarts,
            is_sticky=self.app.resources.is_sticky,
            processes=processes,
        )
