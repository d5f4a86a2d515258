"""Who may use a stored credential: to sign in with it, never to see it; given, changed, taken back."""

from typing import Final

from starlette.responses import Response

from gatepost_server import vault
from gatepost_server.authz import require
from gatepost_server.store import Tx
from gatepost_server.ui.node_sharing import Place
from gatepost_server.ui.node_sharing_doors import declare_sharing
from gatepost_server.ui.pages.connection_sharing import share_commands, shared_credential
from gatepost_server.ui.pages.sharing import Shared
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()

_HERE: Final = "/credentials/{credential_id}/access"


@router.reads(_HERE, action="credential:share")
def access_page(visit: SignedIn, credential_id: str) -> Response:
    """Lead to the credential, whose page says who may use it."""
    with visit.call.read() as tx:
        require(tx, "credential:share", credential_id)
    return visit.go(f"/credentials/{credential_id}")


def _place(credential_id: str) -> Place:
    def shared(tx: Tx) -> Shared:
        return shared_credential(credential_id, vault.get_credential(tx, credential_id).name)

    same = share_commands("credentials", credential_id)
    return Place(credential_id, "credential:share", shared, "/credentials", "", same)


declare_sharing(router, _HERE, "credential_id", "credential:share", _place)
