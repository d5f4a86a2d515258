"""Charts as inline SVG: where each mark stands, and the same numbers as a table for those who read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from gatepost_server.ui.component import Component

_WIDE: Final = 640.0
_HIGH: Final = 260.0
_LEFT: Final = 64.0
_RIGHT: Final = 12.0
_TOP: Final = 10.0
_BOTTOM: Final = 30.0
_TICKS: Final = 4
_MOST_LABELS: Final = 8
_LABEL: Final = 12
_IN_TABLE: Final = 200
_THOUSAND: Final = 10_000

Point = tuple[Any, float | None]


@dataclass(frozen=True)
class Tick:
    """A line or word of an axis."""

    at: float
    words: str


@dataclass(frozen=True)
class Mark:
    """A bar, dot, line or slice: an SVG path, what it says, and its colour's number."""

    path: str
    words: str = ""
    colour: int = 0
    is_line: bool = False
    is_faint: bool = False


@dataclass(frozen=True)
class Chart(Component):
    """A chart of one tile. `title` names it for screen readers; its numbers stand in a table below."""

    template: ClassVar[str] = "dashboards/chart.html"
    chart_id: str
    title: str
    x: str
    y: str
    marks: Sequence[Mark]
    across: Sequence[Tick]
    up: Sequence[Tick]
    legend: Sequence[tuple[int, str, str]]
    rows: Sequence[tuple[str, str]]
    is_round: bool = False
    note: str = ""

    @property
    def frame(self) -> Mapping[str, float]:
        """The edges of the drawing."""
        return {"wide": _WIDE, "high": _HIGH, "left": _LEFT, "right": _WIDE - _RIGHT, "foot": _HIGH - _BOTTOM}


def chart_of(chart_id: str, title: str, content: Mapping[str, Any]) -> Chart:
    """Draw what a chart tile shows."""
    points: list[Point] = [(one[0], one[1]) for one in content["points"]]
    kind, words = content["kind"], title or f"{content['y']} by {content['x']}"
    rows = [(said_x(x), said(y)) for x, y in points[:_IN_TABLE]]
    note = "Only the first points are shown." if content["is_cut"] else ""
    if kind == "pie":
        marks, legend = _slices(points)
        return Chart(chart_id, words, content["x"], content["y"], marks, (), (), legend, rows, True, note)
    known = [(x, y) for x, y in points if y is not None]
    low, high, up = _scale([y for _x, y in known])
    places = _places(known, is_number=content["is_x_number"] and kind != "bar")
    marks = _DRAWN[kind](list(zip(places, known, strict=True)), low, high)
    return Chart(
        chart_id, words, content["x"], content["y"], marks, _across(places, known), up, (), rows, note=note
    )


