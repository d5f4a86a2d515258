"""Long work: queued by a use-case, run by the worker, watched, cancelled; it survives a restart.

Upper rooms bring the kinds (`JobKind`), `bootstrap` hands them to the worker's `Runner`.
A job acts as whoever asked for it, identified anew when it runs.
"""

from gatepost_server.jobs.errors import JobEnded, UnknownJob
from gatepost_server.jobs.model import Job, JobState, actor_of, facts_of
from gatepost_server.jobs.ports import Cancelled, JobContext, JobKind, Revive
from gatepost_server.jobs.service.asking import (
    cancel,
    count_under_way,
    end_or_ask,
    get_job,
    list_jobs,
    queue,
    state_of,
    states_of,
)
from gatepost_server.jobs.service.runner import Runner
from gatepost_server.jobs.service.sweeping import sweep_jobs

__all__ = [
    "Cancelled",
    "Job",
    "JobContext",
    "JobEnded",
    "JobKind",
    "JobState",
    "Revive",
    "Runner",
    "UnknownJob",
    "actor_of",
    "cancel",
    "count_under_way",
    "end_or_ask",
    "facts_of",
    "get_job",
    "list_jobs",
    "queue",
    "state_of",
    "states_of",
    "sweep_jobs",
]
