"""What the server answers about requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gatepost.models import Person
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Notice(Model):
    """A notice that something of one's own ends, told so many days before."""

    id: str
    ends: str
    ends_at: datetime
    days: int
    page: str
    told_at: datetime


@dataclass(frozen=True, kw_only=True)
class Request(Model):
    """Something that somebody asks for and somebody else decides.

    `asks` says it in words; a decision sends `content_hash` back, as it was read.
    """

    id: str
    kind: str
    state: str
    content_hash: str
    asker: Person
    asks: str
    reason: str
    validity: object
    created_at: datetime
    expires_at: datetime
    content: Mapping[str, object]
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str = ""
    result: Mapping[str, object] | None = None
    granted: Mapping[str, object] | None = None
    waits_for: tuple[str, ...] = ()
    may_decide: bool = False