def said(value: float | None) -> str:
    """Write a number for people."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= _THOUSAND or value == int(value) else f"{value:,.4g}"


def said_x(value: Any) -> str:
    """Write a place on the x axis for people."""
    if value is None:
        return "(empty)"
    return said(value) if isinstance(value, float) else str(value).removesuffix("T00:00:00.000000")


def _scale(values: Sequence[float]) -> tuple[float, float, list[Tick]]:
    """Return the ends of the y axis, and round numbers between them."""
    ticks = round_steps(values)
    low, high = ticks[0], ticks[-1]
    return low, high, [Tick(_y(one, low, high), said(one)) for one in ticks]


def round_steps(values: Sequence[float], *, count: int = _TICKS) -> list[float]:
    """Return round numbers at equal distances, about *count* of them, that span *values* and zero."""
    low, high = min([0.0, *values]), max([0.0, *values])
    span = (high - low) or 1.0
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((one * power for one in (1, 2, 2.5, 5) if one * power >= rough), 10 * power)
    low, high = math.floor(low / step) * step, math.ceil((high or step) / step) * step
    return [round(low + at * step, 10) for at in range(round((high - low) / step) + 1)]


def _y(value: float, low: float, high: float) -> float:
    share = (value - low) / ((high - low) or 1.0)
    return round(_HIGH - _BOTTOM - share * (_HIGH - _BOTTOM - _TOP), 2)


def _places(points: Sequence[Point], *, is_number: bool) -> list[float]:
    """Return where each point stands across: by its number, or one beside the other."""
    wide = _WIDE - _LEFT - _RIGHT
    if not is_number or any(x is None for x, _y in points):
        slot = wide / max(1, len(points))
        return [round(_LEFT + slot * (at + 0.5), 2) for at in range(len(points))]
    numbers = [float(x) for x, _y in points]
    low, span = min(numbers, default=0.0), (max(numbers, default=1.0) - min(numbers, default=0.0)) or 1.0
    return [round(_LEFT + 8 + (one - low) / span * (wide - 16), 2) for one in numbers]


def _across(places: Sequence[float], points: Sequence[Point]) -> list[Tick]:
    """Return the words below the x axis: of so many points as there is room for."""
    every = max(1, math.ceil(len(points) / _MOST_LABELS))
    found = []
    for at in range(0, len(points), every):
        words = said_x(points[at][0])
        found.append(Tick(places[at], words if len(words) <= _LABEL else f"{words[: _LABEL - 1]}…"))
    return found


Placed = list[tuple[float, Point]]


def _bars(placed: Placed, low: float, high: float) -> list[Mark]:
    thick = max(1.0, (_WIDE - _LEFT - _RIGHT) / max(1, len(placed)) * 0.68)
    base = _y(0.0, low, high)
    marks = []
    for at, (x, y) in placed:
        top = _y(y or 0.0, low, high)
        path = f"M{at - thick / 2:.2f} {base}V{top}H{at + thick / 2:.2f}V{base}Z"
        marks.append(Mark(path, f"{said_x(x)}: {said(y)}"))
    return marks


def _dots(placed: Placed, low: float, high: float) -> list[Mark]:
    return [
        Mark(
            f"M{at - 3.5:.2f} {_y(y or 0.0, low, high)}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z",
            f"{said_x(x)}: {said(y)}",
        )
        for at, (x, y) in placed
    ]


def _line(placed: Placed, low: float, high: float) -> list[Mark]:
    path = "".join(
        f"{'L' if number else 'M'}{at} {_y(y or 0.0, low, high)}"
        for number, (at, (_x, y)) in enumerate(placed)
    )
    few = _dots(placed, low, high) if len(placed) <= _IN_TABLE else []
    return [Mark(path, is_line=True), *few] if path else []


def _area(placed: Placed, low: float, high: float) -> list[Mark]:
    lines = _line(placed, low, high)
    if not lines:
        return []
    base = _y(0.0, low, high)
    return [Mark(f"{lines[0].path}L{placed[-1][0]} {base}L{placed[0][0]} {base}Z", is_faint=True), *lines]


def _slices(points: Sequence[Point]) -> tuple[list[Mark], list[tuple[int, str, str]]]:
    """Return the slices of a pie of what is positive, and which colour is which."""
    shown = [(x, y) for x, y in points if y is not None and y > 0]
    total = sum(y for _x, y in shown) or 1.0
    marks, legend, turned = [], [], 0.0
    for number, (x, y) in enumerate(shown):
        share = min(y / total, 0.99999)
        begin, turned = turned, turned + share
        words = f"{said_x(x)}: {said(y)} ({y / total:.0%})"
        marks.append(Mark(_slice(begin, turned), words, number))
        legend.append((number, said_x(x), f"{said(y)} · {y / total:.0%}"))
    return marks, legend


def _slice(begin: float, end: float) -> str:
    x, y, radius = _HIGH / 2, _HIGH / 2, _HIGH / 2 - 8
    edges = [(x + radius * math.sin(2 * math.pi * one), y - radius * math.cos(2 * math.pi * one))
             for one in (begin, end)]  # fmt: skip
    (ax, ay), (bx, by) = edges
    large = 1 if end - begin > 0.5 else 0  # noqa: PLR2004  # half of a circle
    return f"M{x} {y}L{ax:.2f} {ay:.2f}A{radius} {radius} 0 {large} 1 {bx:.2f} {by:.2f}Z"


_DRAWN: Final = {"bar": _bars, "line": _line, "area": _area, "scatter": _dots}
