"""Scenarios and their runs as values, who they act as, and when they are due; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from cronsim import CronSim, CronSimError

from gatepost_server.authz import policy
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import FieldFault, Invalid

MOST_STEPS: Final = 50
RUN: Final = "scenario.run"
"""The kind of job that runs a scenario."""
_FIELDS: Final = 5
_CAP: Final = policy.credentials[ActorKind.RUN_TOKEN].cap or 0
_PEOPLE: Final = (ActorKind.SESSION, ActorKind.PERSONAL_KEY)


class RunState(StrEnum):
    """How far a run, or a step of it, has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def is_ended(self) -> bool:
        """True when nothing happens to it any more."""
        return self not in {RunState.QUEUED, RunState.RUNNING}


@dataclass(frozen=True)
class Scenario:
    """Ordered steps that run together; `steps` is None for who may see it, but not read it."""

    id: str
    project_id: str
    name: str
    steps: Sequence[Mapping[str, Any]]
    cron: str | None
    next_at: datetime | None
    definer_id: str | None
    definer: str
    run_as_id: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class StepRun:
    """One step of a run."""

    type: str
    state: RunState
    reason: str | None
    log: Sequence[str]
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Run:
    """One run of a scenario. `slot_at` is the moment of the schedule that it belongs to, if any."""

    id: str
    scenario_id: str
    job_id: str
    state: RunState
    reason: str | None
    asked_by: str
    acts_as: str
    slot_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    steps: Sequence[StepRun]


def checked_cron(text: str, now: datetime) -> str:
    """Return *text* as a schedule: the five fields of cron, in UTC.

    Raises:
        Invalid: it is none, or it never comes true.
    """
    cron = " ".join(text.split())
    try:
        # CronSim also reads six fields, with seconds.
        next(CronSim(cron if len(cron.split()) == _FIELDS else "", now))
    except (CronSimError, StopIteration):
        fault = FieldFault("cron", "five fields as of cron, in UTC: minute hour day month weekday")
        raise Invalid("The schedule cannot be used.", faults=[fault], code="cron-invalid") from None
    return cron


def next_slot(cron: str, after: datetime) -> datetime:
    """Return the first moment of a schedule after *after*."""
    return next(CronSim(cron, after))


def token_of(editor: Actor) -> Actor:
    """Return who a scenario acts as that *editor* saved: they themselves, up to the cap of runs.

    For a person the person, whatever they edited it with; for a key of its own that key.
    """
    cap = min(_CAP, editor.cap)
    token = Actor(
        ActorKind.RUN_TOKEN, editor.principal_id, editor.name, cap=cap, on_behalf_of_id=editor.principal_id
    )
    if editor.kind in _PEOPLE:
        return token
    if editor.kind is ActorKind.RUN_TOKEN:
        return replace(editor, cap=cap)
    return replace(token, behind=editor, via_key_id=editor.via_key_id, via_key_name=editor.via_key_name)


def token_for(user_id: str, name: str) -> Actor:
    """Return a run that acts as a person."""
    return Actor(ActorKind.RUN_TOKEN, user_id, name, cap=_CAP, on_behalf_of_id=user_id)
