"""Ending sessions, for whatever reason; their app-host children go with them."""

from datetime import timedelta

from sqlalchemy import delete, or_, select

from gatepost_server.identity.tables import CodeRow, SessionRow, SessionSeenRow
from gatepost_server.store import Tx


def end_sessions_of(tx: Tx, user_id: str, *, but: str | None = None) -> list[str]:
    """End every session of a person, except *but*; return the ids of the ended ones."""
    ids = [
        session_id
        for session_id, parent in tx.session.execute(
            select(SessionRow.id, SessionRow.parent_id).where(SessionRow.user_id == user_id)
        )
        if but is None or but not in {session_id, parent}
    ]
    remove_sessions(tx, ids)
    return ids


def remove_sessions(tx: Tx, ids: list[str]) -> None:
    """Delete sessions with what hangs on them."""
    children = tx.session.scalars(select(SessionRow.id).where(SessionRow.parent_id.in_(ids))).all()
    for group in (list(children), ids):
        if not group:
            continue
        tx.session.execute(delete(CodeRow).where(CodeRow.session_id.in_(group)))
        tx.session.execute(delete(SessionSeenRow).where(SessionSeenRow.session_id.in_(group)))
        tx.session.execute(delete(SessionRow).where(SessionRow.id.in_(group)))


def ended_sessions(tx: Tx, idle: timedelta, most: int) -> list[str]:
    """Return up to *most* sessions that are past their end or were not used for *idle*."""
    return list(
        tx.session.scalars(
            select(SessionRow.id)
            .join(SessionSeenRow, SessionSeenRow.session_id == SessionRow.id)
            .where(or_(SessionRow.expires_at <= tx.now, SessionSeenRow.at <= tx.now - idle))
            .order_by(SessionRow.id)
            .limit(most)
        )
    )


def remove_ended_codes(tx: Tx) -> None:
    """Delete one-time codes that are past their end."""
    tx.session.execute(delete(CodeRow).where(CodeRow.expires_at <= tx.now))
