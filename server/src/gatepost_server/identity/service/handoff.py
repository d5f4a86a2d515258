"""Handing a session on: to an app's own host, or to the command line."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from gatepost_server.authz import require_self
from gatepost_server.crypto import Peppers, new_token
from gatepost_server.identity import queries
from gatepost_server.identity.errors import BadLogin
from gatepost_server.identity.model import NewSession, SessionKind
from gatepost_server.identity.service.signin import CSRF_TOKEN, SESSION_TOKEN, SignIn, start_session
from gatepost_server.identity.tables import CodeRow, SessionRow, SessionSeenRow
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx

_APP: Final = "app"
_CLI: Final = "cli"
_TTL: Final = timedelta(seconds=30)
_CLI_TTL: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class HandOff:
    """To which app, on which host, in which browser a session is lent.

    *browser* is the hash of what the host gave that browser to keep before it asked: a
    code that somebody else was given is worth nothing in it, nor its own anywhere else.
    """

    app_id: str
    host: str
    browser: str

    @property
    def bound_to(self) -> str:
        """The text that a code for this hand-off is bound to."""
        bound = f"{self.app_id}|{self.host.lower()}|{self.browser}"
        return hashlib.sha256(bound.encode()).hexdigest()


def offer_app_session(tx: Tx, peppers: Peppers, to: HandOff) -> Secret:
    """Make a code (30 s, one use) with which *to*'s host starts a session of its own.

    Whether the person may open the app is asked at each request there, not here.
    """
    user_id = require_self(tx, "session:lend")
    return _offer(tx, peppers, purpose=_APP, user_id=user_id, bound_to=to.bound_to, ttl=_TTL)


def accept_app_session(tx: Tx, means: SignIn, to: HandOff, code: Secret) -> NewSession:
    """Turn a code into a session on the app's host; it ends with the session it came from.

    Raises:
        BadLogin: no such code for this host, or it was used or has ended.
    """
    found = _take(tx, means.peppers, _APP, code)
    if found is None or found.bound_to != to.bound_to or found.session_id is None:
        raise BadLogin
    parent = tx.session.get_one(SessionRow, found.session_id)
    user = queries.user_by_id(tx, found.user_id)
    if user is None or not user.is_active or parent.expires_at <= tx.now:
        raise BadLogin
    token = new_token()
    row = SessionRow(
        id=new_id("ses", tx.now),
        user_id=user.id,
        token_mac=means.peppers.mac(SESSION_TOKEN, token.reveal()).digest,
        kind=SessionKind.APP,
        client=parent.client,
        parent_id=parent.id,
        app_id=to.app_id,
        created_at=tx.now,
        expires_at=parent.expires_at,
        ip=tx.origin.ip,
        user_agent=parent.user_agent,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.session.add(SessionSeenRow(session_id=row.id, at=tx.now))
    tx.actor = Actor(ActorKind.SESSION, user.id, user.username, session_id=row.id)
    tx.audit("session:hand-off", "session", row.id, user.username, after={"app": to.app_id})
    return NewSession(
        queries.present_session(row, tx.now), user, token, means.peppers.derive(CSRF_TOKEN, row.id)
    )


def offer_cli_session(tx: Tx, peppers: Peppers, challenge: str) -> Secret:
    """Make a code (60 s, one use) that the command line turns into a session.

    *challenge* is the PKCE challenge (RFC 7636, S256) of the program that asked.
    """
    user_id = require_self(tx, "session:lend")
    return _offer(tx, peppers, purpose=_CLI, user_id=user_id, bound_to=challenge, ttl=_CLI_TTL)


def take_cli_session(tx: Tx, means: SignIn, *, code: Secret, verifier: Secret) -> NewSession:
    """Turn a code and its PKCE verifier into a session of its own.

    It proves no more than the session it was lent from, and lasts no longer: neither its
    end nor the time of its last proof of identity moves.

    Raises:
        BadLogin: no such code, used, ended, or the verifier does not fit.
    """
    found = _take(tx, means.peppers, _CLI, code)
    digest = hashlib.sha256(verifier.reveal().encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if found is None or found.session_id is None or not Secret(found.bound_to).matches(challenge):
        raise BadLogin
    lender = tx.session.get_one(SessionRow, found.session_id)
    user = queries.user_by_id(tx, found.user_id)
    if user is None or not user.is_active or lender.expires_at <= tx.now:
        raise BadLogin
    tx.actor = Actor(ActorKind.SESSION, user.id, user.username)
    made = start_session(tx, means, user, client="cli", lender=lender)
    tx.audit("session:start", "session", made.session.id, user.username, after={"client": "cli"})
    return made


def _offer(tx: Tx, peppers: Peppers, *, purpose: str, user_id: str, bound_to: str, ttl: timedelta) -> Secret:
    code = new_token()
    tx.session.add(
        CodeRow(
            code_mac=peppers.mac(purpose, code.reveal()).digest,
            purpose=purpose,
            user_id=user_id,
            session_id=tx.actor.session_id,
            bound_to=bound_to,
            expires_at=tx.now + ttl,
        )
    )
    return code


def _take(tx: Tx, peppers: Peppers, purpose: str, code: Secret) -> CodeRow | None:
    """Use up a code; None when there is none that is still good."""
    macs = peppers.candidates(purpose, code.reveal())
    row = tx.session.scalar(
        select(CodeRow).where(CodeRow.code_mac.in_(macs), CodeRow.purpose == purpose).with_for_update()
    )
    if row is None:
        return None
    tx.session.delete(row)
    tx.session.flush()
    return row if row.expires_at > tx.now else None
