"""Which private places connections may lead to: the administrators' list."""

from collections.abc import Sequence
from typing import Final

from gatepost_server.authz import INSTANCE, require_instance
from gatepost_server.egress import Allowlist, normalized
from gatepost_server.instance.tables import SettingRow
from gatepost_server.store import Tx

_EGRESS: Final = "egress"


def allowlist(tx: Tx) -> Allowlist:
    """Return the list in force, for what dials; asks for no right."""
    return Allowlist.of(_entries(tx))


def read_egress(tx: Tx) -> Sequence[str]:
    """Return the entries as they are kept, for administrators."""
    require_instance(tx, "settings:read")
    return _entries(tx)


def change_egress(tx: Tx, entries: Sequence[str]) -> Sequence[str]:
    """Replace the list; what is dialed from now on is judged by it.

    Raises:
        Invalid: an entry is no `address:port`, network or host name, or there are too many.
    """
    require_instance(tx, "settings:change")
    before, after = _entries(tx), normalized(entries)
    tx.session.merge(SettingRow(name=_EGRESS, value={"allow": after}))
    tx.audit(
        "settings:change", "instance", INSTANCE, "egress", before={"allow": before}, after={"allow": after}
    )
    return after


def _entries(tx: Tx) -> list[str]:
    row = tx.session.get(SettingRow, _EGRESS)
    return [] if row is None else [str(entry) for entry in row.value["allow"]]
