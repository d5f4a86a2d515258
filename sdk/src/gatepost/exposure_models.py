"""What the API tells about ways in from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Off(Model):
    """The call that closes a way, below the API; it asks for its own right."""

    method: str
    path: str
    body: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True)
class Way(Model):
    """A way in from outside: what is open, to whom, since when, by whom; `off` closes it.

    `guests` and `link` are None but for external links.
    """

    kind: str
    id: str
    name: str
    sentence: str
    since: datetime
    by: str
    off: Off
    to: tuple[str, ...] = ()
    last_used_at: datetime | None = None
    ends_at: datetime | None = None
    guests: int | None = None
    link: str | None = None


@dataclass(frozen=True, kw_only=True)
class WayCounts(Model):
    """How many ways of each kind there are, counted up to 1000; and the widest access allowed."""

    total: int
    kinds: Mapping[str, int]
    access_ceiling: str
