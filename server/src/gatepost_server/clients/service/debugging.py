"""Signature debugging: for an hour at most, a refused signature shows the text that was to be signed."""

from datetime import timedelta

from gatepost_server.authz import require
from gatepost_server.clients.model import MOST_DEBUGGING, Client
from gatepost_server.clients.service.finding import row_for
from gatepost_server.clients.service.presenting import present
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx


def set_debugging(tx: Tx, client_id: str, minutes: int) -> Client:
    """Let refused calls show what was to be signed for so many minutes; 0 ends it. It ends by itself.

    Raises:
        Invalid: less than nothing, or more than an hour.
    """
    node = require(tx, "app:edit-client", client_id)
    row = row_for(tx, "app:edit-client", client_id)
    most = int(MOST_DEBUGGING.total_seconds()) // 60
    if not 0 <= minutes <= most:
        fault = FieldFault("minutes", f"0 to {most}; 0 turns it off")
        raise Invalid("Debugging cannot last that long.", faults=[fault])
    row.debug_until = tx.now + timedelta(minutes=minutes) if minutes else None
    tx.audit("client:debugging", "app", node.id, row.name, after={"minutes": minutes})
    return present(tx, [row])[0]
