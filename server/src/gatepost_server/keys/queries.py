"""Reads of keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, func, literal, literal_column, not_, or_, select, tuple_
from sqlalchemy.orm import Session

from gatepost_server.crypto import parse_key
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.keys.model import (
    IDLE_AFTER,
    SOON,
    THEIR_OWN,
    KeyKind,
    KeyRisk,
    KeyStatus,
    OldCaller,
    OldSecret,
    Ring,
)
from gatepost_server.keys.tables import (
    ConsentRow,
    CreatorKeyRow,
    KeyOriginRow,
    KeyRow,
    KeyUseRow,
    OldCallerRow,
    OldSecretUseRow,
    VerifierRow,
)
from gatepost_server.store import FOREVER, Until, micros, moment_of

LATEST_CALLERS: Final = (
    OldCallerRow.last_at.desc(), OldCallerRow.ip, OldCallerRow.agent, OldCallerRow.app_id,
)  # fmt: skip
"""Who used an old secret last comes first; equals have an order, so that all readers agree."""


def page_of_keys(
    session: Session,
    ring: Ring,
    owner_id: str | None,
    page: PageRequest,
    status: KeyStatus | None,
    now: datetime,
    *,
    risk: KeyRisk | None = None,
) -> Page[KeyRow]:
    """Return the keys of a ring, latest first; *q* finds names, prefixes and whole keys."""
    query = select(KeyRow).where(*_within(ring, owner_id), *with_status(status, now))
    if risk is not None:
        query = query.outerjoin(KeyUseRow, KeyUseRow.key_id == KeyRow.id).where(_risk(risk, now))
    if page.q:
        query = query.where(_matching(page.q.strip()))
    return turned_to(session, query, page)


def turned_to(session: Session, query: Select[KeyRow], page: PageRequest) -> Page[KeyRow]:
    """Return one page of *query*, latest first."""
    position = page.position()
    if position is not None:
        query = query.where(KeyRow.id < position[0])
    rows = session.scalars(query.order_by(KeyRow.id.desc()).limit(page.limit + 1)).all()
    return page_from(rows, page, lambda row: (row.id,))


def ended_first(session: Session, queries: Sequence[Select[KeyRow]], page: PageRequest) -> Page[KeyRow]:
    """Return one page of the expired keys of all *queries*, by when they ended, the last first.

    Raises:
        Invalid: the cursor is not of this list.
    """
    order = (KeyRow.expires_at.desc(), KeyRow.id.desc())
    position = _ended_at(page)
    if position is not None:
        before = tuple_(KeyRow.expires_at, KeyRow.id) < tuple_(literal(position[0], Until()), position[1])
        queries = [query.where(before) for query in queries]
    found = [session.scalars(query.order_by(*order).limit(page.limit + 1)) for query in queries]
    rows = [row for part in found for row in part]
    rows.sort(key=_end_of, reverse=True)
    return page_from(rows[: page.limit + 1], page, lambda row: (str(_end_of(row)[0]), row.id))


def _ended_at(page: PageRequest) -> tuple[datetime, str] | None:
    position = page.position(2)
    if position is None:
        return None
    try:
        return moment_of(int(position[0])), position[1]
    except (ValueError, OverflowError):
        msg = "The cursor is not of this list; start again without it."
        raise Invalid(msg, code="bad-cursor") from None


def _end_of(row: KeyRow) -> tuple[int, str]:
    assert row.expires_at is not None, "asked for"
    return micros(row.expires_at), row.id


def counts(session: Session, ring: Ring, owner_id: str | None, now: datetime) -> dict[KeyStatus, int]:
    """Return how many keys of each status a ring has."""
    query = select(func.count()).select_from(KeyRow).where(*_within(ring, owner_id))
    return {status: session.scalar(query.where(*with_status(status, now))) or 0 for status in KeyStatus}


def risk_counts(session: Session, ring: Ring, owner_id: str | None, now: datetime) -> dict[KeyRisk, int]:
    """Return how many of a ring's active keys deserve a look, by reason."""
    active = (
        select(func.count())
        .select_from(KeyRow)
        .outerjoin(KeyUseRow, KeyUseRow.key_id == KeyRow.id)
        .where(*_within(ring, owner_id), *with_status(KeyStatus.ACTIVE, now))
    )
    return {risk: session.scalar(active.where(_risk(risk, now))) or 0 for risk in KeyRisk}


