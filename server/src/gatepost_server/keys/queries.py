"""Reads of keys."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from gatepost_server.authz import policy
from gatepost_server.crypto import parse_key
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.keys.model import IDLE_AFTER, SOON, Key, KeyKind, KeyRisk, KeyStatus
from gatepost_server.keys.tables import KeyRow, KeyUseRow


def page_of_keys(
    session: Session,
    owner_id: str,
    page: PageRequest,
    status: KeyStatus | None,
    now: datetime,
    *,
    risk: KeyRisk | None = None,
) -> Page[Key]:
    """Return a person's keys, latest first; *q* finds names, prefixes and whole keys."""
    query = (
        select(KeyRow, KeyUseRow)
        .outerjoin(KeyUseRow, KeyUseRow.key_id == KeyRow.id)
        .where(KeyRow.owner_id == owner_id)
    )
    query = query.where(*_status(status, now))
    if risk is not None:
        query = query.where(_risk(risk, now))
    if page.q:
        parsed = parse_key(page.q.strip())
        wanted = page.q.strip()
        query = (
            query.where(KeyRow.public_id == parsed.public_id)
            if parsed
            else query.where(
                or_(
                    KeyRow.name.icontains(wanted, autoescape=True),
                    KeyRow.prefix.startswith(wanted, autoescape=True),
                )
            )
        )
    position = page.position()
    if position is not None:
        query = query.where(KeyRow.id < position[0])
    rows = session.execute(query.order_by(KeyRow.id.desc()).limit(page.limit + 1)).all()
    return page_from([present(row, use) for row, use in rows], page, lambda key: (key.id,))


def counts(session: Session, owner_id: str, now: datetime) -> dict[KeyStatus, int]:
    """Return how many keys of each status a person has."""
    return {
        status: session.scalar(
            select(func.count()).select_from(KeyRow).where(KeyRow.owner_id == owner_id, *_status(status, now))
        )
        or 0
        for status in KeyStatus
    }


def risk_counts(session: Session, owner_id: str, now: datetime) -> dict[KeyRisk, int]:
    """Return how many of a person's active keys deserve a look, by reason."""
    active = (
        select(func.count())
        .select_from(KeyRow)
        .outerjoin(KeyUseRow, KeyUseRow.key_id == KeyRow.id)
        .where(KeyRow.owner_id == owner_id, *_status(KeyStatus.ACTIVE, now))
    )
    return {risk: session.scalar(active.where(_risk(risk, now))) or 0 for risk in KeyRisk}


def present(row: KeyRow, use: KeyUseRow | None) -> Key:
    """Return a stored key as a value."""
    return Key(
        id=row.id,
        kind=KeyKind(row.kind),
        name=row.name,
        prefix=row.prefix,
        last_four=row.last_four,
        owner_id=row.owner_id,
        role=None if row.cap is None else policy.role_of_cap(row.cap),
        ip_allowlist=row.ip_allowlist,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        last_used_at=use.at if use else None,
        last_used_ip=use.ip if use else None,
        last_used_agent=use.agent if use else None,
    )


def _status(status: KeyStatus | None, now: datetime) -> Sequence[ColumnElement[bool]]:
    if status is None:
        return ()
    if status is KeyStatus.REVOKED:
        return (KeyRow.revoked_at.is_not(None),)
    if status is KeyStatus.EXPIRED:
        return (KeyRow.revoked_at.is_(None), KeyRow.expires_at <= now)
    return (KeyRow.revoked_at.is_(None), KeyRow.expires_at > now)


def _risk(risk: KeyRisk, now: datetime) -> ColumnElement[bool]:
    """Return what makes a key one of *risk*; its uses are joined, and may be missing."""
    if risk is KeyRisk.NEVER_EXPIRES:
        return KeyRow.expires_at == None  # noqa: E711  # stored as the end of time, not as NULL
    if risk is KeyRisk.NEVER_USED:
        return KeyUseRow.at.is_(None)
    if risk is KeyRisk.IDLE:
        return KeyUseRow.at < now - IDLE_AFTER
    return KeyRow.expires_at < now + SOON
