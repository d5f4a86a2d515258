"""Orders of a list, and where its next page begins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, or_

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import PageRequest

T = TypeVar("T")


@dataclass(frozen=True)
class Order(Generic[T]):
    """A column to sort by, and how a row's place in it is written into a cursor and read again."""

    column: Any
    written: Callable[[T], str]
    read: Callable[[str], object]


def chosen(orders: Mapping[str, Order[T]], asked: str) -> Order[T]:
    """Return the order that *asked* names, with or without its hyphen.

    Raises:
        Invalid: the list has no such order.
    """
    order = orders.get(asked.removeprefix("-"))
    if order is None:
        names = ", ".join(f"{name}, -{name}" for name in orders)
        raise Invalid("Unknown order.", faults=[FieldFault("sort", f"one of {names}")], code="bad-sort")
    return order


def ordered(
    query: Select[*tuple[Any, ...]], page: PageRequest, order: Order[T], key: Any, *, is_down: bool
) -> Select[*tuple[Any, ...]]:
    """Return one page of *query* and a row more, in *order* and then by *key*.

    Raises:
        Invalid: the cursor is not of this list.
    """
    position = page.position(2)
    if position is not None:
        try:
            at, row_id = order.read(position[0]), position[1]
        except (ValueError, OverflowError):
            raise Invalid(
                "The cursor is not of this list; start again without it.", code="bad-cursor"
            ) from None
        further = order.column < at if is_down else order.column > at
        same = key < row_id if is_down else key > row_id
        query = query.where(or_(further, and_(order.column == at, same)))
    if is_down:
        return query.order_by(order.column.desc(), key.desc()).limit(page.limit + 1)
    return query.order_by(order.column, key).limit(page.limit + 1)
