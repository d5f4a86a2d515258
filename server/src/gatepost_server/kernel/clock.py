"""Time: the only way the house learns what time it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time; handed in, never reached for."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's clock plus the seconds written in a file, re-read on each use.

    For tests only: windows, expiries and mail links can be tried for real. A file that
    is missing or does not hold a number means no shift.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """Return the present moment as shifted by the file."""
        try:
            shift = float(self._path.read_text().strip() or "0")
        except (OSError, ValueError):
            shift = 0.0
        return datetime.now(UTC) + timedelta(seconds=shift)


def clock_from(shift_file: Path | None) -> Clock:
    """Return the clock of a process: the machine's, or one shifted by *shift_file*."""
    return ShiftedClock(shift_file) if shift_file is not None else SystemClock()
