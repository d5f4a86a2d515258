"""Who asks for a role on a thing, above who has access to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.approvals import Request
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar, Timestamp
from gatepost_server.ui.kit.pieces import Card


@dataclass(frozen=True)
class PendingRow:
    """Somebody who waits for a decision about this thing."""

    href: str
    avatar: Avatar
    asker: str
    wants: str
    reason: str
    when: Timestamp


@dataclass(frozen=True)
class Pending(Component):
    """Requests about a thing, above who has access to it."""

    template: ClassVar[str] = "requests/pending.html"
    rows: Sequence[PendingRow]


def pending(rows: Sequence[PendingRow]) -> list[Component]:
    """Return the card of what waits; none when nothing does."""
    return [Card("Asks for access", Pending(rows))] if rows else []


def pending_rows(requests: Sequence[Request], now: datetime) -> list[PendingRow]:
    """Present the requests for roles on a thing."""
    return [
        PendingRow(
            f"/requests/{one.id}",
            Avatar(one.asker_name, "lg"),
            one.asker_name,
            f"Asks for {str(one.content.get('role', 'access')).capitalize()}",
            one.reason,
            Timestamp(one.created_at, now),
        )
        for one in requests
    ]
