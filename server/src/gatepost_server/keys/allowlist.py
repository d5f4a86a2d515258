"""IP allowlists of keys: they only ever narrow (security.md, "IP allowlist syntax")."""

import ipaddress
import re
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid

_MOST: Final = 100
_MAPPED: Final = 96
# An address, and a prefix length without leading zeros: no masks, zones or other numbers,
# which readers of addresses disagree about (PSF-2024-5).
_FORM: Final = re.compile(r"[0-9A-Fa-f.:]+(/(0|[1-9][0-9]{0,2}))?")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def checked_allowlist(text: str) -> str:
    """Return *text* (entries separated by `;`) normalised; empty means no restriction.

    Raises:
        Invalid: an entry is not an address or network, is written twice, is /0, has
            a mask or leading zeros, or there are more than 100.
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


def is_covered(allowlist: str, by: str) -> bool:
    """Tell whether every address of *allowlist* is on the list *by*; both are normalised."""
    wide = [ipaddress.ip_network(entry) for entry in by.split(";")]
    narrow = [ipaddress.ip_network(entry) for entry in allowlist.split(";")]
    return all(any(_is_within(one, other) for other in wide) for one in narrow)


def _is_within(one: Network, other: Network) -> bool:
    is_long_enough = one.version == other.version and one.prefixlen >= other.prefixlen
    return is_long_enough and one.network_address in other


def _network(entry: str) -> Network:
    network = _parsed(entry) if _FORM.fullmatch(entry) else None
    if network is None:
        fault = FieldFault("ip_allowlist", f"{entry[:60]!r} is not an address or network")
        raise Invalid("Not an address.", faults=[fault])
    if network.prefixlen == 0:
        raise Invalid("Too wide.", faults=[FieldFault("ip_allowlist", "/0 would allow everybody")])
    return network


def _parsed(entry: str) -> Network | None:
    """Read *entry*; what is an IPv4 network written as IPv6 becomes the IPv4 one."""
    try:
        network = ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None
    first = network.network_address
    mapped = first.ipv4_mapped if isinstance(first, ipaddress.IPv6Address) else None
    if mapped is None or network.prefixlen < _MAPPED:
        return network
    return ipaddress.ip_network((mapped, network.prefixlen - _MAPPED))
