"""Requests as values: their states, how long what they ask for counts, and their hash. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from gatepost_server.kernel.errors import FieldFault, Invalid

REASON_LENGTH: Final = 500
LIFETIME: Final = timedelta(days=30)
"""For so long a request waits for its decision."""
_PERMANENT: Final = "permanent"
_LONGEST_DAYS: Final = 3650


NOTICE_DAYS: Final = (14, 7, 1)
"""So many days before something ends, who it concerns is told of it."""
NOTICES_KEPT: Final = timedelta(days=30)
"""For so long after the end a notice stands in the inbox."""


@dataclass(frozen=True)
class Ending:
    """Something of somebody's that ends: what, in words that go before "ends", and its page."""

    who_id: str
    about_id: str
    ends_at: datetime
    what: str
    page: str

    def days_at(self, now: datetime) -> int | None:
        """Return which notice is due: the nearest of 14, 7 and 1 days before; None: it is too early."""
        left = self.ends_at - now
        due = [days for days in NOTICE_DAYS if timedelta() < left <= timedelta(days=days)]
        return min(due) if due else None


@dataclass(frozen=True)
class Notice:
    """A notice as its reader has it: what ends when, and how many days before they were told."""

    id: str
    what: str
    page: str
    ends_at: datetime
    days: int
    at: datetime


class RequestState(StrEnum):
    """How far a request has come."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Validity:
    """How long what is asked for counts: some days from the approval on, until a moment, or for good."""

    days: int | None = None
    until: datetime | None = None

    def ends_at(self, now: datetime) -> datetime | None:
        """Return when it ends if it begins *now*; None for never."""
        return now + timedelta(days=self.days) if self.days is not None else self.until

    def raw(self) -> dict[str, Any] | str:
        """Return it as it goes over the wire."""
        if self.days is not None:
            return {"days": self.days}
        return _PERMANENT if self.until is None else {"until": self.until.astimezone(UTC).isoformat()}


@dataclass(frozen=True)
class Ref:
    """What came of an approval, or what it is about."""

    type: str
    id: str


@dataclass(frozen=True)
class Request:
    """A request as it is kept. `node_id` is the thing whose keepers decide; None: there is none.

    `sealed` is what of it is secret; it is gone when the request is over. `granted` is what was
    approved, where that is less than was asked for.
    """

    id: str
    kind: str
    state: RequestState
    asker_id: str
    asker_name: str
    node_id: str | None
    content: Mapping[str, Any]
    reason: str
    validity: Validity
    content_hash: str
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    decider_name: str | None = None
    note: str = ""
    result: Ref | None = None
    sealed: Mapping[str, str] = field(default_factory=dict)
    granted: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_pending(self) -> bool:
        """Whether it waits for a decision."""
        return self.state is RequestState.PENDING


def parse_validity(raw: object, now: datetime) -> Validity:
    """Read a validity: `{"days": 30}`, `{"until": "…"}` or `"permanent"`.

    Raises:
        Invalid: it is anything else, or has no moment left.
    """
    if raw == _PERMANENT:
        return Validity()
    if isinstance(raw, Mapping) and set(raw) == {"days"}:
        days = raw["days"]
        if isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= _LONGEST_DAYS:
            return Validity(days=days)
        raise _bad_validity(f"days is a number from 1 to {_LONGEST_DAYS}")
    if isinstance(raw, Mapping) and set(raw) == {"until"}:
        return Validity(until=_moment(raw["until"], now))
    raise _bad_validity('{"days": 30}, {"until": "2027-01-31T00:00:00Z"} or "permanent"')


def checked_reason(text: str) -> str:
    """Return *text* as the reason of a request.

    Raises:
        Invalid: there is none, or it is too long.
    """
    reason = text.strip()
    if not 1 <= len(reason) <= REASON_LENGTH:
        fault = FieldFault("reason", f"say in 1 to {REASON_LENGTH} characters what you need it for")
        raise Invalid("The request needs a reason.", faults=[fault])
    return reason


def content_hash(
    request_id: str, kind: str, asker_id: str, content: Mapping[str, Any], reason: str, validity: Validity
) -> str:
    """Return the hash of what is asked for; any change of it gives another."""
    parts = [request_id, kind, asker_id, content, reason, validity.raw()]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(raw: object, now: datetime) -> datetime:
    moment = raw if isinstance(raw, datetime) else None
    if isinstance(raw, str):
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            moment = None
    if moment is None or moment.tzinfo is None:
        raise _bad_validity("until is a time with its zone, like 2027-01-31T00:00:00Z")
    try:
        until = moment.astimezone(UTC)
    except OverflowError:
        raise _bad_validity("until lies beyond the years 1 to 9999") from None
    if not now < until <= now + timedelta(days=_LONGEST_DAYS):
        raise _bad_validity(f"until lies in the future, at most {_LONGEST_DAYS} days ahead")
    return until


def _bad_validity(detail: str) -> Invalid:
    return Invalid("The validity cannot be used.", faults=[FieldFault("validity", detail)])
