"""Measures what runs, again and again, and adds it to the figures of each application."""

import asyncio
import logging
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gatepost_server.apps.usage import HOUR, KEPT, Used, add_used
from gatepost_server.kernel.clock import Clock
from gatepost_server.runtime.engine import Measured, Running
from gatepost_server.runtime.processes import seen_processes

log = logging.getLogger("gatepost.runtime")
EVERY: Final = 10.0
"""Seconds between two looks."""
_MARK: Final = ".forgotten"
_OLD_S: Final = KEPT[HOUR] * HOUR


@dataclass
class _Watched:
    """A started process, and what it had used when it was last looked at."""

    app_id: str
    since: float
    last: Measured = field(default_factory=Measured)


class Meter:
    """Looks at everything that was started until it is over; its files are in *folder*."""

    def __init__(self, folder: Path, clock: Clock, *, every: float = EVERY) -> None:
        self._folder = folder
        self._clock = clock
        self._every = every
        self._watched: dict[Running, _Watched] = {}

    def watch(self, app_id: str, running: Running) -> None:
        """Count what *running* uses for an application, from its start on."""
        self._watched[running] = _Watched(app_id, time.monotonic())

    async def run(self) -> None:
        """Look until cancelled."""
        await asyncio.to_thread(self._forget_old)
        while True:
            await asyncio.sleep(self._every)
            await self.look()

    async def look(self) -> None:
        """Measure everything once and write down what was used since the last time.

        What cannot be written is lost, and what runs goes on.
        """
        if not self._watched:
            return
        processes = await asyncio.to_thread(seen_processes)
        gained: dict[str, Used] = defaultdict(Used)
        held: dict[str, int] = defaultdict(int)
        for running, watched in list(self._watched.items()):
            is_last = running.is_over
            measured = await running.measured(processes)
            used, memory = _between(watched, measured)
            gained[watched.app_id] = _beside(gained[watched.app_id], used)
            held[watched.app_id] += memory
            if is_last:
                del self._watched[running]
        at = self._clock.now().timestamp()
        try:
            await asyncio.to_thread(self._write, at, gained, held)
        except OSError as error:
            log.warning("what applications use could not be written down: %s", error)

    def _write(self, at: float, gained: dict[str, Used], held: dict[str, int]) -> None:
        for app_id, used in gained.items():
            memory = Used(memory=held[app_id] * used.seconds, peak=held[app_id])
            add_used(self._folder / app_id, at, used + memory)

    def _forget_old(self) -> None:
        """Remove the files of what has not run for as long as figures are kept.

        Ages are told by the file system's own clock, which no shifted clock makes jump.
        """
        mark = self._folder / _MARK
        mark.touch()
        now = mark.stat().st_mtime
        for path in self._folder.iterdir():
            if now - path.stat().st_mtime > _OLD_S:
                path.unlink(missing_ok=True)


def _between(watched: _Watched, now: Measured) -> tuple[Used, int]:
    """Return what was used since the last look, and the memory held; what is counted never goes back."""
    last, since, moment = watched.last, watched.since, time.monotonic()
    watched.last, watched.since = now, moment
    used = Used(
        seconds=moment - since,
        cpu=max(0.0, now.cpu - last.cpu),
        requests=max(0, now.requests - last.requests),
        refused=max(0, now.refused - last.refused),
        failed=max(0, now.failed - last.failed),
    )
    return used, now.memory


def _beside(one: Used, other: Used) -> Used:
    """Return what two processes of one application used at the same time."""
    both = one + other
    return Used(
        max(one.seconds, other.seconds), both.cpu, requests=both.requests, refused=both.refused,
        failed=both.failed,
    )  # fmt: skip
