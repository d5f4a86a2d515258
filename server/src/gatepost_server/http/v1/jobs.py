"""Long work: how far it has come, and cancelling it."""

from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel

from gatepost_server import jobs
from gatepost_server.http.v1.wire import PageOut, PageQuery, Time, page_out
from gatepost_server.jobs import Job, JobState
from gatepost_server.web import ActionRouter, ApiCall, require_known

router = ActionRouter(tags=["jobs"])


class JobOut(BaseModel):
    """A job. `progress` goes from 0 to 1, `sentence` says what is being done."""

    id: str
    kind: str
    subject: str | None
    state: JobState
    progress: float
    sentence: str
    reason: str | None
    result: dict[str, Any] | None
    is_cancelling: bool
    created_at: Time
    started_at: Time | None
    ended_at: Time | None

    @classmethod
    def of(cls, job: Job) -> "JobOut":
        """Present *job*."""
        return cls(
            id=job.id,
            kind=job.kind,
            subject=job.subject_id,
            state=job.state,
            progress=round(job.progress, 4),
            sentence=job.sentence,
            reason=job.reason,
            result=None if job.result is None else dict(job.result),
            is_cancelling=job.is_cancelling,
            created_at=job.created_at,
            started_at=job.started_at,
            ended_at=job.ended_at,
        )


def _state(state: JobState | None = None) -> JobState | None:
    return state


@router.reads("/jobs", action="job:read")
def list_jobs(
    call: ApiCall, page: PageQuery, state: Annotated[JobState | None, Depends(_state)]
) -> PageOut[JobOut]:
    """List one's own long work, latest first."""
    require_known(call)
    with call.read() as tx:
        return page_out(jobs.list_jobs(tx, page, state), JobOut.of)


@router.reads("/jobs/{job_id}", action="job:read")
def get_job(call: ApiCall, job_id: str) -> JobOut:
    """Say how far a job has come; only its maker and administrators know of it."""
    with call.read() as tx:
        return JobOut.of(jobs.get_job(tx, job_id))


@router.removes("/jobs/{job_id}", action="job:cancel")
def cancel_job(call: ApiCall, job_id: str) -> JobOut:
    """Cancel a job: a queued one at once, a running one as soon as it can stop."""
    with call.begin() as tx:
        jobs.cancel(tx, job_id)
        return JobOut.of(jobs.get_job(tx, job_id))
