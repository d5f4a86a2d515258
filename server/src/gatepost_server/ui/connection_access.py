"""Who may use a data connection; given, changed, taken back."""

from typing import Final

from starlette.responses import Response

from gatepost_server import connections
from gatepost_server.authz import require
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.node_sharing import Place
from gatepost_server.ui.node_sharing_doors import declare_sharing
from gatepost_server.ui.pages.connection_sharing import access, share_commands, shared_connection
from gatepost_server.ui.pages.sharing import Shared
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()

_HERE: Final = "/connections/{connection_id}/access"


@router.reads(_HERE, action="connection:share")
def access_page(visit: SignedIn, connection_id: str) -> Response:
    """Show who holds what on a connection."""
    with visit.call.read() as tx:
        require(tx, "connection:share", connection_id)
        of, rows = view_of(tx, visit, connection_id), sharing.access_page(tx, visit, connection_id)
        content = access(of, rows, tx.now, visit.url)
    return visit.page(of.one.name, content, "data")


def _place(connection_id: str) -> Place:
    def shared(tx: Tx) -> Shared:
        return shared_connection(connection_id, connections.get_connection(tx, connection_id).name)

    same = share_commands("connections", connection_id)
    return Place(connection_id, "connection:share", shared, "/connections", "data", same)


declare_sharing(router, _HERE, "connection_id", "connection:share", _place)
