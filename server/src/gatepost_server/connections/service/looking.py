"""Looking into a source: its schemas, tables, columns and first rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.authz import require, visible
from gatepost_server.connections import queries
from gatepost_server.connections.drivers import DRIVERS
from gatepost_server.connections.errors import ChooseLogin, NeedsStored, TooManyTries
from gatepost_server.connections.model import (
    HELD,
    ConnectionType,
    HeldLogin,
    Login,
    NoLogin,
    Preview,
    SourceColumn,
    StoredLogin,
    TableName,
    Target,
)
from gatepost_server.connections.ports import Broker
from gatepost_server.connections.service.announcing import announce
from gatepost_server.connections.service.associating import require_bound
from gatepost_server.connections.service.keeping import usable_target
from gatepost_server.connections.service.trying import Means
from gatepost_server.connections.tables import ConnectionRow
from gatepost_server.kernel.actor import Actor
from gatepost_server.store import Bucket, Tx, take

_LOOKS: Final = Bucket(capacity=120, period_s=60)


@dataclass(frozen=True)
class Sight:
    """A source as the caller sees it, signed in by one login.

    Each of its calls raises BrokerSilent, or StatementFailed with a word of a fixed set.
    """

    broker: Broker
    actor: Actor
    target: Target
    login: Login

    def schemas(self) -> Sequence[str]:
        """Return the names of the schemas."""
        return self.broker.schemas(self.actor, self.target, self.login)

    def tables(self, schema: str | None) -> Sequence[TableName]:
        """Return the tables and views of a schema."""
        return self.broker.tables(self.actor, self.target, self.login, schema)

    def columns(self, schema: str | None, table: str) -> Sequence[SourceColumn]:
        """Return the columns of a table."""
        return self.broker.columns(self.actor, self.target, self.login, schema, table)

    def preview(self, schema: str | None, table: str) -> Preview:
        """Return the first rows of a table."""
        return self.broker.preview(self.actor, self.target, self.login, schema, table)


def look_into(means: Means, connection_id: str, credential_id: str | None = None) -> Sight:
    """Return the source of a connection as it is seen with a stored credential, or a login that is held.

    Without *credential_id* it is the only one there is that the caller may use, or none where
    none is needed.

    Raises:
        TooManyTries: too many within a minute.
        NotAssociated: the named one does not sign in here.
        ChooseLogin: none was named, and there is none, or there are several.
    """
    with means.begin() as tx:
        require(tx, "connection:use", connection_id)
        wait = take(tx, f"connection-look:{tx.actor.answerable_id}", _LOOKS)
    if wait is not None:
        raise TooManyTries(wait)
    with means.begin() as tx:
        target = usable_target(tx, connection_id)
        login = login_meant(tx, target, credential_id)
        announce(tx, target, login, "look")
        return Sight(means.broker, tx.actor, target, login)


def login_meant(tx: Tx, target: Target, credential_id: str | None) -> Login:
    """Return the login to use: a stored one as `choose_login` does, or one that is held for who asks.

    Whether that is held still the broker says, when it is used.

    Raises:
        NotAssociated, ChooseLogin: as `choose_login`.
    """
    if is_held(credential_id):
        return HeldLogin(credential_id or "")
    return choose_login(tx, target, credential_id)


def is_held(credential_id: str | None) -> bool:
    """Tell whether the id is of a one-time login that is held, and of no stored one."""
    return credential_id is not None and credential_id.startswith(f"{HELD}_")


def let_go(means: Means, connection_id: str, held_id: str) -> None:
    """Forget a one-time login that the caller had held; one that is over already is no error."""
    with means.begin() as tx:
        require(tx, "connection:use", connection_id)
        target, actor = usable_target(tx, connection_id), tx.actor
    means.broker.let_go(actor, target, HeldLogin(held_id))


def choose_login(tx: Tx, target: Target, credential_id: str | None) -> Login:
    """Return the stored login to use: the one that is named, or the only one there is.

    Raises:
        NotAssociated, ChooseLogin: as `look_into` says.
        NeedsStored: a one-time login was named, which does not last.
    """
    if is_held(credential_id):
        raise NeedsStored
    if credential_id is not None:
        require_bound(tx, target, credential_id)
        return StoredLogin(credential_id)
    row = tx.session.get_one(ConnectionRow, target.connection_id)
    found = queries.attached_among(tx.session, row, visible(tx, "credential:use"))
    if len(found) == 1:
        return StoredLogin(found[0])
    if found or DRIVERS[ConnectionType(row.type)].needs_login:
        raise ChooseLogin(are_several=bool(found))
    return NoLogin()
