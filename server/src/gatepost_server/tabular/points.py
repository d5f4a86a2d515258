"""Points for a chart, put together by the engine so that few rows leave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gatepost_server.tabular.columns import Type, quoted
from gatepost_server.tabular.engine import Limits, opened
from gatepost_server.tabular.reading import Query, rows_of
from gatepost_server.tabular.texts import as_text

AGGREGATES: Final = ("none", "count", "sum", "avg", "min", "max")
NUMBERS: Final = ("integer", "decimal", "double")

Point = tuple[str | float | None, float | None]


@dataclass(frozen=True)
class Grouping:
    """Which points: *y* over *x*, of rows as they are or of groups of one x; at most *most* and one more."""

    x: str
    y: str | None
    x_type: Type
    aggregate: str
    most: int
    is_by_size: bool = False

    @property
    def is_x_number(self) -> bool:
        """True when the x axis is one of numbers."""
        return self.x_type.word in NUMBERS


def points(paths: Sequence[Path], query: Query, wanted: Grouping, limits: Limits) -> list[Point]:
    """Return points in the order of their x (or by size), one more than *wanted* when there are more.

    Raises:
        DataTooHeavy: it takes more than *limits*.
        DataUnreadable: a file is damaged.
    """
    name = quoted(wanted.x)
    x = f"CAST({name} AS DOUBLE)" if wanted.is_x_number else as_text(name, wanted.x_type)
    if wanted.aggregate == "count":
        y = "CAST(count(*) AS DOUBLE)"
    elif wanted.aggregate == "none":
        y = f"CAST({quoted(wanted.y or '')} AS DOUBLE)"
    else:
        y = f"CAST({wanted.aggregate}({quoted(wanted.y or '')}) AS DOUBLE)"
    group = "" if wanted.aggregate == "none" else f" GROUP BY {name}"
    order = "y DESC NULLS LAST" if wanted.is_by_size else f"{name} NULLS LAST"
    with opened(limits, paths) as connection:
        source, values = rows_of(paths, query)
        # Names are quoted, aggregates are of our list.
        asked = f"SELECT {x} AS x, {y} AS y FROM {source}{group} ORDER BY {order} LIMIT {wanted.most + 1}"
        found = connection.execute(asked, values).fetchall()
    return [(row[0], _finite(row[1])) for row in found]


def _finite(number: float | None) -> float | None:
    """Return a number that can be drawn: JSON has no infinities."""
    return number if number is not None and abs(number) < float("inf") else None
