"""One page of ways of several kinds, and how many there are of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from gatepost_server.exposure.model import MANY
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Moment, micros, moment_of

Ways = Select[str, str, datetime]
"""Ways of one kind that the caller may see: `id`, the `name` of the thing, and open `since`."""

_ORDERS: Final = ("since", "-since", "name", "-name")
_MOST_WORDS: Final = 8


@dataclass(frozen=True)
class Spot:
    """A way on a page, before it is told in full: which part it is of, and where it stands."""

    part: int
    id: str
    name: str
    since: datetime


def page_of_ways(session: Session, parts: Mapping[int, Ways], page: PageRequest) -> Page[Spot]:
    """Return a page of all *parts* together, the latest first, searched by the names of the things.

    Each part gives no more than a page, by its own index; the store puts them in order.

    Raises:
        Invalid: an unknown order, or a cursor that is not of this list.
    """
    asked = page.sort or "-since"
    if asked not in _ORDERS:
        fault = FieldFault("sort", f"one of {', '.join(_ORDERS)}")
        raise Invalid("Unknown order.", faults=[fault], code="bad-sort")
    if not parts:
        return Page([])
    is_down, column = asked.startswith("-"), asked.removeprefix("-")
    position = _position(page, column)
    some = [
        _some(part, ways.subquery(), page, column, position, is_down=is_down) for part, ways in parts.items()
    ]
    found = union_all(*[select(one) for one in some]).subquery()
    order = [found.c[column], found.c.part, found.c.id]
    query = select(found).order_by(*(one.desc() if is_down else one for one in order)).limit(page.limit + 1)
    rows = [Spot(row.part, row.id, row.name, row.since) for row in session.execute(query)]
    return page_from(rows, page, lambda one: (_written(one, column), str(one.part), one.id))


def counted(session: Session, ways: Sequence[Ways]) -> int:
    """Return how many *ways* there are, up to `MANY`."""
    found = 0
    for one in ways:
        some = one.limit(MANY).subquery()
        found += session.scalar(select(func.count()).select_from(some)) or 0
    return min(found, MANY)


def _some(
    part: int,
    ways: Subquery,
    page: PageRequest,
    column: str,
    position: tuple[str | datetime, int, str] | None,
    *,
    is_down: bool,
) -> Subquery:
    """Return the first ways of one part after *position*, at most as many as a page shows."""
    at, way_id = ways.c[column], ways.c.id
    query = select(ways.c.id, ways.c.name, ways.c.since, literal(part).label("part"))
    for word in page.q.split()[:_MOST_WORDS]:
        query = query.where(or_(ways.c.name.icontains(word, autoescape=True), ways.c.id == word))
    if position is not None:
        query = query.where(_after(at, way_id, part, position, is_down=is_down))
    order = (at.desc(), way_id.desc()) if is_down else (at, way_id)
    return query.order_by(*order).limit(page.limit + 1).subquery()


def _after(
    at: ColumnElement[object],
    way_id: ColumnElement[str],
    part: int,
    position: tuple[str | datetime, int, str],
    *,
    is_down: bool,
) -> ColumnElement[bool]:
    """Return what comes after *position*: by the column, then by the part, then by the id."""
    value, last_part, last_id = position
    last = literal(value, Moment()) if isinstance(value, datetime) else literal(value)
    if part == last_part:
        here, there = tuple_(at, way_id), tuple_(last, literal(last_id))
        return here < there if is_down else here > there
    is_with_equals = part < last_part if is_down else part > last_part
    if is_down:
        return at <= last if is_with_equals else at < last
    return at >= last if is_with_equals else at > last


def _position(page: PageRequest, column: str) -> tuple[str | datetime, int, str] | None:
    position = page.position(3)
    if position is None:
        return None
    try:
        value: str | datetime = moment_of(int(position[0])) if column == "since" else position[0]
        return value, int(position[1]), position[2]
    except (ValueError, OverflowError):
        msg = "The cursor is not of this list; start again without it."
        raise Invalid(msg, code="bad-cursor") from None


def _written(one: Spot, column: str) -> str:
    return str(micros(one.since)) if column == "since" else one.name
