"""Clearing away jobs that ended long ago."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from gatepost_server.jobs.tables import JobRow
from gatepost_server.store import Tx

KEPT: Final = timedelta(days=30)


def sweep_jobs(tx: Tx) -> None:
    """Forget jobs that ended a month ago."""
    tx.session.execute(delete(JobRow).where(JobRow.ended_at < tx.now - KEPT))
