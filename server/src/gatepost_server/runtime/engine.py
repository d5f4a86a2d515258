"""Where deployments run: the port that every kind of machine implements."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gatepost_server.apps.model import DesiredApp
from gatepost_server.runtime.processes import Processes


class CannotRunError(Exception):
    """The deployment cannot be started, and trying again will not help; says why."""


class StartFailedError(Exception):
    """The deployment did not come up this time; says why."""


def lack_of(app: DesiredApp) -> str | None:
    """Say what *app* lacks before it may start; None when that is nothing."""
    if not app.lacks:
        return None
    return f"It needs a value for {', '.join(app.lacks)}. Set it under Settings, then start it."


@dataclass(frozen=True)
class Stats:
    """What a relay counts."""

    active: int
    total: int
    last_at: float
    refused: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Measured:
    """What a process and its relay have used since they were started; `memory` is in bytes, now."""

    cpu: float = 0.0
    memory: int = 0
    requests: int = 0
    refused: int = 0
    failed: int = 0


class Running(Protocol):
    """One deployment's process and relay, answering."""

    socket_path: Path

    async def ended(self) -> str:
        """Wait until it ends by itself and return why, in words."""
        ...

    async def stats(self) -> Stats | None:
        """Ask the relay what it counts; None when it does not say."""
        ...

    async def is_alive(self) -> bool:
        """Ask the app for a sign of life over HTTP."""
        ...

    @property
    def is_over(self) -> bool:
        """True once it has been ended."""
        ...

    async def measured(self, processes: Processes) -> Measured:
        """Return what it has used, seen among *processes*; once it is over, what it had used by then."""
        ...

    async def stop(self) -> None:
        """End it, politely first; afterwards nothing of it is left."""
        ...


class Engine(Protocol):
    """Where deployments run."""

    async def start(self, app: DesiredApp, index: int) -> Running:
        """Start process *index* of *app*, counted from 1, and return once it answers over HTTP.

        Raises:
            CannotRunError: it never will.
            StartFailedError: it did not this time.
        """
        ...
