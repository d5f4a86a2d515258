"""Background work on people: clearing away what has ended."""

from datetime import timedelta
from typing import Final

from gatepost_server.authz import INSTANCE
from gatepost_server.identity.service.ending import ended_sessions, remove_ended_codes, remove_sessions
from gatepost_server.store import Tx, forget_full

_BATCH: Final = 500


def sweep(tx: Tx, idle: timedelta) -> int:
    """Delete sessions and codes that are over; return how many sessions went.

    They are refused from the moment they end; this only frees their rows.
    """
    ids = ended_sessions(tx, idle, _BATCH)
    if ids:
        remove_sessions(tx, ids)
        tx.audit("session:sweep", "instance", INSTANCE, "ended sessions", after={"sessions": len(ids)})
    remove_ended_codes(tx)
    forget_full(tx)
    return len(ids)
