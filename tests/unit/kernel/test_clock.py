"""Clocks: the machine's, and one that a file shifts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gatepost_server.kernel.clock import ShiftedClock, SystemClock, clock_from

CLOSE = timedelta(seconds=5)


def test_the_machines_clock_is_aware_and_utc() -> None:
    assert clock_from(None).now().tzinfo is UTC
    assert isinstance(clock_from(None), SystemClock)


def test_a_file_shifts_the_clock_and_is_read_each_time(tmp_path: Path) -> None:
    shift = tmp_path / "shift"
    clock = clock_from(shift)
    shift.write_text("86400\n")
    assert abs(clock.now() - datetime.now(UTC) - timedelta(days=1)) < CLOSE
    shift.write_text("-60.5")
    assert abs(clock.now() - datetime.now(UTC) + timedelta(seconds=60.5)) < CLOSE


@pytest.mark.parametrize("text", ["", "soon", None])
def test_a_file_without_a_number_shifts_nothing(tmp_path: Path, text: str | None) -> None:
    shift = tmp_path / "shift"
    if text is not None:
        shift.write_text(text)
    assert abs(ShiftedClock(shift).now() - datetime.now(UTC)) < CLOSE
