"""From where an application may call: lists of addresses; they narrow, or are trusted if owners say so."""

from ipaddress import ip_network
from typing import Final

from gatepost_server.authz import require
from gatepost_server.clients.errors import AllowlistOff, IpTrustOff
from gatepost_server.clients.model import Client, IpAllowlist
from gatepost_server.clients.service.finding import row_for
from gatepost_server.clients.service.presenting import present
from gatepost_server.clients.tables import ClientRow
from gatepost_server.instance import features
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.keys import checked_allowlist
from gatepost_server.store import Tx

_NARROWEST: Final = {4: 24, 6: 64}
"""How wide a network may be whose addresses are trusted, by version of the protocol (security.md §7)."""


def set_allowlist(tx: Tx, client_id: str, wanted: IpAllowlist) -> Client:
    """Say from where an application may call, or from anywhere.

    To trust addresses is to give out a secret that is none: it takes what making a secret takes,
    also where more addresses are to be trusted.

    Raises:
        AllowlistOff, IpTrustOff: the instance offers no such lists, or does not let them be trusted.
        Invalid: an entry is no address or network, is there twice, is too wide to be trusted, or there
            are more than 100.
    """
    node = require(tx, "app:edit-client", client_id)
    if wanted.is_trusted:
        require(tx, "app:make-secret", client_id)
    row = row_for(tx, "app:edit-client", client_id)
    before = _told(row)

    checked = checked_ip(tx, wanted)
    row.is_ip_checked, row.ip_allowlist, row.updated_at = checked.is_enabled, checked.entries, tx.now
    row.is_ip_trusted = checked.is_trusted
    after = _told(row)
    tx.audit("client:ip-allowlist", "app", node.id, row.name, before=before, after=after)
    return present(tx, [row])[0]


def checked_ip(tx: Tx, wanted: IpAllowlist) -> IpAllowlist:
    """Return an allowlist normalised; turning one on takes the instance's switch, and an entry.

    Raises:
        AllowlistOff, IpTrustOff, Invalid: as `set_allowlist`.
    """
    entries = checked_allowlist(wanted.entries)
    if wanted.is_enabled and not features(tx, is_managed=False).ip_allowlist:
        raise AllowlistOff
    if wanted.is_enabled and not entries:
        fault = FieldFault("ip_allowlist", "enter at least one address, or turn the list off")
        raise Invalid("An empty list would shut everybody out.", faults=[fault])
    if wanted.is_trusted:
        _check_trusted(tx, wanted.is_enabled, entries)
    return IpAllowlist(wanted.is_enabled, entries, wanted.is_trusted)


def _check_trusted(tx: Tx, is_enabled: bool, entries: str) -> None:
    if not features(tx, is_managed=False).ip_trust:
        raise IpTrustOff
    if not is_enabled:
        fault = FieldFault("ip_allowlist", "turn the list on, or ask for signatures")
        raise Invalid("Addresses that are not listed are not trusted.", faults=[fault])
    networks = [ip_network(entry, strict=False) for entry in entries.split(";")]
    wide = [str(one) for one in networks if one.prefixlen < _NARROWEST[one.version]]
    if wide:
        fault = FieldFault("ip_allowlist", f"{wide[0]} is too wide: /24 at most, of IPv6 /64")
        raise Invalid("So many addresses are not trusted without a signature.", faults=[fault])


def _told(row: ClientRow) -> dict[str, object]:
    return {
        "enabled": row.is_ip_checked, "entries": row.ip_allowlist,
        "mode": "trust" if row.is_ip_trusted else "require",
    }  # fmt: skip
