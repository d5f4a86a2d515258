"""What an application used: charts of CPU, memory and requests, their numbers, and its limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from gatepost_server.apps import SLACK, Held, Kind, Limit, Usage, UsagePoint, UsageRange
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.heads import Snippet, Tab
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Stack
from gatepost_server.ui.kit.tables import Empty
from gatepost_server.ui.pages.application import AppView, page
from gatepost_server.ui.pages.application_work import Segments
from gatepost_server.ui.pages.charts import said
from gatepost_server.ui.pages.sizes import size_words
from gatepost_server.ui.pages.time_charts import LimitLine, Moment, Span, TimeChart

_MIB: Final = 1 << 20
_RANGES: Final[dict[UsageRange, tuple[str, str]]] = {
    UsageRange.HOUR: ("Hour", "in the last hour"),
    UsageRange.DAY: ("Day", "in the last day"),
    UsageRange.MONTH: ("30 days", "in the last 30 days"),
}
_HEADS: Final = ("From (UTC)", "CPU, cores", "Memory", "At most", "Requests", "Refused", "Failed")
_LIMITS: Final = {"memory": "Memory", "cpu": "CPU", "tasks": "Processes and threads"}
_ANSWERS: Final = ((2, "Answered"), (1, "Refused (4xx)"), (4, "Failed (5xx)"))
_NOTE: Final = (
    "Times are UTC. Gaps: it did not run. Means are of the time that it ran. Requests are those that "
    "reached it; what the gate refused is not among them."
)


@dataclass(frozen=True)
class UsageFigures(Component):
    """The charts beside one another, and all their numbers as a table."""

    template: ClassVar[str] = "apps/usage_figures.html"
    cards: Sequence[Component]
    rows: Sequence[Sequence[str]]
    heads: Sequence[str] = _HEADS
    note: str = _NOTE


def usage_tab(view: AppView, usage: Usage, now: datetime, csrf: str, url: str) -> Component:
    """Return the tab with what the application used, and how its limits are held."""
    base, number = f"/applications/{view.row.id}/usage", view.row.number
    tabs = [
        Tab(words, f"{base}?range={one}", is_here=one is usage.range) for one, (words, _) in _RANGES.items()
    ]
    parts: list[Component] = [Segments(tabs, "Time"), _figures(view, usage), _limits(view, usage.limits)]
    address = f"{url}/api/v1/apps/{view.row.id}/metrics?range={usage.range}"
    same = [
        Snippet("CLI", f"gatepost apps metrics {number} --range {usage.range}"),
        Snippet("curl", f"curl -H \"Authorization: Key $GATEPOST_API_KEY\" \\\n  '{address}'"),
    ]
    return page(view, "usage", Stack(parts), now, csrf, url, same=same)


def _figures(view: AppView, usage: Usage) -> Component:
    if not usage.points:
        when = _RANGES[usage.range][1]
        said_so = f"It did not run {when}. Figures come within seconds of its start."
        return Empty("No figures yet", said_so, "chart-area-line")
    charts = [_requests(usage)]
    if view.row.kind is not Kind.STATIC:
        charts = [_cpu(usage), _memory(usage), *charts]
    cards = [Card(one.title, one) for one in charts]
    return UsageFigures(cards, [_row(one) for one in reversed(usage.points)])


def _span(usage: Usage) -> Span:
    step = timedelta(seconds=usage.step)
    last = max(usage.end, max(one.at for one in usage.points) + step)
    return Span(usage.begin, last, step)


def _cpu(usage: Usage) -> TimeChart:
    ran = sum(one.seconds for one in usage.points)
    mean = sum(one.cpu * one.seconds for one in usage.points) / ran
    most = max(one.cpu for one in usage.points)
    moments = [
        Moment(one.at, [one.cpu], f"{_when(one)}: {said(round(one.cpu, 3))} cores") for one in usage.points
    ]
    sentence = f"{said(round(mean, 3))} cores on average, {said(round(most, 3))} at most."
    return TimeChart("cpu", "CPU, in cores", sentence, _span(usage), moments, _line(usage, "cpu", "cores"))


def _memory(usage: Usage) -> TimeChart:
    ran = sum(one.seconds for one in usage.points)
    mean = sum(one.memory * one.seconds for one in usage.points) / ran
    most = max(one.peak for one in usage.points)
    moments = [
        Moment(
            one.at,
            [one.peak / _MIB],
            f"{_when(one)}: {size_words(one.peak)} at most, {size_words(one.memory)} on average",
        )
        for one in usage.points
    ]
    sentence = f"{size_words(int(mean))} on average, {size_words(most)} at most."
    return TimeChart(
        "memory", "Memory, in MiB", sentence, _span(usage), moments, _line(usage, "memory", "MiB")
    )


def _requests(usage: Usage) -> TimeChart:
    moments = [
        Moment(
            one.at,
            [one.requests - min(one.requests, one.refused + one.failed), one.refused, one.failed],
            f"{_when(one)}: {_answers(one.requests, one.refused, one.failed)}",
        )
        for one in usage.points
    ]
    refused, failed = sum(one.refused for one in usage.points), sum(one.failed for one in usage.points)
    sentence = f"{_answers(sum(one.requests for one in usage.points), refused, failed)}."
    per = {60: "a minute", 600: "in 10 minutes"}.get(usage.step, f"in {usage.step // 3600} hours")
    return TimeChart(
        "requests", f"Requests {per}", sentence, _span(usage), moments, legend=_ANSWERS, is_bars=True
    )


def _answers(requests: int, refused: int, failed: int) -> str:
    count = f"{requests:,} request{'' if requests == 1 else 's'}"
    return f"{count}, {refused:,} refused, {failed:,} failed"


def _when(one: UsagePoint) -> str:
    return f"{one.at.day} {one.at:%b %Y, %H:%M} UTC"


def _row(one: UsagePoint) -> Sequence[str]:
    counts = (one.requests, one.refused, one.failed)
    figures = (said(round(one.cpu, 3)), size_words(one.memory), size_words(one.peak))
    return (f"{one.at.day} {one.at:%b, %H:%M}", *figures, *(f"{count:,}" for count in counts))


def _line(usage: Usage, name: str, unit: str) -> LimitLine | None:
    limit = next((one for one in usage.limits if one.name == name), None)
    if limit is None:
        return None
    whole = limit.value * limit.replicas
    lead = {Held.EXACTLY: "Limit", Held.NOT: "Set, not held"}.get(limit.held, "Set, not exact")
    return LimitLine(whole, f"{lead}: {said(whole)} {'core' if unit == 'cores' and whole == 1 else unit}")


def _limits(view: AppView, limits: Sequence[Limit]) -> Component:
    """Say which limits are in force, and how exactly."""
    if view.row.kind is Kind.STATIC:
        return Card("Limits", Facts([Fact("Code", "A static site runs none, so that nothing is limited.")]))
    return Card("Limits", Facts(limit_facts(limits)))


def limit_facts(limits: Sequence[Limit]) -> list[Fact]:
    """Return each limit and how this machine holds it."""
    if not limits:
        return [Fact("Limits", "The runtime has not said yet how it holds them.")]
    return [Fact(_LIMITS[one.name], f"{_amount(one)}. {_held(one)}") for one in limits]


def _amount(limit: Limit) -> str:
    unit = {"memory": " MiB", "cpu": " core" if limit.value == 1 else " cores"}.get(limit.name, "")
    each = f" for each of {limit.replicas} processes" if limit.replicas > 1 else ""
    return f"{said(limit.value)}{unit}{each}"


def _held(limit: Limit) -> str:
    """Say how this machine holds a limit."""
    if limit.held is Held.EACH:
        twice = said(limit.value * SLACK)
        return (
            f"Not exact here: each single process may take up to {twice} MiB of data, their sum is not "
            "limited. Control groups would hold it exactly."
        )
    return _HELD[limit.held]


_HELD: Final = {
    Held.EXACTLY: "Held exactly, for all that it starts, by a control group.",
    Held.BY_USER: "Not exact here: counted for the user that it runs as.",
    Held.NOT: "Not held on this machine: there is no control group for it.",
}
