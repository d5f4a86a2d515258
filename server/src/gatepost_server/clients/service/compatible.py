"""Whether an application's calls may come on the compatible path, in the form of vendors' clients."""

from gatepost_server.authz import require
from gatepost_server.clients.errors import CompatibleOff
from gatepost_server.clients.model import Client
from gatepost_server.clients.service.finding import row_for
from gatepost_server.clients.service.presenting import present
from gatepost_server.instance import features
from gatepost_server.store import Tx


def set_compatible(tx: Tx, client_id: str, *, is_on: bool) -> Client:
    """Let an application call on the compatible path, or only in the strict form.

    Raises:
        CompatibleOff: it was to be turned on, and the instance does not offer it.
    """
    node = require(tx, "app:edit-client", client_id)
    row = row_for(tx, "app:edit-client", client_id)
    if is_on and not features(tx, is_managed=False).compatible_calls:
        raise CompatibleOff
    before = {"enabled": row.is_compatible}
    row.is_compatible, row.updated_at = is_on, tx.now
    tx.audit("client:compatible", "app", node.id, row.name, before=before, after={"enabled": is_on})
    return present(tx, [row])[0]
