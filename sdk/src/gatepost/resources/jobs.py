"""Long work that one asked for."""

from collections.abc import Iterator

from gatepost.shape import read
from gatepost.transport import Transport, segment
from gatepost.work_models import Job


class JobCalls:
    """Calls about one's own long work."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, q: str | None = None, state: str | None = None) -> Iterator[Job]:
        """Yield one's jobs, latest first; *q* is a kind or the id of what they are about."""
        return self._transport.pages(Job, "jobs", {"q": q, "state": state})

    def get(self, job_id: str) -> Job:
        """Return a job as it is now."""
        return self._transport.get(Job, f"jobs/{segment(job_id)}")

    def cancel(self, job_id: str) -> Job:
        """Cancel a job; a running one ends as soon as it can.

        Raises:
            Conflict: it has ended already.
        """
        return read(Job, self._transport.call("DELETE", f"jobs/{segment(job_id)}"))
