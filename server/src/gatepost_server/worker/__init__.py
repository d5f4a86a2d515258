"""The worker: background jobs that repeat until the process is told to stop."""

from gatepost_server.worker.jobs import Job, repeat_until_stopped

__all__ = ["Job", "repeat_until_stopped"]
