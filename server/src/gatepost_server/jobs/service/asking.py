"""Asking for long work, watching it, cancelling it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from gatepost_server.authz import may_on_instance, require_self
from gatepost_server.jobs import queries
from gatepost_server.jobs.errors import JobEnded, UnknownJob
from gatepost_server.jobs.model import Job, JobState, facts_of
from gatepost_server.jobs.tables import JobRow
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx


def queue(
    tx: Tx, kind: str, subject_id: str | None, params: Mapping[str, Any], *, actor: Actor | None = None
) -> Job:
    """Put long work into the queue, in the caller's transaction; nothing runs before it is kept.

    It will act as the caller, or as *actor*, identified anew when it runs. The caller has
    asked for the right and writes the audit entry; *params* are plain JSON, never a secret.
    """
    row = JobRow(
        id=new_id("job", tx.now),
        kind=kind,
        subject_id=subject_id,
        params=dict(params),
        actor=facts_of(actor or tx.actor),
        origin=asdict(tx.origin),
        maker_id=tx.actor.principal_id,
        state=JobState.QUEUED,
        progress=0.0,
        sentence="",
        is_cancelling=False,
        attempts=0,
        created_at=tx.now,
    )
    tx.session.add(row)
    return queries.present(row)


def get_job(tx: Tx, job_id: str) -> Job:
    """Return a job, for who asked for it and for administrators.

    Raises:
        UnknownJob: there is none, or it is somebody else's.
    """
    return queries.present(_seen(tx, "job:read", job_id))


def list_jobs(tx: Tx, page: PageRequest, state: JobState | None = None) -> Page[Job]:
    """Return a page of one's own jobs, latest first."""
    return queries.page_of_jobs(tx.session, page, require_self(tx, "job:read"), state)


def cancel(tx: Tx, job_id: str) -> Job:
    """Cancel a job: a queued one at once, a running one as soon as it looks up from its work.

    Raises:
        UnknownJob: there is none, or it is somebody else's.
        JobEnded: it has ended already.
    """
    row = _seen(tx, "job:cancel", job_id)
    if JobState(row.state).is_ended:
        raise JobEnded
    end_or_ask(tx, row.id)
    tx.audit("job:cancel", "job", row.id, row.kind, after={"subject": row.subject_id})
    return queries.present(row)


def state_of(tx: Tx, job_id: str) -> Job | None:
    """Return a job without asking for a right, for use-cases that queued it."""
    row = tx.session.get(JobRow, job_id)
    return None if row is None else queries.present(row)


def states_of(tx: Tx, job_ids: Sequence[str]) -> dict[str, Job]:
    """Return jobs by their ids, in one query; those that are gone are left out. No right is asked."""
    rows = tx.session.scalars(select(JobRow).where(JobRow.id.in_(job_ids))) if job_ids else ()
    return {row.id: queries.present(row) for row in rows}


def end_or_ask(tx: Tx, job_id: str) -> None:
    """Let a job end: a queued one here and now, a running one when it looks up; asks for no right."""
    row = tx.session.get(JobRow, job_id, with_for_update=True)
    if row is None or JobState(row.state).is_ended:
        return
    row.is_cancelling = True
    if row.state == JobState.QUEUED:
        row.state, row.ended_at = JobState.CANCELLED, tx.now


def _seen(tx: Tx, action: str, job_id: str) -> JobRow:
    asker = require_self(tx, action)
    row = tx.session.get(JobRow, job_id, with_for_update=action == "job:cancel")
    if row is None or (row.maker_id != asker and not may_on_instance(tx, "job:all")):
        raise UnknownJob
    return row


def count_under_way(tx: Tx) -> dict[JobState, int]:
    """Return how many jobs wait and run; who asks has asked for `health:read`."""
    return queries.count_under_way(tx.session)
