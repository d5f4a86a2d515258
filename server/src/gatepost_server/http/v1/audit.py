"""The trail: everybody's for administrators, one's own for everybody."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends
from pydantic import BaseModel

from gatepost_server import audit, keys
from gatepost_server.audit import Entry, EntryFilter
from gatepost_server.authz import may_on_instance, require_self
from gatepost_server.http.v1.wire import PageOut, PageQuery, Time, aware, page_out
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["audit"])


class EntryOut(BaseModel):
    """One entry of the trail."""

    id: str
    at: Time
    actor: dict[str, str | None]
    via_key_id: str | None
    on_behalf_of: str | None
    run_as: str | None
    app: str | None
    ip: str | None
    request_id: str
    door: str
    action: str
    resource: dict[str, str]
    decision: str
    reason: str | None
    changes: dict[str, Any] | None
    count: int

    @classmethod
    def of(cls, entry: Entry) -> "EntryOut":
        """Present *entry*."""
        return cls(
            id=entry.id,
            at=entry.at,
            actor={"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor_name},
            via_key_id=entry.via_key_id,
            on_behalf_of=entry.on_behalf_of,
            run_as=entry.run_as,
            app=entry.app,
            ip=entry.ip,
            request_id=entry.request_id,
            door=entry.door,
            action=entry.action,
            resource={"kind": entry.resource_kind, "id": entry.resource_id, "name": entry.resource_name},
            decision=entry.decision,
            reason=entry.reason,
            changes=dict(entry.changes) if entry.changes is not None else None,
            count=entry.count,
        )


class WantedIn(BaseModel):
    """Which entries are asked for; what is left out means any."""

    actor: str | None = None
    action: str | None = None
    kind: str | None = None
    resource: str | None = None
    decision: Literal["allowed", "denied"] | None = None
    request_id: str | None = None
    via_key_id: str | None = None
    on_behalf_of: str | None = None
    run_as: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def meant(tx: Tx, wanted: EntryFilter) -> EntryFilter:
    """Return *wanted* with ids where names were sent.

    Raises:
        Invalid: a name that nobody has, or several have.
    """
    behalf, run_as = wanted.on_behalf_of, wanted.run_as
    return replace(
        wanted,
        on_behalf_of=behalf and keys.answerer_meant(tx, behalf, "on_behalf_of"),
        run_as=run_as and keys.person_meant(tx, run_as, "run_as"),
    )


def _filter(wanted: Annotated[WantedIn, Depends()]) -> EntryFilter:
    since, until = aware(wanted.since, "since"), aware(wanted.until, "until")
    return EntryFilter(**{**wanted.model_dump(), "since": since, "until": until})


Wanted = Annotated[EntryFilter, Depends(_filter)]


@router.reads("/audit", action="audit:own")
def list_audit(call: ApiCall, page: PageQuery, wanted: Wanted) -> PageOut[EntryOut]:
    """List the trail, newest first; people who are not administrators see their own.

    `actor`, `on_behalf_of` and `run_as` take a name or an id.
    """
    with call.read() as tx:
        require_self(tx, "audit:own")
        is_for_all = may_on_instance(tx, "audit:all")
        return page_out(audit.list_entries(tx, page, meant(tx, wanted), is_for_all=is_for_all), EntryOut.of)