def uses_of(session: Session, key_ids: Sequence[str]) -> dict[str, KeyUseRow]:
    """Return when keys were last used; those that never were are left out."""
    rows = session.scalars(select(KeyUseRow).where(KeyUseRow.key_id.in_(key_ids)))
    return {row.key_id: row for row in rows}


def old_secrets_of(session: Session, key_ids: Sequence[str], now: datetime) -> dict[str, OldSecret]:
    """Return the replaced secrets that still count, with who used them since."""
    query = select(VerifierRow).where(VerifierRow.key_id.in_(key_ids), is_old(), VerifierRow.until_at > now)
    rows = session.scalars(query).all()
    if not rows:
        return {}
    ids = [row.id for row in rows]
    callers = _old_callers_of(session, ids)
    others = {
        row.verifier_id: row.uses
        for row in session.scalars(select(OldSecretUseRow).where(OldSecretUseRow.verifier_id.in_(ids)))
    }
    found = {}
    for row in rows:
        assert row.until_at is not None, "asked for"
        assert row.replaced_at is not None, "what has an end was replaced"
        used = tuple(callers.get(row.id, ()))
        found[row.key_id] = OldSecret(
            row.until_at, row.last_four, row.replaced_at, used, others.get(row.id, 0)
        )
    return found


def _old_callers_of(session: Session, verifier_ids: Sequence[str]) -> dict[str, list[OldCaller]]:
    found: dict[str, list[OldCaller]] = {}
    query = select(OldCallerRow).where(OldCallerRow.verifier_id.in_(verifier_ids))
    for row in session.scalars(query.order_by(*LATEST_CALLERS)):
        one = OldCaller(
            row.ip or None, row.agent or None, row.app_id or None, row.first_at, row.last_at, row.uses
        )
        found.setdefault(row.verifier_id, []).append(one)
    return found


