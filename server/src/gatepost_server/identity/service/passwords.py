"""Changing, confirming and resetting passwords."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from gatepost_server.authz import require_instance, require_self
from gatepost_server.crypto import Peppers, hash_password, new_token, one_time_password, verify_password
from gatepost_server.identity import queries
from gatepost_server.identity.errors import BadLogin, OldPasswordWrong, UnknownUser, WeakPassword
from gatepost_server.identity.model import NewSession, User, checked_password
from gatepost_server.identity.service.ending import end_sessions_of
from gatepost_server.identity.service.signin import CSRF_TOKEN, SESSION_TOKEN, SignIn
from gatepost_server.identity.tables import CodeRow, SessionRow, UserRow
from gatepost_server.kernel.actor import ANONYMOUS, Actor, ActorKind, Origin
from gatepost_server.kernel.errors import Conflict, TooMany
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Bucket, Tx, UnitOfWork, take

_RESET: Final = "reset"
_RESET_TTL: Final = timedelta(hours=1)
_NO_SUCH_CODE: Final = "The username or the code is not right, or the code has ended."
_CONFIRM_LIMIT: Final = Bucket(10, 300)


def change_password(uow: UnitOfWork, actor: Actor, origin: Origin, *, old: Secret, new: Secret) -> list[str]:
    """Change one's own password; every other session of the person ends.

    Opens its own transactions: a wrong guess must count although the call fails. Returns
    the ids of the ended sessions.

    Raises:
        OldPasswordWrong: *old* is not the present one.
        TooMany: too many tries.
        WeakPassword: *new* may not be used, or is the present one again: a password that
            somebody else made and knows would stay.
    """
    row = _counted(uow, actor, origin, "password:change")
    if not verify_password(row.password_hash, old):
        raise OldPasswordWrong
    checked_password(new, row.username, "new")
    if new.matches(old.reveal()):
        raise WeakPassword("new", "another one than the present one")
    with uow.begin(actor, origin) as tx:
        user_id = require_self(tx, "password:change")
        stored = row.password_hash
        row = tx.session.get_one(UserRow, user_id, with_for_update=True)
        if row.password_hash != stored:  # changed or reset while this one was being verified
            raise OldPasswordWrong
        row.password_hash = hash_password(new)
        row.must_change_password = False
        ended = end_sessions_of(tx, user_id, but=tx.actor.session_id)
        tx.audit("password:change", "user", user_id, row.username, after={"sessions_ended": len(ended)})
    return ended


def confirm(uow: UnitOfWork, means: SignIn, actor: Actor, origin: Origin, password: Secret) -> NewSession:
    """Note that the person of this session has just proved who they are.

    The session gets another token (security.md, "MFA, sessions"): a copy that somebody
    took before is worth nothing afterwards. Its id and its end stay.

    Raises:
        BadLogin: the password is not right.
        TooMany: too many tries.
    """
    stored = _counted(uow, actor, origin, "session:confirm").password_hash
    if not verify_password(stored, password):
        raise BadLogin
    with uow.begin(actor, origin) as tx:
        account = tx.session.get_one(UserRow, actor.principal_id, with_for_update=True)
        row = tx.session.get_one(SessionRow, actor.session_id)
        user = queries.user_by_id(tx, account.id)
        if account.password_hash != stored or user is None:
            raise BadLogin
        token = new_token()
        row.confirmed_at = tx.now
        row.token_mac = means.peppers.mac(SESSION_TOKEN, token.reveal()).digest
        tx.audit("session:confirm", "session", row.id, actor.name)
        csrf = means.peppers.derive(CSRF_TOKEN, row.id)
        return NewSession(queries.present_session(row, tx.now), user, token, csrf)


def reset_user(tx: Tx, peppers: Peppers, user_id: str) -> Secret:
    """Start a reset: the password stops working, sessions end, a code sets a new one.

    The code is good for one hour and one use. Administrators never choose a password.

    Raises:
        UnknownUser: no such user.
        Conflict: a key asks, and there is no mail to tell the code by.
    """
    require_instance(tx, "user:reset")
    if not tx.actor.is_interactive and tx.actor.kind is not ActorKind.SYSTEM:
        raise Conflict(
            "No mail is set up, so nobody could be told the code. Sign in and reset it yourself.",
            code="mail-not-set-up",
        )
    row = tx.session.get(UserRow, user_id)
    if row is None:
        raise UnknownUser
    code = one_time_password()
    row.password_hash = None
    row.must_change_password = True
    end_sessions_of(tx, user_id)
    tx.session.execute(delete(CodeRow).where(CodeRow.user_id == user_id, CodeRow.purpose == _RESET))
    tx.session.add(
        CodeRow(
            code_mac=peppers.mac(_RESET, f"{row.username}:{code.reveal()}").digest,
            purpose=_RESET,
            user_id=user_id,
            bound_to=row.username,
            expires_at=tx.now + _RESET_TTL,
        )
    )
    tx.audit("user:reset", "user", user_id, row.username)
    return code


def use_reset_code(
    uow: UnitOfWork,
    peppers: Peppers,
    *,
    username: str,
    code: Secret,
    new: Secret,
    origin: Origin,
    field: str = "new",
) -> User:
    """Set a new password with a reset code; the caller signs in with it afterwards.

    *field* is what the door calls the new password.

    Raises:
        BadLogin: no such code for this name, or it has ended; all look the same.
        TooMany: too many tries.
        WeakPassword: *new* may not be used; the code stays good.
    """
    name = username.strip().lower()
    with uow.begin(ANONYMOUS, origin) as tx:
        wait = take(tx, f"reset:{name[:64]}:{origin.ip}", _CONFIRM_LIMIT)
    if wait is not None:
        raise TooMany("Too many attempts. Wait a little and try again.", retry_after_s=wait)
    checked_password(new, name, field)
    with uow.begin(ANONYMOUS, origin) as tx:
        macs = peppers.candidates(_RESET, f"{name}:{code.reveal().strip()}")
        found = tx.session.scalar(
            select(CodeRow).where(CodeRow.code_mac.in_(macs), CodeRow.purpose == _RESET)
        )
        if found is None or found.expires_at <= tx.now:
            raise BadLogin(_NO_SUCH_CODE)
        person = queries.user_by_id(tx, found.user_id)
        if person is None or not person.is_active:
            raise BadLogin(_NO_SUCH_CODE)
        row = tx.session.get_one(UserRow, found.user_id)
        tx.session.delete(found)
        row.password_hash = hash_password(new)
        row.must_change_password = False
        tx.actor = Actor(ActorKind.SESSION, row.id, row.username)
        tx.audit("password:reset", "user", row.id, row.username)
        user = queries.user_by_id(tx, row.id)
        assert user is not None, "its account was read above"
    return user


def _counted(uow: UnitOfWork, actor: Actor, origin: Origin, action: str) -> UserRow:
    """Return the account of the caller, once a try at its password has been counted.

    Raises:
        TooMany: too many tries; the ways to try share one limit.
    """
    with uow.begin(actor, origin) as tx:
        user_id = require_self(tx, action)
        wait = take(tx, f"confirm:{user_id}", _CONFIRM_LIMIT)
        row = tx.session.get_one(UserRow, user_id)
    if wait is not None:
        raise TooMany("Too many attempts. Wait a little and try again.", retry_after_s=wait)
    return row
