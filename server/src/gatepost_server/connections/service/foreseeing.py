"""Foreseeing: how many are associated, and whose credentials a change would leave behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatepost_server import vault
from gatepost_server.authz import allowed_on, may, require, visible
from gatepost_server.connections import queries
from gatepost_server.connections.drivers import endpoint_of
from gatepost_server.connections.errors import NotAssociated
from gatepost_server.connections.model import ConnectionType
from gatepost_server.connections.service.detaching import goes_along
from gatepost_server.connections.service.keeping import Changes, moved
from gatepost_server.connections.tables import AssociationRow, ConnectionRow
from gatepost_server.store import Tx


@dataclass(frozen=True)
class Losing:
    """Whose credentials a change would detach.

    How many other people's, with the `names` of those one may know, and how many of one's `own`:
    none once the password was confirmed lately.
    """

    people: int
    names: Sequence[str]
    own: int = 0


def count_credentials(tx: Tx, connection_ids: Sequence[str]) -> dict[str, int]:
    """Return how many credentials that the caller may see each connection has; none are left out."""
    return queries.credentials_by_connection(tx.session, connection_ids, visible(tx, "credential:list"))


def count_connections(tx: Tx, credential_ids: Sequence[str]) -> dict[str, int]:
    """Return how many connections that the caller may see each credential has; none are left out."""
    return queries.connections_by_credential(tx.session, credential_ids, visible(tx, "connection:list"))


@dataclass(frozen=True)
class Separation:
    """What taking an association away would do: `is_last` when the credential is left with no connection."""

    connection_name: str
    is_last: bool


def rehearse_separation(tx: Tx, connection_id: str, credential_id: str) -> Separation:
    """Return what `separate` would do, for who owns the credential; what they no longer see counts too.

    Raises:
        NotAssociated: it is not associated with that connection.
    """
    vault.require_own(tx, credential_id)
    if tx.session.get(AssociationRow, (connection_id, credential_id)) is None:
        raise NotAssociated
    name = "a connection that you no longer see"
    if may(tx, "connection:list", connection_id):
        name = tx.session.get_one(ConnectionRow, connection_id).name
    return Separation(name, queries.how_many_of(tx.session, credential_id) == 1)


def rehearse_edit(tx: Tx, connection_id: str, changes: Changes) -> Losing:
    """Return whose credentials `edit_connection` would detach with *changes*.

    Raises:
        Invalid: what is given cannot be used.
    """
    require(tx, "connection:edit", connection_id)
    row = tx.session.get_one(ConnectionRow, connection_id)
    type_, params = moved(row, changes)
    if endpoint_of(type_, params) == endpoint_of(ConnectionType(row.type), row.params):
        return Losing(0, ())
    rows = queries.associations_at(tx.session, connection_id)
    ids = [one.credential_id for one in rows if one.generation == row.generation]
    lost = [one for one in vault.known_credentials(tx, ids).values() if not goes_along(tx, one)]
    others = [one for one in lost if one.owner_id != tx.actor.principal_id]
    seen = allowed_on(tx, "credential:list", [one.id for one in others])
    names = {one.owner_name for one in others if one.id in seen and one.owner_name}
    return Losing(len({one.owner_id for one in others}), sorted(names), len(lost) - len(others))
