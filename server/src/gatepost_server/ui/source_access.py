"""Who may see, change and share a source; given, changed, taken back."""

from typing import Final

from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.authz import require
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.node_sharing import Place
from gatepost_server.ui.node_sharing_doors import declare_sharing
from gatepost_server.ui.pages import source_access as pages
from gatepost_server.ui.pages.sharing import Shared
from gatepost_server.ui.pages.source_access import share_commands, shared_source
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.sources import source_row
from gatepost_server.ui.visits import SignedIn

router = PageRouter()

_HERE: Final = "/sources/{source_id}/access"


@router.reads(_HERE, action="source:share")
def access_page(visit: SignedIn, source_id: str) -> Response:
    """Show who holds what on a source."""
    with visit.call.read() as tx:
        require(tx, "source:share", source_id)
        row = source_row(tx, apps.get_source(tx, source_id))
        content = pages.access(row, sharing.access_page(tx, visit, source_id), tx.now)
    return visit.page(f"Access to {row.name}", content, "applications")


def _place(source_id: str) -> Place:
    def shared(tx: Tx) -> Shared:
        return shared_source(source_id, apps.get_source(tx, source_id).name)

    return Place(source_id, "source:share", shared, "/sources", "applications", share_commands(source_id))


declare_sharing(router, _HERE, "source_id", "source:share", _place)
