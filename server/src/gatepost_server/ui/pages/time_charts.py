"""Charts over time as inline SVG: small, with exact words on hover, and a line where a limit is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar, Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.pages.charts import Mark, Tick, round_steps, said

_WIDE: Final = 400.0
_HIGH: Final = 170.0
_LEFT: Final = 46.0
_RIGHT: Final = 6.0
_TOP: Final = 16.0
_BOTTOM: Final = 24.0
_STEPS_UP: Final = 3
_MOST_LABELS: Final = 5
_DOT: Final = 2.5
_DAY: Final = timedelta(days=1)
_EVERY: Final = (timedelta(minutes=15), timedelta(hours=6), 7 * _DAY)
"""How far apart the times below a chart may be."""


@dataclass(frozen=True)
class Span:
    """The time that is drawn, and how long one point of it is."""

    begin: datetime
    end: datetime
    step: timedelta

    def place(self, at: datetime) -> float:
        """Return where a moment stands across."""
        return _LEFT + (at - self.begin) / (self.end - self.begin) * (_WIDE - _LEFT - _RIGHT)

    @property
    def labels(self) -> list[Tick]:
        """A few moments across, at round times."""
        length = self.end - self.begin
        every = next((one for one in _EVERY if length / one <= _MOST_LABELS), _EVERY[-1])
        midnight = self.begin.replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + ((self.begin - midnight) // every + 1) * every
        ticks = []
        while at < self.end - every / 4:
            words = f"{at.day} {at:%b}" if every >= _DAY else f"{at:%H:%M}"
            ticks.append(Tick(round(self.place(at), 1), words))
            at += every
        return ticks


@dataclass(frozen=True)
class Moment:
    """One point: when it begins, what is piled up there, lowest first, and what is said of it."""

    at: datetime
    values: Sequence[float]
    words: str


@dataclass(frozen=True)
class LimitLine:
    """Where a limit is, and what it is called."""

    at: float
    words: str


@dataclass(frozen=True)
class TimeChart(Component):
    """A chart of some quantity over time; `title` names it for screen readers, `sentence` sums it up.

    Where the thing did not run there is a gap. Of bars, `legend` says what the colours are.
    """

    template: ClassVar[str] = "apps/time_chart.html"
    chart_id: str
    title: str
    sentence: str
    span: Span
    moments: Sequence[Moment]
    limit: LimitLine | None = None
    legend: Sequence[tuple[int, str]] = ()
    is_bars: bool = False

    @property
    def frame(self) -> dict[str, float]:
        """The edges of the drawing."""
        return {"wide": _WIDE, "high": _HIGH, "left": _LEFT, "right": _WIDE - _RIGHT, "foot": _HIGH - _BOTTOM}

    @property
    def up(self) -> list[Tick]:
        """Lines at round numbers."""
        return [Tick(self._y(one), said(one)) for one in self._numbers]

    @property
    def across(self) -> list[Tick]:
        """Moments below."""
        return self.span.labels

    @property
    def limit_at(self) -> float | None:
        """How high the line of the limit is."""
        return None if self.limit is None else self._y(self.limit.at)

    @property
    def marks(self) -> list[Mark]:
        """What is drawn: bars, or an area with its line for each piece without a gap."""
        return (
            self._bars() if self.is_bars else [mark for piece in self._pieces() for mark in self._area(piece)]
        )

    @property
    def columns(self) -> list[Mark]:
        """A column over each point, to be pointed at."""
        wide = self._slot
        return [
            Mark(
                f"M{self.span.place(one.at):.1f} {_TOP}h{wide:.2f}V{_HIGH - _BOTTOM}h-{wide:.2f}Z", one.words
            )
            for one in self.moments
        ]

    @property
    def _slot(self) -> float:
        return self.span.place(self.span.begin + self.span.step) - _LEFT

    @cached_property
    def _numbers(self) -> list[float]:
        highest = [sum(one.values) for one in self.moments]
        return round_steps([*highest, self.limit.at] if self.limit else highest, count=_STEPS_UP)

    def _y(self, value: float) -> float:
        return round(_HIGH - _BOTTOM - value / self._numbers[-1] * (_HIGH - _BOTTOM - _TOP), 1)

    def _bars(self) -> list[Mark]:
        marks, wide = [], max(1.0, self._slot * 0.8)
        for one in self.moments:
            left, low = self.span.place(one.at) + self._slot * 0.1, 0.0
            for (colour, _), value in zip(self.legend, one.values, strict=True):
                if value:
                    foot, top = self._y(low), self._y(low + value)
                    marks.append(Mark(f"M{left:.1f} {foot}V{top}h{wide:.2f}V{foot}Z", colour=colour))
                low += value
        return marks

    def _pieces(self) -> list[list[Moment]]:
        pieces: list[list[Moment]] = []
        for one in self.moments:
            if not pieces or one.at - pieces[-1][-1].at > self.span.step * 1.5:
                pieces.append([])
            pieces[-1].append(one)
        return pieces

    def _area(self, piece: Sequence[Moment]) -> list[Mark]:
        """Return the area below one piece and the line on top of it, each point in its step's middle."""
        half, foot = self._slot / 2, _HIGH - _BOTTOM
        spots = [(self.span.place(one.at) + half, self._y(sum(one.values))) for one in piece]
        line = "L".join(f"{x:.1f} {y}" for x, y in spots)
        first, last = spots[0][0], spots[-1][0]
        if len(spots) == 1:
            round_it = f"a{_DOT} {_DOT} 0 1 0 {2 * _DOT} 0a{_DOT} {_DOT} 0 1 0 {-2 * _DOT} 0Z"
            return [Mark(f"M{first - _DOT:.1f} {spots[0][1]}{round_it}")]
        under = Mark(f"M{first:.1f} {foot}L{line}L{last:.1f} {foot}Z", is_faint=True)
        return [under, Mark(f"M{line}", is_line=True)]
