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
        if not _may_be_stored(self.q):
            msg = "q holds characters that no text here has."
            raise Invalid(msg, code="bad-query")

    def position(self, parts: int = 1) -> tuple[str, ...] | None:
        """Return the *parts* that the cursor says, or None at the start.

        They are texts that a store can hold; what they mean is for the caller to check.

        Raises:
            Invalid: the cursor was not made by us.
        """
        if self.cursor is None:
            return None
        found = _read(self.cursor)
        if found is None or len(found) != parts:
            msg = "The cursor is not one of ours; start again without it."
            raise Invalid(msg, code="bad-cursor")
        return found


def cursor_of(*parts: str) -> str:
    """Write a position as an opaque cursor."""
    raw = json.dumps(list(parts), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(cursor: str) -> tuple[str, ...] | None:
    """Return the texts in *cursor*; None when it holds anything else."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(raw, list) or not all(isinstance(part, str) and _may_be_stored(part) for part in raw):
        return None
    return tuple(raw)


def _may_be_stored(text: str) -> bool:
    """Tell whether both stores can compare with *text*: no NUL, no lone surrogates."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


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
