"""Schedules as people choose them, and as cron writes them."""

import pytest

from gatepost_server.ui.pages.dataset_schedule import Rhythm, words_of_cron

CHOSEN = {
    "5 * * * *": (Rhythm("hour", "09:05", "3"), "Every hour, at minute 05"),
    "0 6 * * *": (Rhythm("day", "6:00", "3"), "Every day at 06:00 UTC"),
    "30 23 * * 0": (Rhythm("week", "23:30", "0"), "Every Sunday at 23:30 UTC"),
    "15 0 1 * *": (Rhythm("month", "00:15", "3"), "On the first of every month at 00:15 UTC"),
}


@pytest.mark.parametrize("cron", CHOSEN)
def test_what_is_chosen_is_read_back_as_it_was(cron: str) -> None:
    chosen, words = CHOSEN[cron]
    assert chosen.cron() == cron
    assert words_of_cron(cron) == words
    read = Rhythm.of(cron)
    assert read is not None
    assert (read.every, read.cron()) == (chosen.every, cron)


def test_other_schedules_are_shown_as_they_are_written() -> None:
    for cron in ("*/5 * * * *", "0 6 2 * *", "0 6 * * 1-5", "0 6 * 1 *"):
        assert Rhythm.of(cron) is None
        assert words_of_cron(cron) == f"{cron} UTC"
    assert words_of_cron(None) == "Only by hand"
    assert Rhythm("never", "nonsense", "").cron() is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [(Rhythm(""), "every"), (Rhythm("day", "24:00"), "at"), (Rhythm("hour", "6"), "at"),
     (Rhythm("week", "06:00", "7"), "weekday")],
)  # fmt: skip
def test_what_is_no_schedule_names_its_field(sent: Rhythm, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}$"):
        sent.cron()
