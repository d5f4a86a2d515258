"""Signing in with a password: uniform answers, equal work, limits per account and source."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from gatepost_server.crypto import Peppers, new_token, verify_password
from gatepost_server.identity import queries
from gatepost_server.identity.errors import BadLogin
from gatepost_server.identity.model import NewSession, Session, SessionKind, User
from gatepost_server.identity.tables import LoginRow, SessionRow, SessionSeenRow, UserRow
from gatepost_server.kernel.actor import ANONYMOUS, Actor, ActorKind, Origin
from gatepost_server.kernel.errors import TooMany
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Bucket, Tx, UnitOfWork, give_back, take

SESSION_TOKEN: Final = "session"  # noqa: S105  # a purpose, not a secret
"""The purpose under which session tokens are hashed."""
CSRF_TOKEN: Final = "csrf"  # noqa: S105  # likewise

# security.md, "Brute force": ten log-ins in five minutes, per account and source, and
# more for a source that many people share.
_PER_ACCOUNT: Final = Bucket(10, 300)
_PER_SOURCE: Final = Bucket(60, 300)
_USER_AGENT_LENGTH: Final = 300


@dataclass(frozen=True)
class SignIn:
    """What signing in needs from the house: hashing, and how long a session may last."""

    peppers: Peppers
    absolute: timedelta


def sign_in(
    uow: UnitOfWork,
    means: SignIn,
    *,
    username: str,
    password: Secret,
    origin: Origin,
    client: str = "browser",
) -> NewSession:
    """Start a session for whoever knows the password.

    Opens its own transactions: a refusal must count although the call fails. Unknown
    names, wrong passwords and deactivated accounts get the same answer for the same work.

    Raises:
        BadLogin: not right.
        TooMany: too many tries; says when to come back.
    """
    account = f"login:{username.strip().lower()[:64]}:{origin.ip}"
    with uow.begin(ANONYMOUS, origin) as tx:
        waits = [take(tx, account, _PER_ACCOUNT), take(tx, f"login-source:{origin.ip}", _PER_SOURCE)]
        row = queries.row_by_username(tx.session, username)
        stored = row.password_hash if row is not None else None
    if any(wait is not None for wait in waits):
        raise TooMany(
            "Too many attempts. Wait a little and try again.",
            retry_after_s=max(wait for wait in waits if wait is not None),
            code="too-many-logins",
        )
    if not verify_password(stored, password) or row is None:
        raise BadLogin
    with uow.begin(ANONYMOUS, origin) as tx:
        account_row = tx.session.get_one(UserRow, row.id, with_for_update=True)
        user = queries.user_by_id(tx, row.id)
        # The password may have been changed or reset while it was being verified.
        if user is None or not user.is_active or account_row.password_hash != stored:
            raise BadLogin
        give_back(tx, account)
        tx.actor = Actor(ActorKind.SESSION, user.id, user.username, cap=0)
        made = start_session(tx, means, user, client=client)
        tx.audit("session:start", "session", made.session.id, user.username, after={"client": client})
        tx.session.merge(LoginRow(user_id=user.id, at=tx.now))
    return made


def start_session(
    tx: Tx, means: SignIn, user: User, *, client: str, lender: SessionRow | None = None
) -> NewSession:
    """Write a new control-plane session and return its token, told only here.

    One that is lent from *lender* takes over its end and its last proof of identity.
    """
    token = new_token()
    row = SessionRow(
        id=new_id("ses", tx.now),
        user_id=user.id,
        token_mac=means.peppers.mac(SESSION_TOKEN, token.reveal()).digest,
        kind=SessionKind.CONTROL,
        client=client,
        created_at=tx.now,
        expires_at=tx.now + means.absolute if lender is None else lender.expires_at,
        confirmed_at=tx.now if lender is None else lender.confirmed_at,
        ip=tx.origin.ip,
        user_agent=(tx.origin.user_agent or "")[:_USER_AGENT_LENGTH] or None,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.session.add(SessionSeenRow(session_id=row.id, at=tx.now))
    session: Session = queries.present_session(row, tx.now)
    return NewSession(session, user, token, means.peppers.derive(CSRF_TOKEN, row.id))
