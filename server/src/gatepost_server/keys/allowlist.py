"""IP allowlists of keys: they only ever narrow (security.md, "IP allowlist syntax")."""

import ipaddress
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid

_MOST: Final = 100

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def checked_allowlist(text: str) -> str:
    """Return *text* (entries separated by `;`) normalised; empty means no restriction.

    Raises:
        Invalid: an entry is not an address or network, is written twice, is /0, has
            leading zeros, or there are more than 100.
    """
    entries = [entry.strip() for entry in text.split(";") if entry.strip()]
    if len(entries) > _MOST:
        raise Invalid("Too many addresses.", faults=[FieldFault("ip_allowlist", f"at most {_MOST}")])
    seen: list[str] = []
    for entry in entries:
        network = str(_network(entry))
        if network in seen:
            raise Invalid("An address is listed twice.", faults=[FieldFault("ip_allowlist", network)])
        seen.append(network)
    return ";".join(seen)


def is_listed(allowlist: str | None, ip: str | None) -> bool:
    """Tell whether a call from *ip* may use a key with *allowlist*; unknown addresses not."""
    if not allowlist:
        return True
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    judged = mapped or address
    return any(judged in ipaddress.ip_network(entry) for entry in allowlist.split(";"))


def _network(entry: str) -> Network:
    try:
        network = ipaddress.ip_network(entry, strict=False)
    except ValueError as error:
        raise Invalid(
            "Not an address.",
            faults=[FieldFault("ip_allowlist", f"{entry[:60]} is not an address or network")],
        ) from error
    if network.prefixlen == 0:
        raise Invalid("Too wide.", faults=[FieldFault("ip_allowlist", "/0 would allow everybody")])
    return network
