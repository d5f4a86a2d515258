"""Jobs as values, and an actor as facts that can be written down."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from gatepost_server.kernel.actor import Actor, ActorKind


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_ended(self) -> bool:
        """True when nothing happens to it any more."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


@dataclass(frozen=True)
class Job:
    """A piece of long work. `progress` goes from 0 to 1, `sentence` says what is being done."""

    id: str
    kind: str
    subject_id: str | None
    params: Mapping[str, Any]
    state: JobState
    progress: float
    sentence: str
    reason: str | None
    result: Mapping[str, Any] | None
    is_cancelling: bool
    maker_id: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def facts_of(actor: Actor) -> dict[str, Any]:
    """Return *actor* as plain facts; that it proved itself just now is left out."""
    facts = asdict(replace(actor, behind=None, confirmed_at=None))
    facts["kind"] = actor.kind.value
    facts["behind"] = None if actor.behind is None else facts_of(actor.behind)
    return facts


def actor_of(facts: Mapping[str, Any]) -> Actor:
    """Return the actor that *facts* tell of."""
    behind = facts.get("behind")
    reach = facts.get("reach")
    return Actor(**{
        **facts,
        "kind": ActorKind(facts["kind"]),
        "reach": None if reach is None else tuple(reach),
        "behind": None if behind is None else actor_of(behind),
    })  # fmt: skip
