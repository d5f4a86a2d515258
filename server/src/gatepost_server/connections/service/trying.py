"""Trying a connection step by step; what a stored login came to is noted on its credential."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from gatepost_server import vault
from gatepost_server.authz import require, require_self
from gatepost_server.connections.drivers import DRIVERS
from gatepost_server.connections.errors import ChooseLogin, NeedsStored, NotAssociated, TooManyTries
from gatepost_server.connections.model import HeldLogin, Login, NoLogin, OneTimeLogin, StoredLogin, Target
from gatepost_server.connections.ports import Broker
from gatepost_server.connections.service.announcing import announce, told
from gatepost_server.connections.service.associating import (
    associate,
    join,
    require_bound,
    require_fitting,
    was_associated,
)
from gatepost_server.connections.service.keeping import require_same_place, target_of, usable_target
from gatepost_server.connections.service.noting import note_test
from gatepost_server.connections.tables import ConnectionRow
from gatepost_server.connections.tested import Code, StepName, Tested
from gatepost_server.store import Bucket, Tx, take
from gatepost_server.vault import Safe

_TESTS: Final = Bucket(capacity=10, period_s=60)
_LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class Means:
    """What trying takes: transactions as the caller, the broker, and the safe."""

    begin: Callable[[], AbstractContextManager[Tx]]
    broker: Broker
    safe: Safe


@dataclass(frozen=True)
class Tried:
    """How a test went, and the id of the credential that was stored, or of the login held, after it."""

    tested: Tested
    saved_id: str | None = None
    held_id: str | None = None


def try_connection(
    means: Means,
    connection_id: str,
    login: Login,
    *,
    save_as: str | None = None,
    is_held: bool = False,
    generation: int | None = None,
) -> Tried:
    """Try a connection with a login; ten times a minute.

    A stored credential of one's own that is not associated yet is associated by this very call,
    from a session that confirmed the password lately: one click acts at once. One that was
    detached is not: whoever wants it back has looked where the connection leads now. With
    *save_as* (a name; one is made up of an empty one) a one-time login is stored and
    associated, once the test was good; with *is_held* it is held for the caller then (`HeldLogin`),
    and stored nowhere. With *generation* the login goes only to where the
    connection led when its generation was that one.

    Raises:
        TooManyTries: too many tests within a minute.
        EndpointChanged: the connection leads elsewhere since *generation*.
        ConfirmRequired: it would be associated, and the password was not confirmed lately.
        NotAssociated: somebody else's credential, or one in a program's hand, that does not sign in here.
        ChooseLogin: no login, and the connection needs one.
        Invalid: the login does not fit the connection.
        StoringOff: *save_as* while credentials are not stored.
        BrokerSilent: nobody can try it now.
    """
    take_try(means, "connection:use", connection_id)
    with means.begin() as tx:
        target = usable_target(tx, connection_id)
        require_same_place(tx, connection_id, generation)
        require_login(tx, target, login)
        if save_as is not None:
            require_self(tx, "credential:create")
            vault.require_storing(tx, means.safe)
        announce(tx, target, login, "test")
        actor = tx.actor
    tested = means.broker.test(actor, target, login)
    with means.begin() as tx:
        _note(tx, target, login, tested)
        is_kept = tested.ok and save_as is not None and _still_leads_to(tx, target)
        if save_as is not None and is_kept and isinstance(login, OneTimeLogin):
            saved_id = _saved(tx, means.safe, target, login, save_as)
            note_test(tx, target.connection_id, saved_id, tested)
            return Tried(tested, saved_id)
    if is_held and tested.ok and isinstance(login, OneTimeLogin):
        return Tried(tested, held_id=means.broker.hold(actor, target, login))
    return Tried(tested)


def sign_in_with(
    tx: Tx, connection_id: str, credential_id: str, *, generation: int | None = None
) -> StoredLogin:
    """Return the stored login that was chosen for a connection; one's own is associated by that.

    Raises:
        EndpointChanged, ConfirmRequired, NotAssociated, Invalid: as `try_connection` says.
    """
    target, login = usable_target(tx, connection_id), StoredLogin(credential_id)
    require_same_place(tx, connection_id, generation)
    require_login(tx, target, login)
    return login


def take_try(means: Means, action: str, node_id: str) -> None:
    """Count a try of the caller, who has to have the right to it.

    Raises:
        TooManyTries: too many within a minute.
    """
    with means.begin() as tx:
        require(tx, action, node_id)
        wait = _take(tx)
    if wait is not None:
        raise TooManyTries(wait)


def take_tries(tx: Tx, wanted: int) -> int:
    """Count up to *wanted* tries of the caller, and return how many there were left."""
    return next((taken for taken in range(wanted) if _take(tx) is not None), wanted)


def _take(tx: Tx) -> int | None:
    return take(tx, f"connection-test:{tx.actor.answerable_id}", _TESTS)


def require_login(tx: Tx, target: Target, login: Login) -> None:
    """Let the call go on only with a login that may be tried; a stored one's owner associates it so.

    Raises:
        NotAssociated, ChooseLogin, Invalid: as `try_connection` says.
    """
    if isinstance(login, NoLogin):
        if DRIVERS[target.type].needs_login:
            raise ChooseLogin(are_several=False)
    elif isinstance(login, OneTimeLogin):
        require_fitting(target.type, login.type)
        vault.checked_credential("one-time", login.user, login.type, login.secret)
    elif isinstance(login, HeldLogin):
        raise NeedsStored
    else:
        credential = vault.require_usable(tx, login.credential_id)
        require_fitting(target.type, credential.type)
        is_own = tx.actor.is_interactive and credential.owner_id == tx.actor.principal_id
        try:
            require_bound(tx, target, login.credential_id)
        except NotAssociated:
            if not is_own or was_associated(tx, target.connection_id, login.credential_id):
                raise
            associate(tx, target.connection_id, login.credential_id)


def _note(tx: Tx, target: Target, login: Login, tested: Tested) -> None:
    failed = next((step for step in tested.steps if not step.ok), None)
    after: dict[str, Any] = {"ok": tested.ok, "login": told(login)}
    if failed is not None:
        after |= {"step": failed.name.value, "code": failed.code.value}
    if isinstance(login, StoredLogin) and (tested.ok or is_refused(tested)):
        vault.note_health(tx, login.credential_id, is_good=tested.ok)
    if isinstance(login, StoredLogin):
        note_test(tx, target.connection_id, login.credential_id, tested)
    row = tx.session.get(ConnectionRow, target.connection_id)
    name = target.connection_id if row is None else row.name
    tx.audit("connection:test", "connection", target.connection_id, name, after=after)


def is_refused(tested: Tested) -> bool:
    """Tell whether it was the login itself that the far end did not accept."""
    return any((step.name, step.code) == (StepName.LOGIN, Code.LOGIN_REFUSED) for step in tested.steps)


def _still_leads_to(tx: Tx, target: Target) -> bool:
    row = tx.session.get(ConnectionRow, target.connection_id)
    return row is not None and target_of(row) == target


def _saved(tx: Tx, safe: Safe, target: Target, login: OneTimeLogin, save_as: str) -> str:
    connection = tx.session.get_one(ConnectionRow, target.connection_id)
    name = save_as.strip() or " at ".join(one for one in (login.user, connection.name) if one)[:_LONGEST_NAME]
    made = vault.save_credential(tx, safe, name, login.type, login.user, login.secret)
    join(tx, target.connection_id, made)
    vault.note_health(tx, made.id, is_good=True)
    return made.id
