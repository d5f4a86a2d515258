"""Cursor paging: the one shape of every list, `{items, next}`."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gatepost_server.kernel.errors import Invalid

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


@dataclass(frozen=True)
class PageRequest:
    """Which part of a list is asked for: *limit* rows after *cursor*, matching *q*."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    q: str = ""
    sort: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            msg = f"limit must be between 1 and {MAX_LIMIT}."
            raise Invalid(msg, code="bad-limit")

    def position(self) -> tuple[str, ...] | None:
        """Return what the cursor says, or None at the start.

        Raises:
            Invalid: the cursor was not made by us.
        """
        if self.cursor is None:
            return None
        try:
            raw = json.loads(base64.urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4)))
        except (ValueError, binascii.Error):
            raw = None
        if not isinstance(raw, list) or not all(isinstance(part, str) for part in raw):
            msg = "The cursor is not one of ours; start again without it."
            raise Invalid(msg, code="bad-cursor")
        return tuple(raw)


def cursor_of(*parts: str) -> str:
    """Write a position as an opaque cursor."""
    raw = json.dumps(list(parts), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and the cursor of the next ones (None at the end)."""

    items: Sequence[T]
    next: str | None = None

    def map(self, present: Callable[[T], U]) -> "Page[U]":
        """Return the same page with each row presented otherwise."""
        return Page([present(item) for item in self.items], self.next)


def page_from(rows: Sequence[T], request: PageRequest, position: Callable[[T], tuple[str, ...]]) -> Page[T]:
    """Cut *rows* (read with limit + 1) to a page and say where the next one starts."""
    if len(rows) <= request.limit:
        return Page(rows)
    kept = rows[: request.limit]
    return Page(kept, cursor_of(*position(kept[-1])))
