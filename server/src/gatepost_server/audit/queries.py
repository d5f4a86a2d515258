"""Reads of the trail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from gatepost_server.audit.model import Entry, EntryFilter
from gatepost_server.audit.tables import EntryRow
from gatepost_server.kernel.paging import Page, PageRequest, page_from


def page_of_entries(session: Session, page: PageRequest, wanted: EntryFilter, own: str | None) -> Page[Entry]:
    """Return entries, newest first; only *own*'s when given."""
    query = _filtered(select(EntryRow), wanted)
    if own is not None:
        query = query.where(EntryRow.actor_id == own)
    if page.q:
        searched = (EntryRow.resource_name, EntryRow.actor_name, EntryRow.action)
        query = query.where(or_(*(column.icontains(page.q, autoescape=True) for column in searched)))
    position = page.position()
    if position is not None:
        query = query.where(EntryRow.id < position[0])
    rows: Sequence[EntryRow] = session.scalars(query.order_by(EntryRow.id.desc()).limit(page.limit + 1)).all()
    return page_from([_entry(row) for row in rows], page, lambda entry: (entry.id,))


def page_about(session: Session, page: PageRequest, resources: Select[str]) -> Page[Entry]:
    """Return what was done to any of *resources*, newest first; refusals are left out."""
    query = select(EntryRow).where(EntryRow.resource_id.in_(resources), EntryRow.decision == "allowed")
    if page.q:
        searched = (EntryRow.resource_name, EntryRow.actor_name, EntryRow.action)
        query = query.where(or_(*(column.icontains(page.q, autoescape=True) for column in searched)))
    position = page.position()
    if position is not None:
        query = query.where(EntryRow.id < position[0])
    rows = session.scalars(query.order_by(EntryRow.id.desc()).limit(page.limit + 1)).all()
    return page_from([_entry(row) for row in rows], page, lambda entry: (entry.id,))


def refusal_of(session: Session, request_id: str, minute: datetime) -> Entry | None:
    """Return the refusal of a request: its own entry, or the gathered one of *minute* that lists it."""
    own = select(EntryRow).where(EntryRow.request_id == request_id, EntryRow.decision == "denied")
    row = session.scalars(own.order_by(EntryRow.id).limit(1)).first()
    if row is not None:
        return _entry(row)
    gathered = select(EntryRow).where(
        EntryRow.at >= minute,
        # What was refused at the end of a minute is written in the next one.
        EntryRow.at < minute + timedelta(minutes=2),
        EntryRow.gathered_key.is_not(None),
    )
    for one in session.scalars(gathered):
        if request_id in (one.changes or {}).get("requests", ()):
            return _entry(one)
    return None


def _filtered(query: Select[EntryRow], wanted: EntryFilter) -> Select[EntryRow]:
    exact = {
        EntryRow.action: wanted.action,
        EntryRow.resource_kind: wanted.kind,
        EntryRow.resource_id: wanted.resource,
        EntryRow.decision: wanted.decision,
        EntryRow.request_id: wanted.request_id,
        EntryRow.via_key_id: wanted.via_key_id,
        EntryRow.on_behalf_of: wanted.on_behalf_of,
        EntryRow.run_as: wanted.run_as,
    }
    for column, value in exact.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.actor is not None:
        query = query.where(or_(EntryRow.actor_id == wanted.actor, EntryRow.actor_name == wanted.actor))
    if wanted.since is not None:
        query = query.where(EntryRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(EntryRow.at < wanted.until)
    return query


def _entry(row: EntryRow) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        via_key_id=row.via_key_id,
        on_behalf_of=row.on_behalf_of,
        run_as=row.run_as,
        app=row.app,
        ip=row.ip,
        request_id=row.request_id,
        door=row.door,
        action=row.action,
        resource_kind=row.resource_kind,
        resource_id=row.resource_id,
        resource_name=row.resource_name,
        decision=row.decision,
        reason=row.reason,
        changes=row.changes,
        count=row.count,
    )
