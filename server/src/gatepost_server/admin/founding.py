"""The ground of an instance: its store at this version, its roots, its first administrator."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

from gatepost_server import bootstrap
from gatepost_server.admin.report import Administrator
from gatepost_server.authz import INSTANCE, administrators, plant_roots, policy
from gatepost_server.crypto import renew_assertion_key
from gatepost_server.identity import (
    SignIn,
    UnknownUser,
    User,
    create_first_administrator,
    reset_user,
    user_by_name,
    user_named,
)
from gatepost_server.identity.service.sessions import sign_out
from gatepost_server.identity.service.signin import start_session
from gatepost_server.kernel.actor import Actor, ActorKind, Origin, system_actor
from gatepost_server.kernel.secret import Secret
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import Tx, UnitOfWork
from gatepost_server.store.migrate import upgrade

USERNAME: Final = "admin"
CLIENT: Final = "gatepost up"
ORIGIN: Final = Origin(request_id="up", door="up")
SYSTEM: Final = system_actor("up")


def migrate_store(settings: Settings) -> None:
    """Bring the store to this version's tables; does nothing when it is there already."""
    upgrade(bootstrap.Foundation.lay(settings, pool_size=1).uow.engine, bootstrap.metadata())


def renew_key_of_assertions(settings: Settings) -> int:
    """Let what applications are told of their callers be signed by a new key; return its version.

    Raises:
        Unavailable: there is no store in this data folder.
    """
    base = bootstrap.Foundation.lay(settings, pool_size=1)
    with base.uow.begin(SYSTEM, ORIGIN) as tx:
        version = renew_assertion_key(base.folders.secrets)
        tx.audit("assertions:renew", "instance", INSTANCE, "Gatepost", after={"version": version})
    return version


def reset_code_for(settings: Settings, username: str) -> str:
    """Start a password reset from the machine itself and return its code, told only here.

    Raises:
        UnknownUser: nobody is called so.
        Unavailable: there is no store in this data folder.
    """
    base = bootstrap.Foundation.lay(settings, pool_size=1)
    with base.uow.begin(SYSTEM, ORIGIN) as tx:
        user = user_named(tx, username)
        if user is None:
            raise UnknownUser
        return reset_user(tx, base.peppers, user.id).reveal()


@dataclass(frozen=True)
class Founding:
    """An instance whose store is ready, with the administrator it was given."""

    uow: UnitOfWork
    admin: Administrator
    means: SignIn

    @classmethod
    def of(cls, settings: Settings, folders: Folders) -> Self:
        """Migrate, plant the roots, and make the first administrator unless there is one."""
        base = bootstrap.Foundation.lay(settings, pool_size=2)
        upgrade(base.uow.engine, bootstrap.metadata())
        with base.uow.begin(SYSTEM, ORIGIN) as tx:
            plant_roots(tx, "Main")
            base.vault.prove(tx)
            made = create_first_administrator(tx, USERNAME, f"{USERNAME}@localhost")
            password = None if made is None else made.one_time_password
            if password is not None:
                _keep(password, folders)
        shown = None if password is None else password.reveal()
        admin = Administrator(USERNAME, folders.admin_password, shown)
        return cls(base.uow, admin, base.sign_in)

    @contextmanager
    def signed_in(self) -> Iterator[tuple[Actor, Secret]]:
        """Lend a session of an administrator, audited as any other, and its cookie's value."""
        with self.uow.begin(SYSTEM, ORIGIN) as tx:
            made = start_session(tx, self.means, _an_administrator(tx), client=CLIENT)
            tx.audit(
                "session:start", "session", made.session.id, made.user.username, after={"client": CLIENT}
            )
        session, user = made.session, made.user
        actor = Actor(
            ActorKind.SESSION,
            user.id,
            user.username,
            cap=policy.roles[user.role].cap,
            session_id=session.id,
            confirmed_at=session.confirmed_at,
        )
        try:
            yield actor, made.token
        finally:
            with self.uow.begin(actor, ORIGIN) as tx:
                sign_out(tx)

    def forget_changed_password(self) -> None:
        """Remove the first password's file once the password was changed."""
        file = self.admin.password_file
        if not file.exists():
            return
        with self.uow.read(SYSTEM, ORIGIN) as tx:
            user = user_named(tx, USERNAME)
        if user is None or not user.must_change_password:
            file.unlink(missing_ok=True)


def _an_administrator(tx: Tx) -> User:
    """Return the first administrator, or another when that one is none any more."""
    ids = [principal.id for principal in administrators(tx)]
    first = user_named(tx, USERNAME)
    return first if first is not None and first.id in ids else user_by_name(tx, ids[0])


def _keep(password: Secret, folders: Folders) -> None:
    """Write the first password where only this user can read it."""
    descriptor = os.open(folders.admin_password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(password.reveal() + "\n")
