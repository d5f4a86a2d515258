"""One's own sessions: seen, listed, ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from gatepost_server.authz import require_instance, require_self
from gatepost_server.identity import queries
from gatepost_server.identity.errors import UnknownUser
from gatepost_server.identity.model import Session, SessionKind, User
from gatepost_server.identity.service.ending import end_sessions_of, remove_sessions
from gatepost_server.identity.tables import SessionRow, SessionSeenRow
from gatepost_server.kernel.errors import NotFound
from gatepost_server.store import Tx


def own_user(tx: Tx) -> User | None:
    """Return the person that the caller is or acts for; None for nobody."""
    return queries.user_by_id(tx, tx.actor.principal_id) if tx.actor.principal_id else None


def list_sessions(tx: Tx, idle: timedelta) -> list[Session]:
    """Return one's own live sessions, latest first."""
    return queries.sessions_of(tx, require_self(tx, "session:list"), idle)


def end_session(tx: Tx, session_id: str) -> None:
    """End one of one's own sessions, and the app sessions that came from it.

    Raises:
        NotFound: not one of one's own.
    """
    user_id = require_self(tx, "session:end")
    row = tx.session.get(SessionRow, session_id)
    if row is None or row.user_id != user_id or row.kind != SessionKind.CONTROL:
        raise NotFound("You have no such session.", code="unknown-session")
    remove_sessions(tx, [row.id])
    tx.audit("session:end", "session", session_id, tx.actor.name)


def sign_out(tx: Tx) -> None:
    """End the session of this call."""
    user_id = require_self(tx, "session:end")
    if tx.actor.session_id is not None:
        remove_sessions(tx, [tx.actor.session_id])
        tx.audit("session:end", "session", tx.actor.session_id, tx.actor.name, after={"user": user_id})


def end_all_sessions(tx: Tx, user_id: str) -> list[str]:
    """End every session of somebody, as an administrator; return their ids.

    Raises:
        UnknownUser: no such user.
    """
    require_instance(tx, "user:sessions")
    user = queries.user_by_id(tx, user_id)
    if user is None:
        raise UnknownUser
    ended = end_sessions_of(tx, user_id)
    tx.audit("session:end-all", "user", user_id, user.username, after={"sessions_ended": len(ended)})
    return ended


def note_seen(tx: Tx, seen: Mapping[str, datetime]) -> None:
    """Note when sessions were last used; ended ones are passed over. Bookkeeping only.

    Using an app counts for the session on the control plane that it was handed from.
    """
    if not seen:
        return
    rows = tx.session.execute(select(SessionRow.id, SessionRow.parent_id).where(SessionRow.id.in_(seen)))
    used: dict[str, datetime] = {}
    for session_id, parent_id in rows:
        for one in (session_id, parent_id):
            if one is not None:
                used[one] = max(used.get(one, seen[session_id]), seen[session_id])
    for session_id, at in used.items():
        tx.session.merge(SessionSeenRow(session_id=session_id, at=at))
