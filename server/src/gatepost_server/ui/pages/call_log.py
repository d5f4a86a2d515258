"""The calls of data APIs on a page: a chart of how many and what became of them, and the log itself.

One component for every page that shows some: of an API (by whom) or of an application (what it called).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from gatepost_server.dataapis import ApiCall, CallTotal
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Tab
from gatepost_server.ui.kit.pieces import Card, Section, Stack
from gatepost_server.ui.kit.tables import (
    Column,
    Empty,
    ListState,
    NameCell,
    ResourceTable,
    Row,
)
from gatepost_server.ui.pages.application_usage import UsageFigures
from gatepost_server.ui.pages.application_work import Segments
from gatepost_server.ui.pages.time_charts import Moment, Span, TimeChart


class CallRange(StrEnum):
    """How far back the chart goes: a day by hours, or a month by days."""

    DAY = "day"
    MONTH = "month"

    @property
    def step(self) -> timedelta:
        """How long one bar is."""
        return timedelta(hours=1) if self is CallRange.DAY else timedelta(days=1)

    def begin(self, now: datetime) -> datetime:
        """Return when the first bar begins."""
        first = now.replace(minute=0, second=0, microsecond=0)
        if self is CallRange.DAY:
            return first - 23 * self.step
        return first.replace(hour=0) - 29 * self.step


_RANGES: Final = {CallRange.DAY: "Day", CallRange.MONTH: "30 days"}
_BECAME: Final = ((2, "Answered"), (1, "Refused (4xx)"), (4, "Failed (5xx)"))
_HEADS: Final = ("From (UTC)", "Answered", "Refused", "Failed")
_NOTE: Final = (
    "Times are UTC. Calls are kept for 90 days. What was refused before it was known who called, such "
    "as a wrong signature, is not among them."
)
_REFUSED: Final = 400
_FAILED: Final = 500
_OUTCOMES: Final = {"": "All", "false": "Answered", "true": "Refused"}


@dataclass(frozen=True)
class CallLog:
    """What is shown: `totals` of a range, and a page of the log.

    Each of `rows` is a call and what `column` says of it: who called, or which API. `state` holds
    what the address says: `refused`, `range`, `cursor` and (with `find_hint`) `q`. `export` leads to
    the same rows as CSV.
    """

    totals: Sequence[CallTotal]
    rows: Sequence[tuple[ApiCall, str]]
    column: str
    state: ListState
    export: str
    now: datetime
    next_cursor: str | None = None
    find_hint: str = ""

    @property
    def range(self) -> CallRange:
        """What the chart covers."""
        return range_of(self.state)


def range_of(state: ListState) -> CallRange:
    """Return the range that an address asks for; a day if it asks for none that there is."""
    return CallRange.MONTH if state.value("range") == CallRange.MONTH else CallRange.DAY


def refused_of(state: ListState) -> bool | None:
    """Return whether an address asks for refused calls, the others, or all."""
    return {"true": True, "false": False}.get(state.value("refused"))


def call_log(log: CallLog) -> Component:
    """Return the chart and, below it, the log."""
    tabs = [
        Tab(words, log.state.href(range="" if one is CallRange.DAY else one), is_here=one is log.range)
        for one, words in _RANGES.items()
    ]
    return Stack([Segments(tabs, "Time"), _chart(log), _table(log)])


def _chart(log: CallLog) -> Component:
    begin, step = log.range.begin(log.now), log.range.step
    count = round((log.now - begin) // step) + 1
    moments = [
        Moment(one.at, [one.answered, one.refused, one.failed], f"{_when(log, one.at)}: {_words(one)}")
        for one in log.totals
    ]
    whole = CallTotal(
        begin,
        sum(one.answered for one in log.totals),
        sum(one.refused for one in log.totals),
        sum(one.failed for one in log.totals),
    )
    title = f"Calls {'an hour' if log.range is CallRange.DAY else 'a day'}"
    chart = TimeChart(
        "calls", title, f"{_words(whole)}.", Span(begin, begin + count * step, step), moments,
        legend=_BECAME, is_bars=True,
    )  # fmt: skip
    numbers = [
        (_when(log, one.at), f"{one.answered:,}", f"{one.refused:,}", f"{one.failed:,}")
        for one in reversed(log.totals)
    ]
    return UsageFigures([Card(title, chart)], numbers, _HEADS, _NOTE)


def _table(log: CallLog) -> Component:
    columns = [
        Column(log.column, place="title"),
        Column("Outcome", "k-exp", place="badge"),
        Column("Call", "k-exp", place="left"),
        Column("Rows", "c-ver", place="none"),
        Column("Time", "c-state", place="none"),
        Column("From", "k-exp", place="none"),
        Column("When", "k-made", place="right"),
    ]
    rows = [_row(call, about, log.now) for call, about in log.rows]
    empty = Empty("No calls yet", "Each call is here within a second, with what became of it.", "history")
    table = ResourceTable(
        "calls-log", "calls", columns, rows, log.state, empty, find_hint=log.find_hint,
        next_cursor=log.next_cursor,
    )  # fmt: skip
    outcomes = [
        Tab(words, log.state.href(refused=value), is_here=log.state.value("refused") == value)
        for value, words in _OUTCOMES.items()
    ]
    export = ButtonLink("Export as CSV", log.export, "plain", "download")
    shown = Stack([Segments(outcomes, "Outcome"), table])
    return Section("Log", shown, "The latest first; no parameter and no row of an answer.", export)


def _row(call: ApiCall, about: str, now: datetime) -> Row:
    took = f"{call.ms:,} ms" if call.ms < 10_000 else f"{call.ms / 1000:,.1f} s"  # noqa: PLR2004
    return Row(
        [
            NameCell(about or "Nobody", call.stage.value),
            _outcome(call),
            Text(call.operation or "–", f"version {call.version}"),
            Text("–" if call.rows is None else f"{call.rows:,}"),
            Text(took),
            Text(call.ip or "–", is_mono=True, is_quiet=True),
            Timestamp(call.at, now),
        ]
    )


def _outcome(call: ApiCall) -> Component:
    if call.status >= _FAILED:
        return Text(StateBadge("Failed", "red", "x"), f"{call.status} {call.code or ''}".strip())
    if call.status >= _REFUSED or call.code is not None:
        return Text(StateBadge("Refused", "amber", "ban"), f"{call.status} {call.code or ''}".strip())
    return Text(StateBadge("Answered", "green", "check"), str(call.status))


def _words(one: CallTotal) -> str:
    count = one.answered + one.refused + one.failed
    return f"{count:,} call{'' if count == 1 else 's'}, {one.refused:,} refused, {one.failed:,} failed"


def _when(log: CallLog, at: datetime) -> str:
    if log.range is CallRange.MONTH:
        return f"{at.day} {at:%b %Y}"
    return f"{at.day} {at:%b, %H:%M}"
