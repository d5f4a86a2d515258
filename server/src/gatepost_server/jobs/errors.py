"""Refusals about jobs."""

from gatepost_server.kernel.errors import Conflict, NotFound


class UnknownJob(NotFound):
    """No such job, or somebody else's."""

    code = "unknown-job"

    def __init__(self) -> None:
        super().__init__("There is no such job.")


class JobEnded(Conflict):
    """What has ended cannot be cancelled."""

    code = "job-ended"

    def __init__(self) -> None:
        super().__init__("The job has ended already.")
