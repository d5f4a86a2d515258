"""Which data connections code may reach at all."""

from typing import Final

from gatepost_server import connections
from gatepost_server.apps.errors import NotReachedByCode
from gatepost_server.connections import Connection, ConnectionType
from gatepost_server.store import Tx

_SPEAKS_SQL: Final = (
    ConnectionType.POSTGRESQL,
    ConnectionType.MYSQL,
    ConnectionType.SQLITE,
    ConnectionType.DUCKDB,
)


def is_reached(kept: Connection) -> bool:
    """Tell whether code may reach a connection: it takes statements, and is not for people in person."""
    return not kept.restricted and not kept.impersonate and kept.type in _SPEAKS_SQL


def require_reached(tx: Tx, connection_id: str) -> None:
    """Let the call go on only with a connection that code may reach.

    Raises:
        NotReachedByCode: it is for people alone, or its source takes no statements.
    """
    kept = connections.get_connection(tx, connection_id)
    if not is_reached(kept):
        raise NotReachedByCode(kept.name)
