"""What a runner writes into the queue: taken, alive, ended, taken over from the dead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from gatepost_server.jobs import queries
from gatepost_server.jobs.model import Job, JobState, actor_of
from gatepost_server.jobs.tables import JobRow
from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.store import Tx

LEASE: Final = timedelta(seconds=30)
"""For so long a worker counts as alive after its last heartbeat."""
ATTEMPTS: Final = 3
"""How often a job may bring its worker down before it counts as failed."""
_WORKER_GONE: Final = (
    "The worker that ran it stopped in the middle; how far it came is not known. Start it again."
)
_TOO_OFTEN: Final = "Its worker stopped in the middle three times; it is not tried again."


@dataclass(frozen=True)
class Taken:
    """A job to be run now, and who asked for it when."""

    job: Job
    actor: Actor
    origin: Origin


@dataclass(frozen=True)
class Ending:
    """How a run of a job ended."""

    state: JobState
    reason: str | None = None
    result: Mapping[str, Any] | None = None


def take_jobs(tx: Tx, worker: str, kinds: Collection[str], count: int) -> list[Taken]:
    """Take up to *count* queued jobs of *kinds*, oldest first, so that no other worker does."""
    rows = tx.session.scalars(
        select(JobRow)
        .where(JobRow.state == JobState.QUEUED, JobRow.kind.in_(kinds))
        .order_by(JobRow.id)
        .limit(count)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.state, row.worker, row.leased_until = JobState.RUNNING, worker, tx.now + LEASE
        row.started_at, row.attempts = row.started_at or tx.now, row.attempts + 1
        row.progress, row.sentence = 0.0, ""
    return [Taken(queries.present(row), actor_of(row.actor), Origin(**row.origin)) for row in rows]


def beat(tx: Tx, worker: str, job_id: str, progress: float, sentence: str) -> bool:
    """Say that a job is alive and how far it has come; return whether it is to go on."""
    row = tx.session.get(JobRow, job_id, with_for_update=True)
    if row is None or row.worker != worker or row.state != JobState.RUNNING:
        return False
    row.leased_until, row.progress, row.sentence = tx.now + LEASE, progress, sentence[:200]
    return not row.is_cancelling


def is_wanted(tx: Tx, worker: str, job_id: str) -> bool:
    """Tell whether a job is still this worker's and nobody cancelled it; writes nothing."""
    row = tx.session.get(JobRow, job_id)
    is_mine = row is not None and row.worker == worker and row.state == JobState.RUNNING
    return is_mine and row is not None and not row.is_cancelling


def end(tx: Tx, worker: str, job_id: str, ending: Ending) -> bool:
    """Write down how a job ended; False when it is not this worker's any more."""
    row = tx.session.get(JobRow, job_id, with_for_update=True)
    if row is None or row.worker != worker or row.state != JobState.RUNNING:
        return False
    _end(tx, row, ending)
    return True


def give_back(tx: Tx, worker: str, job_id: str, *, is_idempotent: bool) -> None:
    """Let a job that was stopped with its worker be run again, or end as failed."""
    row = tx.session.get(JobRow, job_id, with_for_update=True)
    if row is not None and row.worker == worker and row.state == JobState.RUNNING:
        row.attempts -= 1  # it did not bring the worker down
        _release(tx, row, is_idempotent=is_idempotent)


def take_over(tx: Tx, idempotent: Mapping[str, bool], mine: Collection[str]) -> int:
    """Find jobs whose worker is dead; let them be run again or end. Return how many."""
    rows = tx.session.scalars(
        select(JobRow)
        .where(JobRow.state == JobState.RUNNING, JobRow.leased_until < tx.now, JobRow.id.not_in(mine))
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _release(tx, row, is_idempotent=idempotent.get(row.kind, False))
    return len(rows)


def _release(tx: Tx, row: JobRow, *, is_idempotent: bool) -> None:
    if row.is_cancelling:
        _end(tx, row, Ending(JobState.CANCELLED))
    elif not is_idempotent:
        _end(tx, row, Ending(JobState.FAILED, _WORKER_GONE))
    elif row.attempts >= ATTEMPTS:
        _end(tx, row, Ending(JobState.FAILED, _TOO_OFTEN))
    else:
        row.state, row.worker, row.leased_until = JobState.QUEUED, None, None


def _end(tx: Tx, row: JobRow, ending: Ending) -> None:
    row.state, row.ended_at, row.worker, row.leased_until = ending.state, tx.now, None, None
    row.reason = None if ending.reason is None else ending.reason[:1000]
    if ending.state is JobState.DONE:
        row.progress, row.result = 1.0, None if ending.result is None else dict(ending.result)
