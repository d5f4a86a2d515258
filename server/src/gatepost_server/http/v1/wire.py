"""What the wire schemas of all routes share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, PlainSerializer

from gatepost_server.gateway.receipts import Receipt
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, Page, PageRequest

T = TypeVar("T")
M = TypeVar("M")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[datetime, PlainSerializer(_written, return_type=str, when_used="json")]
"""A moment on the wire: ISO 8601, UTC, milliseconds, Z."""


class Body(BaseModel):
    """A request body; fields that do not exist are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class PageOut(BaseModel, Generic[T]):
    """A page of a list: the rows, and the cursor of the next ones (null at the end)."""

    items: list[T]
    next: str | None


class ReceiptOut(BaseModel):
    """That something was taken back, and which gates have confirmed it."""

    revoked: bool = True
    epoch: int
    gates: list[dict[str, str]]
    connections_closed: int
    took_ms: float

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptOut":
        """Present *receipt*."""
        return cls(
            epoch=receipt.epoch,
            gates=[{"id": one.id, "confirmed_at": _written(one.confirmed_at)} for one in receipt.gates],
            connections_closed=receipt.connections_closed,
            took_ms=round(receipt.took_ms, 3),
        )


def page_out(page: Page[T], present: Callable[[T], M]) -> PageOut[M]:
    """Return *page* as it goes over the wire."""
    return PageOut(items=[present(item) for item in page.items], next=page.next)


def aware(moment: datetime | None, field: str) -> datetime | None:
    """Return *moment* in UTC.

    Raises:
        Invalid: it has no time zone, or lies beyond the years that there are.
    """
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise Invalid("A time needs its zone.", faults=[FieldFault(field, "end it with Z or +00:00")])
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        fault = FieldFault(field, "lies beyond the years 1 to 9999")
        raise Invalid("Not a moment that can be kept.", faults=[fault]) from None


def _page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    q: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=40)] = "",
) -> PageRequest:
    return PageRequest(limit=limit, cursor=cursor, q=q, sort=sort)


SortedPageQuery = Annotated[PageRequest, Depends(_page_request)]
"""A page of a list that has several orders; the list itself refuses those it does not have."""


def _in_its_order(page: SortedPageQuery) -> PageRequest:
    if page.sort:
        fault = FieldFault("sort", "leave it out: this list has one order")
        raise Invalid("Unknown order.", faults=[fault], code="bad-sort")
    return page


PageQuery = Annotated[PageRequest, Depends(_in_its_order)]
"""A page of a list that has one order; asking for another is refused."""
