"""Brings what runs to what is desired, again and again."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from gatepost_server.apps.model import BuildOrder, BuildResult, DesiredApp, ReplicaReport
from gatepost_server.kernel.clock import Clock
from gatepost_server.runtime.engine import Engine
from gatepost_server.runtime.group import Group
from gatepost_server.runtime.ports import Orders
from gatepost_server.runtime.replica import Habits

log = logging.getLogger("gatepost.runtime")
MAX_BUILDS = 2
LOOKS_ANYWAY = 30.0
"""Seconds after which the orders are read without news: a lease may have run out."""
REPORT_TRIES = 5


class Builder(Protocol):
    """Makes environments."""

    async def build(self, order: BuildOrder) -> BuildResult:
        """Build *order*; never raises for what the bundle does wrong."""
        ...


class Reconciler:
    """Owns every replica and every running build of this machine."""

    def __init__(
        self,
        orders: Orders,
        engine: Engine,
        builder: Builder,
        *,
        clock: Clock,
        habits: Habits,
        isolation: str,
        every: float = 0.2,
    ) -> None:
        self._orders = orders
        self._engine = engine
        self._builder = builder
        self._clock = clock
        self._habits = habits
        self._isolation = isolation
        self._every = every
        self._replicas: dict[str, Group] = {}
        self._leaving: set[Group] = set()
        self._builds: set[asyncio.Task[None]] = set()
        self._poke = asyncio.Event()
        self._looked_at = -LOOKS_ANYWAY

    def wake(self, app_id: str) -> bool:
        """Start what pauses of *app_id*, and look at the desired state now."""
        found = False
        for replica in self._replicas.values():
            if replica.app.app_id == app_id:
                found = True
                replica.wake()
        self._poke.set()
        return found

    def seen(self) -> list[dict[str, Any]]:
        """Return what runs here, for health."""
        return [
            {
                "app_id": replica.app.app_id,
                "deployment_id": replica.app.deployment_id,
                "name": replica.app.name,
                "state": replica.state.value,
                "restarts": replica.restarts,
            }
            for replica in self._replicas.values()
        ]

    async def run(self) -> None:
        """Reconcile until cancelled; then end everything that was started."""
        try:
            while True:
                if await self._has_reason():
                    await self._turn()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._poke.wait(), self._every)
        finally:
            await asyncio.shield(self._end_all())

    async def _has_reason(self) -> bool:
        """Tell whether a round is due: something was written, or happened here, or time has passed."""
        is_poked = self._poke.is_set()
        self._poke.clear()
        has_news = await asyncio.to_thread(self._orders.has_news)
        return has_news or is_poked or time.monotonic() - self._looked_at > LOOKS_ANYWAY

    async def _turn(self) -> None:
        """Do one round; a store that is away is waited for, what runs goes on."""
        try:
            self._looked_at = time.monotonic()
            self._match(await asyncio.to_thread(self._orders.desired_apps))
            while len(self._builds) < MAX_BUILDS:
                order = await asyncio.to_thread(self._orders.claim_build)
                if order is None:
                    break
                task = asyncio.create_task(self._build(order), name=f"build {order.version_id}")
                self._builds.add(task)
                task.add_done_callback(self._builds.discard)
        except Exception:
            log.exception("the desired state could not be read; trying again")
            self._looked_at = -LOOKS_ANYWAY

    def _match(self, desired: Sequence[DesiredApp]) -> None:
        wanted = {app.deployment_id: app for app in desired}
        apps_wanted = {app.app_id for app in desired}
        for deployment_id, replica in list(self._replicas.items()):
            app = wanted.get(deployment_id)
            if app is not None and app.revision == replica.app.revision:
                # What else changed, as variables do, counts from the next start on.
                replica.renew(app)
            else:
                is_replaced = replica.app.app_id in apps_wanted
                drain = self._habits.drain if is_replaced else 0.0
                replica.stop(drain=drain, comes_back=app is not None)
                self._leaving.add(replica)
                del self._replicas[deployment_id]
                replica.task.add_done_callback(partial(self._left, replica))
        busy = {replica.app.deployment_id for replica in self._leaving}
        for deployment_id, app in wanted.items():
            if deployment_id in self._replicas and app.wake_requested_at is not None:
                self._replicas[deployment_id].wake(requested_at=app.wake_requested_at)
            elif deployment_id not in self._replicas and deployment_id not in busy:
                self._replicas[deployment_id] = Group(
                    app, self._engine, self._report,
                    clock=self._clock, habits=self._habits, isolation=self._isolation,
                )  # fmt: skip

    def _left(self, replica: Group, _: asyncio.Task[None]) -> None:
        self._leaving.discard(replica)
        self._poke.set()

    async def _report(self, report: ReplicaReport) -> None:
        """Write an observation down; the store may be away for a moment."""
        for attempt in range(REPORT_TRIES):
            try:
                return await asyncio.to_thread(self._orders.report, report)
            except Exception:
                log.exception("the state of %s could not be written", report.deployment_id)
                await asyncio.sleep(0.2 * 2**attempt)
        return None

    async def _build(self, order: BuildOrder) -> None:
        try:
            result = await self._builder.build(order)
        except Exception as error:
            log.exception("building %s failed by a fault of ours", order.version_id)
            result = BuildResult(ok=False, reason=f"Gatepost itself failed here: {error}")
        await asyncio.to_thread(self._orders.finish_build, order.version_id, result)
        self._poke.set()

    async def _end_all(self) -> None:
        for replica in self._replicas.values():
            replica.stop(drain=0.0)
        for build in self._builds:
            build.cancel()
        ending = [replica.task for replica in (*self._replicas.values(), *self._leaving)]
        if waiting := [*ending, *self._builds]:
            await asyncio.wait(waiting)
