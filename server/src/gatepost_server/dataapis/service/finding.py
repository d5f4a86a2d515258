"""Finding the data API that an address names, with the right to do something about it."""

from gatepost_server.authz import Node, require
from gatepost_server.dataapis import queries
from gatepost_server.dataapis.tables import DataApiRow
from gatepost_server.store import Tx


def require_api(tx: Tx, action: str, project_key: str, ref: str) -> Node:
    """Find a project's data API by its name, id, slug or number, and require *action* on it.

    No right on the project is asked: who was given the API alone may use it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `authz.require`.
    """
    return require(tx, action, queries.api_id_of(tx.session, project_key, ref) or "")


def require_api_meant(tx: Tx, action: str, ref: str) -> Node:
    """Find a data API of any project by its id, slug or number; refuses as `require_api`."""
    return require(tx, action, queries.api_id_of(tx.session, None, ref) or "")


def row_of(tx: Tx, api_id: str, *, for_change: bool = False) -> DataApiRow:
    """Return the row of an API whose node was found."""
    return tx.session.get_one(DataApiRow, api_id, with_for_update=for_change)
