"""Reads of the queue."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gatepost_server.jobs.model import Job, JobState
from gatepost_server.jobs.tables import JobRow
from gatepost_server.kernel.paging import Page, PageRequest, page_from


def page_of_jobs(session: Session, page: PageRequest, maker_id: str, state: JobState | None) -> Page[Job]:
    """Return a page of somebody's jobs, latest first; *q* is a kind, a subject or an id."""
    query = select(JobRow).where(JobRow.maker_id == maker_id)
    if state is not None:
        query = query.where(JobRow.state == state)
    if page.q:
        query = query.where((JobRow.kind == page.q) | (JobRow.subject_id == page.q) | (JobRow.id == page.q))
    position = page.position()
    if position is not None:
        query = query.where(JobRow.id < position[0])
    rows = session.scalars(query.order_by(JobRow.id.desc()).limit(page.limit + 1)).all()
    return page_from([present(row) for row in rows], page, lambda job: (job.id,))


def count_under_way(session: Session) -> dict[JobState, int]:
    """Return how many jobs wait and run."""
    is_under_way = JobRow.state.in_((JobState.QUEUED, JobState.RUNNING))
    query = select(JobRow.state, func.count()).where(is_under_way).group_by(JobRow.state)
    return {JobState(state): count for state, count in session.execute(query)}


def present(row: JobRow) -> Job:
    """Return a stored job as a value."""
    return Job(
        id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        params=row.params,
        state=JobState(row.state),
        progress=row.progress,
        sentence=row.sentence,
        reason=row.reason,
        result=row.result,
        is_cancelling=row.is_cancelling,
        maker_id=row.maker_id,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
