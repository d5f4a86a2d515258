"""What applications used, with hand-made figures."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gatepost_server.apps import AppState, Held, Kind, Limit, Usage, UsagePoint, UsageRange
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages.application import AppView
from gatepost_server.ui.pages.application_usage import usage_tab
from gatepost_server.ui.pages.applications import AppRow

NOW = datetime(2026, 11, 21, 21, 34, tzinfo=UTC)
URL, CSRF = "http://localhost:8080", "t"
ROW = AppRow(
    "app_" + "0" * 24, 7, "Demand forecast", Kind.STREAMLIT, AppState.RUNNING, 3, "Mira Kovač", "grants", NOW,
    "/content/7/", may_read=True, may_edit=True,
)  # fmt: skip
VIEW = AppView(ROW, "http://demand-forecast--7.localhost:8080/", "", NOW, "Mira Kovač", "strict", versions=3)
EXACT = (
    Limit("memory", 512, Held.EXACTLY, 2),
    Limit("cpu", 1, Held.EXACTLY, 2),
    Limit("tasks", 256, Held.EXACTLY, 2),
)
LOOSE = (
    Limit("memory", 1024, Held.EACH),
    Limit("cpu", 0.5, Held.NOT),
    Limit("tasks", 256, Held.BY_USER),
)


def _point(number: int, at: datetime) -> UsagePoint:
    wave = 1 + math.sin(number / 9)
    return UsagePoint(
        at, 600.0, 0.04 + wave * 0.41, int(wave * 9e7) + 80_000_000, int(wave * 16e7) + 120_000_000,
        int(wave * 900) + number, number % 7 * 11, 40 if number % 30 == 0 else 0,
    )  # fmt: skip


def _usage(range_: UsageRange, step: timedelta, count: int) -> Usage:
    """Return a full range with a gap in it, and one lonely point."""
    first = NOW.replace(second=0) - step * count
    points = [_point(n, first + step * n) for n in range(count) if not count // 3 < n < count // 2]
    points = [
        one for one in points if not 2 < round((one.at - first) / step) < 8 or one.at == first + step * 5
    ]
    return Usage(range_, first, NOW, int(step.total_seconds()), points, EXACT)


DAY = _usage(UsageRange.DAY, timedelta(minutes=10), 144)
MONTH = _usage(UsageRange.MONTH, timedelta(hours=4), 180)
YOUNG = replace(_usage(UsageRange.HOUR, timedelta(minutes=1), 60), points=[_point(3, NOW)], limits=LOOSE)
STATIC = replace(VIEW, row=replace(ROW, kind=Kind.STATIC))
PAGES: dict[str, Callable[[], Component]] = {
    "usage": lambda: usage_tab(VIEW, DAY, NOW, CSRF, URL),
    "usage-month": lambda: usage_tab(VIEW, replace(MONTH, limits=LOOSE), NOW, CSRF, URL),
    "usage-young": lambda: usage_tab(VIEW, YOUNG, NOW, CSRF, URL),
    "usage-static": lambda: usage_tab(STATIC, replace(DAY, limits=()), NOW, CSRF, URL),
    "usage-none": lambda: usage_tab(VIEW, replace(DAY, points=[]), NOW, CSRF, URL),
}
