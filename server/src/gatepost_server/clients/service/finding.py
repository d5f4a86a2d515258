"""Finding the client facet of an application that the caller may know of."""

from gatepost_server.authz import Hidden
from gatepost_server.clients.tables import ClientRow
from gatepost_server.store import Tx


def row_for(tx: Tx, action: str, client_id: str, *, for_change: bool = True) -> ClientRow:
    """Return the facet's row, kept from others who change it; the right to *action* has been asked.

    Raises:
        Hidden: the application has none.
    """
    row = tx.session.get(ClientRow, client_id, with_for_update=for_change)
    if row is None:
        raise Hidden(action, client_id)
    return row
