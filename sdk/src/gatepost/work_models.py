"""Long work as the server answers it: jobs, scenarios, their runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Job(Model):
    """A piece of long work; `progress` goes from 0 to 1."""

    id: str
    kind: str
    state: str
    progress: float = 0.0
    sentence: str = ""
    subject: str | None = None
    reason: str | None = None
    result: Mapping[str, object] | None = None
    is_cancelling: bool = False
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_ended(self) -> bool:
        """True when nothing happens to it any more."""
        return self.state in ENDED


@dataclass(frozen=True, kw_only=True)
class Scenario(Model):
    """Ordered steps; `steps`, `cron` and whom it acts as are None for who may not read it."""

    id: str
    name: str
    steps: tuple[Mapping[str, object], ...] | None = None
    cron: str | None = None
    next_at: datetime | None = None
    acts_as: str | None = None
    run_as: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StepRun(Model):
    """One step of a run, and what it said."""

    type: str
    state: str
    reason: str | None = None
    log: tuple[str, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Run(Model):
    """One run of a scenario."""

    id: str
    job: str
    state: str
    reason: str | None = None
    asked_by: str = ""
    acts_as: str = ""
    scheduled_at: datetime | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    steps: tuple[StepRun, ...] = field(default_factory=tuple)

    @property
    def is_ended(self) -> bool:
        """True when nothing happens to it any more."""
        return self.state in ENDED


ENDED = ("done", "failed", "cancelled")
