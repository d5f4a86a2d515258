"""When a dataset is refreshed: in words, and the form that says it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gatepost_server.projects import Scenario
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.facts import KindTile, Text, Timestamp
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Section
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.dataset import DatasetView

_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_EVERY: Final = [
    Choice("never", "Only by hand"),
    Choice("hour", "Every hour"),
    Choice("day", "Every day"),
    Choice("week", "Every week"),
    Choice("month", "Every month, on the first"),
]
_CRON: Final = {
    "hour": re.compile(r"(?P<minute>\d{1,2}) \* \* \* \*"),
    "day": re.compile(r"(?P<minute>\d{1,2}) (?P<hour>\d{1,2}) \* \* \*"),
    "week": re.compile(r"(?P<minute>\d{1,2}) (?P<hour>\d{1,2}) \* \* (?P<weekday>[0-6])"),
    "month": re.compile(r"(?P<minute>\d{1,2}) (?P<hour>\d{1,2}) 1 \* \*"),
}
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_COLUMNS: Final = [
    Column("Scenario", place="title"),
    Column("When", place="left"),
    Column("Next", "k-made", place="right"),
]


@dataclass(frozen=True)
class Rhythm:
    """How often, at which time of day (UTC), on which weekday; as the form has it."""

    every: str = "day"
    at: str = "06:00"
    weekday: str = "1"
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, cron: str | None) -> "Rhythm | None":
        """Return what a schedule says; None for one that the form has no words for."""
        if cron is None:
            return cls("never")
        for every, pattern in _CRON.items():
            read = pattern.fullmatch(cron)
            if read is not None:
                said = read.groupdict()
                at = f"{int(said.get('hour', 0)):02}:{int(said['minute']):02}"
                return cls(every, at, said.get("weekday", "1"))
        return None

    def cron(self) -> str | None:
        """Return the schedule; None for none.

        Raises:
            ValueError: it says no such thing, with the name of the field that is wrong.
        """
        if self.every == "never":
            return None
        if self.every not in {one.value for one in _EVERY}:
            raise ValueError("every")
        read = _TIME.fullmatch(self.at.strip())
        if read is None:
            raise ValueError("at")
        hour, minute = int(read[1]), int(read[2])
        if self.every == "week" and self.weekday not in {str(one) for one in range(len(_DAYS))}:
            raise ValueError("weekday")
        day = "1" if self.every == "month" else "*"
        weekday = self.weekday if self.every == "week" else "*"
        return f"{minute} {'*' if self.every == 'hour' else hour} {day} * {weekday}"


def words_of_cron(cron: str | None) -> str:
    """Return a schedule in words, or as it is written where there are none for it."""
    rhythm = Rhythm.of(cron)
    if rhythm is None:
        return f"{cron} UTC"
    said = {
        "never": "Only by hand",
        "hour": f"Every hour, at minute {rhythm.at[3:]}",
        "day": f"Every day at {rhythm.at} UTC",
        "week": f"Every {_DAYS[int(rhythm.weekday)]} at {rhythm.at} UTC",
        "month": f"On the first of every month at {rhythm.at} UTC",
    }
    return said[rhythm.every]


def schedule_section(view: DatasetView, found: Sequence[Scenario], now: datetime) -> Section:
    """Return by which scenarios a dataset is refreshed, and when next."""
    change = None
    if "refresh" in view.may:
        change = ButtonLink("Schedule", f"{view.base}/source/schedule", symbol="clock", opens_dialog=True)
    rows = [
        Row(
            [
                NameCell(
                    one.name, "", f"/projects/{view.key}/scenarios/{one.id}",
                    KindTile("player-play", "plumber"),
                ),
                words_of_cron(one.cron),
                Timestamp(one.next_at, now) if one.next_at else Text("Not planned", is_quiet=True),
            ]
        )
        for one in found
    ]  # fmt: skip
    empty = Empty("No schedule", "It is read again when somebody asks for it.", "clock", change)
    table = ResourceTable(
        "schedule", "scenarios", _COLUMNS, rows, ListState(f"{view.base}/source", {}), empty
    )
    return Section("Refreshed", table, action=change if rows else None)


def schedule_dialog(
    view: DatasetView, own: Scenario | None, sent: Rhythm | None, csrf: str, *, fault: str = "", is_over: bool
) -> FormDialog:
    """Return the form that says when a dataset is refreshed; *own* is the scenario that it changes."""
    known = Rhythm.of(own.cron) if own is not None else Rhythm()
    shown = sent or known or Rhythm()
    fields: list[Component] = []
    if own is not None and known is None:
        fields.append(Note("It has a schedule of its own.", f"{own.cron} is replaced by this one."))
    fields += [
        SelectField("every", "Refresh", _EVERY, shown.every, error=shown.errors.get("every", "")),
        TextField(
            "at", "At (UTC)", shown.at, hint="Hour and minute, as 06:00. Every hour: only the minute counts.",
            error=shown.errors.get("at", ""), max_length=5,
        ),
        SelectField(
            "weekday", "On", [Choice(str(at), day) for at, day in enumerate(_DAYS)], shown.weekday,
            "Only for every week.", shown.errors.get("weekday", ""),
        ),
    ]  # fmt: skip
    made = f"the scenario {own.name}" if own is not None else "a scenario with this one step"
    return FormDialog(
        f"Refresh {view.name}", f"{view.base}/source/schedule", "Save schedule", fields, csrf,
        f"{view.base}/source", fault=fault, is_over=is_over, symbol="clock",
        sentence=f"Done by {made}, which then acts as you, within what you may do.",
    )  # fmt: skip
