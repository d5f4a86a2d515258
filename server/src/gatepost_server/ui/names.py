"""What people are called now, where a domain kept who it was by id."""

from collections.abc import Iterable

from gatepost_server.authz import principal
from gatepost_server.store import Tx


def labels_of(tx: Tx, who: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return by id what everybody of *who* (id, name at the time) is called; the gone keep that name."""
    known = dict(who)
    found = {who_id: principal(tx, who_id) for who_id in known}
    return {who_id: one.label if one is not None else known[who_id] for who_id, one in found.items()}
