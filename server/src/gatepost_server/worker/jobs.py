"""Jobs that repeat: each at its own pace, none stopped by another's failure."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

log = logging.getLogger(__name__)

_LONGEST_PAUSE_S: Final = 5.0


@dataclass(frozen=True)
class Job:
    """An idempotent step and the pause after it, in seconds."""

    name: str
    step: Callable[[], Awaitable[object]]
    every_s: float


def repeat_until_stopped(jobs: Sequence[Job]) -> None:
    """Run every job again and again until SIGTERM or SIGINT; blocks."""
    asyncio.run(_until_stopped(jobs))


async def _until_stopped(jobs: Sequence[Job]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running = [asyncio.create_task(repeat(job), name=job.name) for job in jobs]
    await stop.wait()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def repeat(job: Job) -> None:
    """Repeat *job* for ever; after failures the pauses grow up to five seconds."""
    failures = 0
    while True:
        try:
            await job.step()
            failures = 0
        except Exception:
            # A worker outlives what it looks after: whatever failed is tried again.
            failures += 1
            log.exception("job %s failed; it will be tried again", job.name)
        await asyncio.sleep(min(job.every_s * 2**failures, max(_LONGEST_PAUSE_S, job.every_s)))