def origins_of(session: Session, key_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the origins that keys list."""
    found: dict[str, list[str]] = {}
    query = select(KeyOriginRow).where(KeyOriginRow.key_id.in_(key_ids)).order_by(KeyOriginRow.origin)
    for row in session.scalars(query):
        found.setdefault(row.key_id, []).append(row.origin)
    return found


def apps_of(session: Session, key_ids: Sequence[str]) -> dict[str, str]:
    """Return the applications that creators' keys belong to."""
    query = select(CreatorKeyRow.key_id, CreatorKeyRow.app_id).where(CreatorKeyRow.key_id.in_(key_ids))
    return {row.key_id: row.app_id for row in session.execute(query)}


def keys_of_app(session: Session, app_id: str) -> Sequence[KeyRow]:
    """Return the keys that an application has and had, latest first."""
    of_app = select(CreatorKeyRow.key_id).where(CreatorKeyRow.app_id == app_id)
    return session.scalars(select(KeyRow).where(KeyRow.id.in_(of_app)).order_by(KeyRow.id.desc())).all()


def consents_to(session: Session, rows: Sequence[KeyRow]) -> set[tuple[str, str]]:
    """Return who agreed to which project, as far as it concerns the associated users of *rows*."""
    users = {row.run_as_id for row in rows if row.is_run_as_consented}
    if not users:
        return set()
    found = session.execute(
        select(ConsentRow.user_id, ConsentRow.project_id).where(ConsentRow.user_id.in_(users))
    )
    return {(row.user_id, row.project_id) for row in found}


@dataclass(frozen=True)
class Outside:
    """Whose keys are asked about: everybody's, or those of an owner and of some projects."""

    is_all: bool = True
    owner_id: str | None = None
    projects: Select[str] | None = None


def wide_keys(whose: Outside, now: datetime) -> Select[str, str, datetime]:
    """Return the active keys that count from any address, or for good."""
    return _outside(whose, now).where(_is_wide())


def keys_of_pages(whose: Outside, now: datetime) -> Select[str, str, datetime]:
    """Return the active keys that pages of other origins may use, without those of `wide_keys`."""
    listed = select(KeyOriginRow.key_id)
    return _outside(whose, now).where(KeyRow.id.in_(listed), not_(_is_wide()))


def rows_among(session: Session, key_ids: Sequence[str]) -> Sequence[KeyRow]:
    """Return the rows of several keys."""
    return session.scalars(select(KeyRow).where(KeyRow.id.in_(key_ids))).all()


def _outside(whose: Outside, now: datetime) -> Select[str, str, datetime]:
    query = select(KeyRow.id, KeyRow.name, KeyRow.created_at.label("since"))
    query = query.where(*with_status(KeyStatus.ACTIVE, now))
    if whose.is_all:
        return query
    mine: list[ColumnElement[bool]] = []
    if whose.owner_id is not None:
        mine.append(and_(KeyRow.owner_id == whose.owner_id, KeyRow.kind.in_(THEIR_OWN)))
    if whose.projects is not None:
        mine.append(KeyRow.project_id.in_(whose.projects))
    return query.where(or_(*mine))


def _is_wide() -> ColumnElement[bool]:
    """Return what makes a key wide, written as the index of such keys has it."""
    return or_(KeyRow.ip_allowlist.is_(None), KeyRow.expires_at >= literal_column(str(FOREVER)))


def is_old() -> ColumnElement[bool]:
    """Return what makes a verifier that of a replaced secret: it has an end."""
    return VerifierRow.until_at != None  # noqa: E711  # no end is stored as the end of time, not as NULL


def with_status(status: KeyStatus | None, now: datetime) -> Sequence[ColumnElement[bool]]:
    """Return what makes a key one of *status*; None is any."""
    if status is None:
        return ()
    if status is KeyStatus.REVOKED:
        return (KeyRow.revoked_at.is_not(None),)
    if status is KeyStatus.EXPIRED:
        has_end = KeyRow.expires_at < literal_column(str(FOREVER))  # which opens the index of such keys
        return (KeyRow.revoked_at.is_(None), has_end, KeyRow.expires_at <= now)
    lives = (KeyRow.revoked_at.is_(None), KeyRow.expires_at > now)
    return (*lives, KeyRow.is_enabled.is_(status is KeyStatus.ACTIVE))


def _within(ring: Ring, owner_id: str | None) -> Sequence[ColumnElement[bool]]:
    if owner_id is not None:
        return (KeyRow.owner_id == owner_id, KeyRow.kind.in_(THEIR_OWN))
    if ring.project_id is not None:
        return (KeyRow.project_id == ring.project_id,)
    return (KeyRow.kind == ring.kind,)


def _matching(wanted: str) -> ColumnElement[bool]:
    parsed = parse_key(wanted)
    if parsed is not None:
        return KeyRow.public_id == parsed.public_id
    return or_(
        KeyRow.name.icontains(wanted, autoescape=True), KeyRow.prefix.startswith(wanted, autoescape=True)
    )


def _risk(risk: KeyRisk, now: datetime) -> ColumnElement[bool]:
    """Return what makes a key one of *risk*; its uses are joined, and may be missing."""
    if risk is KeyRisk.ENDS_SOON:
        return KeyRow.expires_at < now + SOON
    made_by_hand = KeyRow.kind != KeyKind.CREATOR  # which comes, is used and ends with its application
    if risk is KeyRisk.NEVER_EXPIRES:
        never = KeyRow.expires_at == None  # noqa: E711  # stored as the end of time, not as NULL
        return and_(never, made_by_hand)
    if risk is KeyRisk.NEVER_USED:
        return and_(KeyUseRow.at.is_(None), made_by_hand)
    return and_(KeyUseRow.at < now - IDLE_AFTER, made_by_hand)
