"""Reads of the log of calls: of an API, or by an application; rights are the caller's matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Select, case, func, literal, or_, select, type_coerce
from sqlalchemy.orm import Session

from gatepost_server.dataapis.tables import ApiAuthorizationRow, ApiCallRow, DataApiRow
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import micros, moment_of

_REFUSED: Final = 400
_FAILED: Final = 500
_NEWEST: Final = 10_000
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Whose:
    """Which calls are meant: those of an API, or those that an application made.

    Of an application's, calls that were refused are left out but for *visible* APIs and those that it is
    authorized for: one that was refused as if there were no such API, or before that was asked, would
    tell by its line that there is one.
    """

    api_id: str | None = None
    caller_id: str | None = None
    visible: Select[str] | None = None


@dataclass(frozen=True)
class Narrowed:
    """Which of them: refused ones or the others, of one API, since when."""

    is_refused: bool | None = None
    api_id: str | None = None
    since: datetime | None = None


def page_of_calls(session: Session, page: PageRequest, whose: Whose, narrowed: Narrowed) -> Page[ApiCallRow]:
    """Return a page of calls, the latest first."""
    query = _of(select(ApiCallRow), whose)
    if narrowed.is_refused is not None:
        is_refused = ApiCallRow.code.is_not(None)
        query = query.where(is_refused if narrowed.is_refused else ~is_refused)
    if narrowed.api_id is not None:
        query = query.where(ApiCallRow.api_id == narrowed.api_id)
    if narrowed.since is not None:
        query = query.where(ApiCallRow.id >= _first_id(narrowed.since))
    for word in page.q.split()[:8]:
        query = query.where(ApiCallRow.caller_name.icontains(word, autoescape=True))
    position = page.position()
    if position is not None:
        query = query.where(ApiCallRow.id < position[0])
    rows = session.scalars(query.order_by(ApiCallRow.id.desc()).limit(page.limit + 1)).all()
    return page_from(rows, page, lambda one: (one.id,))


def totals(
    session: Session, whose: Whose, since: datetime, step: timedelta
) -> Sequence[tuple[datetime, int, int, int]]:
    """Return how many calls were answered, refused and failed in each *step* that had any."""
    length = literal(step // _MICROSECOND, BigInteger)
    slot = type_coerce(ApiCallRow.at, BigInteger).op("/", precedence=8)(length).label("slot")
    failed = case((ApiCallRow.status >= _FAILED, 1), else_=0)
    refused = case((ApiCallRow.status >= _FAILED, 0), (ApiCallRow.status >= _REFUSED, 1), else_=0)
    query: Select[Any] = select(slot, func.count(), func.sum(refused), func.sum(failed))
    query = _of(query, whose).where(ApiCallRow.id >= _first_id(since), ApiCallRow.at >= since)
    rows = session.execute(query.group_by(slot).order_by(slot))
    width = step // _MICROSECOND
    return [
        (moment_of(int(at) * width), count - int(no) - int(bad), int(no), int(bad))
        for at, count, no, bad in rows
    ]


def addresses(
    session: Session, caller_id: str, since: datetime, most: int
) -> Sequence[tuple[str | None, int, datetime]]:
    """Return from where an application's calls were answered, of its newest ones; the busiest first."""
    is_meant = (
        ApiCallRow.caller_id == caller_id,
        ApiCallRow.id >= _first_id(since),
        ApiCallRow.status < _REFUSED,
    )
    newest = (
        select(ApiCallRow.ip, ApiCallRow.at).where(*is_meant).order_by(ApiCallRow.id.desc()).limit(_NEWEST)
    )
    one = newest.subquery()
    count, last = func.count().label("count"), func.max(one.c.at).label("last")
    query = select(one.c.ip, count, last).group_by(one.c.ip).order_by(count.desc(), one.c.ip).limit(most)
    return [(ip, calls, at) for ip, calls, at in session.execute(query)]


def names_known(
    session: Session, api_ids: set[str], client_id: str, visible: Select[str]
) -> Mapping[str, str]:
    """Return the names of those APIs that are visible, or that the application is authorized for."""
    given = select(ApiAuthorizationRow.api_id).where(ApiAuthorizationRow.client_id == client_id)
    is_known = or_(DataApiRow.id.in_(visible), DataApiRow.id.in_(given))
    query = select(DataApiRow.id, DataApiRow.name).where(DataApiRow.id.in_(api_ids), is_known)
    return {row.id: row.name for row in session.execute(query)}


def _of(query: Select[Any], whose: Whose) -> Select[Any]:
    if whose.api_id is not None:
        return query.where(ApiCallRow.api_id == whose.api_id)
    query = query.where(ApiCallRow.caller_id == whose.caller_id)
    if whose.visible is None:
        return query
    given = select(ApiAuthorizationRow.api_id).where(ApiAuthorizationRow.client_id == whose.caller_id)
    is_known = or_(ApiCallRow.api_id.in_(whose.visible), ApiCallRow.api_id.in_(given))
    return query.where(or_(ApiCallRow.status < _REFUSED, is_known))


def _first_id(since: datetime) -> str:
    """Return what the ids of all calls from that second on are no less than."""
    return f"cal_{micros(since) // 1_000_000:08x}"
