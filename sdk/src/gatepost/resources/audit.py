"""The trail of what was done and refused."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from gatepost.models import AuditEntry
from gatepost.shape import stamp
from gatepost.transport import Transport


class AuditCalls:
    """Calls about the audit trail: one's own part, or all of it for administrators."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        actor: str | None = None,
        action: str | None = None,
        kind: str | None = None,
        resource: str | None = None,
        decision: Literal["allowed", "denied"] | None = None,
        request_id: str | None = None,
        via_key_id: str | None = None,
        on_behalf_of: str | None = None,
        run_as: str | None = None,
        q: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[AuditEntry]:
        """Yield entries, newest first, that meet all the filters; *limit* is the page size."""
        query: dict[str, str | int | bool | None] = {
            "actor": actor,
            "action": action,
            "kind": kind,
            "resource": resource,
            "decision": decision,
            "request_id": request_id,
            "via_key_id": via_key_id,
            "on_behalf_of": on_behalf_of,
            "run_as": run_as,
            "q": q,
            "since": stamp(since) if since is not None else None,
            "until": stamp(until) if until is not None else None,
            "limit": limit,
        }
        return self._transport.pages(AuditEntry, "audit", query)
