"""The address a call comes from (security.md, "Client IP")."""

import ipaddress
from collections.abc import Sequence
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_FORWARDED: Final = "x-forwarded-for"


def parse_proxies(text: str) -> tuple[Network, ...]:
    """Read the trusted proxies of the settings: addresses or networks, comma-separated.

    Raises:
        ValueError: an entry is neither.
    """
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def client_ip(peer: str | None, headers: Sequence[tuple[str, str]], proxies: Sequence[Network]) -> str | None:
    """Return the caller's address: the peer, unless it is a proxy that is trusted.

    Then the right-most entry of X-Forwarded-For that is not such a proxy; None when it
    cannot be read, so that an allowlist refuses.
    """
    address = _address(peer)
    if address is None:
        return None
    if not _is_trusted(address, proxies):
        return str(address)
    lines = [value for name, value in headers if name == _FORWARDED]
    for entry in reversed([part.strip() for part in ",".join(lines).split(",") if part.strip()]):
        forwarded = _address(entry)
        if forwarded is None:
            return None
        if not _is_trusted(forwarded, proxies):
            return str(forwarded)
    return str(address)


def ip_behind_gate(headers: Sequence[tuple[str, str]], proxies: Sequence[Network]) -> str | None:
    """Return the caller's address for a process behind Envoy.

    Envoy appends its socket peer to X-Forwarded-For, so the right-most entry is the peer
    and the entries before it are what the client sent.
    """
    entries = [
        part.strip()
        for name, value in headers
        if name == _FORWARDED
        for part in value.split(",")
        if part.strip()
    ]
    if not entries:
        return None
    return client_ip(entries[-1], [(_FORWARDED, ",".join(entries[:-1]))], proxies)


def _address(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        # A zone names an interface of whoever wrote it: it says nothing here, and may be any text.
        address = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def _is_trusted(address: ipaddress.IPv4Address | ipaddress.IPv6Address, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)
