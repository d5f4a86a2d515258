"""What connections and their logins are called, for who may see them."""

from collections.abc import Sequence

from sqlalchemy import select

from gatepost_server import vault
from gatepost_server.authz import visible
from gatepost_server.connections.tables import ConnectionRow
from gatepost_server.store import Tx


def seen_names(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those connections of *ids* that the caller may see."""
    query = select(ConnectionRow.id, ConnectionRow.name).where(
        ConnectionRow.id.in_(ids), ConnectionRow.id.in_(visible(tx, "connection:list"))
    )
    return {row.id: row.name for row in tx.session.execute(query)}


def seen_logins(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those stored credentials of *ids* that the caller may see."""
    return {one: kept.name for one, kept in vault.seen_credentials(tx, ids).items()}
