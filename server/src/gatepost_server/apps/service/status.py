"""What the runtime said of itself: read by the doors, written by the desk."""

from gatepost_server.apps.model import AppState
from gatepost_server.apps.queries import apps as queries
from gatepost_server.apps.tables import RuntimeStatusRow
from gatepost_server.apps.views import RuntimeStatus
from gatepost_server.store import Tx

THE_RUNTIME = "runtime"


def runtime_status(tx: Tx) -> RuntimeStatus | None:
    """Return the runtime's last report; None before the first. For everyone who is known."""
    row = tx.session.get(RuntimeStatusRow, THE_RUNTIME)
    if row is None:
        return None
    value = dict(row.value)
    pythons, exact = tuple(value.pop("pythons", ())), tuple(value.pop("exact_limits", ()))
    return RuntimeStatus(isolation=row.isolation, pythons=pythons, exact_limits=exact, at=row.at, **value)


def count_states(tx: Tx) -> dict[AppState, int]:
    """Return how many applications are in each state; who asks has asked for `health:read`."""
    return queries.count_states(tx.session)


def write_status(tx: Tx, status: RuntimeStatus) -> None:
    """Keep *status* as the last report."""
    value = {
        "is_accepted": status.is_accepted,
        "advice": status.advice,
        "r_version": status.r_version,
        "r_missing": status.r_missing,
        "pythons": list(status.pythons),
        "exact_limits": list(status.exact_limits),
    }
    tx.session.merge(RuntimeStatusRow(name=THE_RUNTIME, isolation=status.isolation, value=value, at=tx.now))
