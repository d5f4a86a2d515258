"""What a kind of long work is, and what it gets while it runs."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gatepost_server.jobs.model import Job
from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.store import RawReader, Tx, UnitOfWork, raw_reader

Revive = Callable[[RawReader, Actor, Origin, datetime], Actor]
"""Identifies a stored actor anew; raises a refusal when its key or its person is no good any more."""


class Cancelled(Exception):
    """Somebody cancelled the job, its worker stops, or another one has taken it over."""


class Signals(Protocol):
    """What goes between a running job and its runner."""

    def told(self, progress: float, sentence: str) -> None:
        """Take note of how far the job has come; written down with the next heartbeat."""
        ...

    def is_stopping(self) -> bool:
        """Tell whether the job is to end as soon as it can."""
        ...


@dataclass(frozen=True)
class JobContext:
    """One run of a job: who asks, transactions in their name, progress, the wish to stop."""

    job: Job
    actor: Actor
    origin: Origin
    uow: UnitOfWork
    signals: Signals
    identify: Revive

    def begin(self, actor: Actor | None = None) -> AbstractContextManager[Tx]:
        """Open a writing transaction as whoever asked, or as *actor*; keep it short."""
        return self.uow.begin(actor or self.actor, self.origin)

    def read(self, actor: Actor | None = None) -> AbstractContextManager[Tx]:
        """Open a reading transaction as whoever asked, or as *actor*."""
        return self.uow.read(actor or self.actor, self.origin)

    def revived(self, actor: Actor) -> Actor:
        """Return *actor*, as it was once written down, as it would be identified now.

        Raises:
            Denied: whoever it acts for has no active account, or a key that is good no more.
            Unauthenticated: the key that it is itself is good no more.
        """
        with raw_reader(self.uow.engine) as reader:
            return self.identify(reader, actor, self.origin, self.uow.clock.now())

    def progress(self, fraction: float, sentence: str) -> None:
        """Say how far the job has come (0 to 1) and what it does now.

        Raises:
            Cancelled: it is to stop.
        """
        self.signals.told(min(1.0, max(0.0, fraction)), sentence)
        self.check()

    def check(self) -> None:
        """Go on only while nobody wants the job to stop; call it often.

        Raises:
            Cancelled: it is to stop.
        """
        if self.signals.is_stopping():
            raise Cancelled


class JobKind(Protocol):
    """A kind of long work.

    An idempotent one is simply run again after its worker died; any other ends as failed.
    What a kind keeps of its own about a job follows `state_of`: cancelled and failed jobs
    may end without `run` being called.
    """

    @property
    def name(self) -> str:
        """What `queue` calls it."""
        ...

    @property
    def is_idempotent(self) -> bool:
        """Tell whether running it twice does no more than running it once."""
        ...

    def run(self, context: JobContext) -> Mapping[str, Any] | None:
        """Do the work and return its result, which must be plain JSON.

        A `GatepostError` fails the job with its sentence; anything else with an id.
        """
        ...
