"""Ways in from outside as values; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

MANY: Final = 1_000
"""So many ways of a kind are counted; this number means so many or more."""


class WayKind(StrEnum):
    """What kind of way in from outside it is."""

    LINK = "external_link"
    ANYONE = "anyone"
    KEY = "key"


@dataclass(frozen=True)
class Counts:
    """How many ways of each kind the caller may see, up to `MANY`; and the widest access allowed."""

    by_kind: Mapping[WayKind, int]
    ceiling: str

    @property
    def total(self) -> int:
        """How many there are of all kinds."""
        return sum(self.by_kind.values())


@dataclass(frozen=True)
class Way:
    """A way in from outside: what is open, to whom, since when, by whom, and when it was last used.

    `id` is that of the thing itself: the application's, the key's. `sentence` says all of it
    to people. Of a key, `project` is what it is kept with, and `is_own` that the caller's own
    keys are; neither is said to who may delete everybody's.
    """

    kind: WayKind
    id: str
    name: str
    sentence: str
    since: datetime
    by: str
    to: Sequence[str]
    last_used_at: datetime | None = None
    ends_at: datetime | None = None
    guests: int | None = None
    link_id: str | None = None
    project: str | None = None
    is_own: bool = False
