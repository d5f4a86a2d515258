"""Sessions and people as the gate and `authn` look them up, by prepared statements."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, LargeBinary, String, bindparam, select, type_coerce

from gatepost_server.crypto import Peppers
from gatepost_server.identity.model import SessionKind
from gatepost_server.identity.service.signin import SESSION_TOKEN
from gatepost_server.identity.tables import SessionRow, SessionSeenRow, UserRow
from gatepost_server.store import Prepared, RawReader


@dataclass(frozen=True)
class SessionFact:
    """A stored session; moments are microseconds. Liveness is for the caller to judge."""

    id: str
    user_id: str
    is_app_host: bool
    app_id: str | None
    expires_at: int
    seen_at: int
    confirmed_at: int | None
    must_change_password: bool


_COLUMNS: Final = select(
    SessionRow.id,
    SessionRow.user_id,
    SessionRow.kind,
    SessionRow.app_id,
    type_coerce(SessionRow.expires_at, BigInteger),
    type_coerce(SessionSeenRow.at, BigInteger),
    type_coerce(SessionRow.confirmed_at, BigInteger),
    UserRow.must_change_password,
)
_EMAIL: Final = Prepared(select(UserRow.email).where(UserRow.id == bindparam("user", type_=String())))
_GIVEN: Final = Prepared(
    select(UserRow.email).where(
        UserRow.id == bindparam("user", type_=String()), UserRow.is_email_own.is_(False)
    )
)
_FROM: Final = _COLUMNS.join(UserRow, UserRow.id == SessionRow.user_id).join(
    SessionSeenRow, SessionSeenRow.session_id == SessionRow.id
)
_BY_TOKEN: Final = Prepared(_FROM.where(SessionRow.token_mac == bindparam("mac", type_=LargeBinary())))
_BY_ID: Final = Prepared(_FROM.where(SessionRow.id == bindparam("session", type_=String())))


def session_by_token(reader: RawReader, peppers: Peppers, token: str) -> SessionFact | None:
    """Return the session whose cookie holds *token*, or None."""
    for mac in peppers.candidates(SESSION_TOKEN, token):
        row = reader.first(_BY_TOKEN, mac=mac)
        if row is not None:
            return _fact(row)
    return None


def session_by_id(reader: RawReader, session_id: str) -> SessionFact | None:
    """Return a session by its row id, or None; to re-ask about a live connection."""
    row = reader.first(_BY_ID, session=session_id)
    return None if row is None else _fact(row)


def email_of(reader: RawReader, user_id: str) -> str:
    """Return the mail address of a person; empty when there is no such person."""
    row = reader.first(_EMAIL, user=user_id)
    return "" if row is None else str(row[0])


def given_email_of(reader: RawReader, user_id: str) -> str | None:
    """Return the mail address that a person was given; None once they have changed it themselves."""
    row = reader.first(_GIVEN, user=user_id)
    return None if row is None else str(row[0])


def _fact(row: tuple[Any, ...]) -> SessionFact:
    session_id, user_id, kind, app_id, expires_at, seen_at, confirmed_at, must_change = row
    return SessionFact(
        id=session_id,
        user_id=user_id,
        is_app_host=kind == SessionKind.APP,
        app_id=app_id,
        expires_at=int(expires_at),
        seen_at=int(seen_at),
        confirmed_at=None if confirmed_at is None else int(confirmed_at),
        must_change_password=bool(must_change),
    )
