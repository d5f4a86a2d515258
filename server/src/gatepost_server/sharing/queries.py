"""Reads of external links, guests and invitations."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gatepost_server.sharing.outside import External, Guest, Invited, OpenLink
from gatepost_server.sharing.tables import ExternalLinkRow, GuestRow, GuestSeenRow, InvitationRow


def external_of(session: Session, app_id: str, now: datetime) -> External:
    """Return external sharing of an application; off where nobody ever set it up."""
    row = session.get(ExternalLinkRow, app_id)
    if row is None:
        return External()
    return External(
        row.is_enabled,
        row.allowed,
        row.link_id,
        guests_of(session, app_id, now),
        _invited(session, app_id, now),
    )


def link_row(session: Session, link_id: str) -> ExternalLinkRow | None:
    """Return the row of a link that is on, or None."""
    wanted = select(ExternalLinkRow).where(ExternalLinkRow.link_id == link_id, ExternalLinkRow.is_enabled)
    return session.scalar(wanted)


def open_links(nodes: Select[str, str]) -> Select[str, str, datetime]:
    """Return the links that are on among *nodes* (ids and names), and since when each is as it is."""
    seen = nodes.subquery()
    return (
        select(seen.c.id, seen.c.name, ExternalLinkRow.changed_at.label("since"))
        .join(ExternalLinkRow, ExternalLinkRow.app_id == seen.c.id)
        .where(ExternalLinkRow.is_enabled)
    )


def links_among(session: Session, app_ids: Sequence[str], now: datetime) -> dict[str, OpenLink]:
    """Return the links of several applications, with how many guests are in and when one was last there."""
    rows = session.scalars(select(ExternalLinkRow).where(ExternalLinkRow.app_id.in_(app_ids)))
    links = {row.app_id: OpenLink(row.link_id, row.allowed, row.by_id, row.by_name) for row in rows}
    guests = session.execute(
        select(GuestRow.app_id, func.count(), func.max(GuestSeenRow.at))
        .outerjoin(GuestSeenRow, GuestSeenRow.guest_id == GuestRow.id)
        .where(GuestRow.app_id.in_(app_ids), GuestRow.ends_at > now)
        .group_by(GuestRow.app_id)
    )
    for app_id, count, seen_at in guests:
        links[app_id] = replace(links[app_id], guests=count, last_opened_at=seen_at)
    return links


def lists_on(session: Session, app_ids: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return whom the links that are on let in, by application."""
    wanted = select(ExternalLinkRow.app_id, ExternalLinkRow.allowed).where(
        ExternalLinkRow.app_id.in_(app_ids), ExternalLinkRow.is_enabled
    )
    return {app_id: tuple(allowed) for app_id, allowed in session.execute(wanted)}


def guests_of(session: Session, app_id: str, now: datetime) -> Sequence[Guest]:
    """Return the guests who are signed in, latest first."""
    rows = session.execute(
        select(GuestRow, GuestSeenRow.at)
        .outerjoin(GuestSeenRow, GuestSeenRow.guest_id == GuestRow.id)
        .where(GuestRow.app_id == app_id, GuestRow.ends_at > now)
        .order_by(GuestRow.id.desc())
    )
    return [Guest(row.id, row.address, row.since, row.ends_at, seen) for row, seen in rows]


def _invited(session: Session, app_id: str, now: datetime) -> Sequence[Invited]:
    """Return the addresses whose mailed link can be used, each once, by the latest mail."""
    rows = session.execute(
        select(InvitationRow.address, InvitationRow.expires_at)
        .where(InvitationRow.app_id == app_id, InvitationRow.expires_at > now)
        .order_by(InvitationRow.expires_at)
    )
    latest = {row.address: row.expires_at for row in rows}
    return [Invited(address, latest[address]) for address in sorted(latest)]
