"""Where deployments run: the port that every kind of machine implements."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gatepost_server.apps.model import DesiredApp


class CannotRunError(Exception):
    """The deployment cannot be started, and trying again will not help; says why."""


class StartFailedError(Exception):
    """The deployment did not come up this time; says why."""


@dataclass(frozen=True)
class Stats:
    """What a relay counts."""

    active: int
    total: int
    last_at: float


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

    async def stop(self) -> None:
        """End it, politely first; afterwards nothing of it is left."""
        ...


class Engine(Protocol):
    """Where deployments run."""

    async def start(self, app: DesiredApp) -> Running:
        """Start *app* and return once it answers over HTTP.

        Raises:
            CannotRunError: it never will.
            StartFailedError: it did not this time.
        """
        ...
