"""From where an application may call: lists of addresses, which only ever narrow."""

from gatepost_server.authz import require
from gatepost_server.clients.errors import AllowlistOff
from gatepost_server.clients.model import Client, IpAllowlist
from gatepost_server.clients.service.finding import row_for
from gatepost_server.clients.service.presenting import present
from gatepost_server.instance import features
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.keys import checked_allowlist
from gatepost_server.store import Tx


def set_allowlist(tx: Tx, client_id: str, wanted: IpAllowlist) -> Client:
    """Say from where an application may call, or from anywhere.

    Raises:
        AllowlistOff: the instance offers no such lists.
        Invalid: an entry is no address or network, is there twice, or there are more than 100.
    """
    node = require(tx, "app:edit-client", client_id)
    row = row_for(tx, "app:edit-client", client_id)
    before = {"enabled": row.is_ip_checked, "entries": row.ip_allowlist}

    checked = checked_ip(tx, wanted)
    row.is_ip_checked, row.ip_allowlist, row.updated_at = checked.is_enabled, checked.entries, tx.now
    after = {"enabled": row.is_ip_checked, "entries": row.ip_allowlist}
    tx.audit("client:ip-allowlist", "app", node.id, row.name, before=before, after=after)
    return present(tx, [row])[0]


def checked_ip(tx: Tx, wanted: IpAllowlist) -> IpAllowlist:
    """Return an allowlist normalised; turning one on takes the instance's switch, and an entry.

    Raises:
        AllowlistOff, Invalid: as `set_allowlist`.
    """
    entries = checked_allowlist(wanted.entries)
    if wanted.is_enabled and not features(tx, is_managed=False).ip_allowlist:
        raise AllowlistOff
    if wanted.is_enabled and not entries:
        fault = FieldFault("ip_allowlist", "enter at least one address, or turn the list off")
        raise Invalid("An empty list would shut everybody out.", faults=[fault])
    return IpAllowlist(wanted.is_enabled, entries)
