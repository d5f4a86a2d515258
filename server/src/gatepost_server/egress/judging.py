"""May this address be dialed? Pure: no name is resolved and nothing is sent."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepost_server.egress.allowlist import Address, Allowlist, Network

_NAT64: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_METADATA: Final = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
)
_SITE_LOCAL: Final[Network] = ipaddress.ip_network("fec0::/10")
_LAST_32_BITS: Final = 0xFFFFFFFF


class Rule(StrEnum):
    """Which rule decides of an address; the first of them that fits, in this order."""

    METADATA = "metadata"
    LINK_LOCAL = "link-local"
    MULTICAST = "multicast"
    UNSPECIFIED = "unspecified"
    RESERVED = "reserved"
    LISTENER = "listener"
    STORE = "store"
    LISTED = "listed"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    PUBLIC = "public"

    @property
    def verdict(self) -> "Verdict":
        """What comes of it."""
        return _VERDICTS.get(self, Verdict.NEVER)


class Verdict(StrEnum):
    """What comes of judging an address."""

    OPEN = "open"
    LISTED = "listed"
    PRIVATE = "private"
    NEVER = "never"

    @property
    def may_be_dialed(self) -> bool:
        """Tell whether the address may be dialed."""
        return self in (Verdict.OPEN, Verdict.LISTED)


_VERDICTS: Final = {
    Rule.LISTED: Verdict.LISTED,
    Rule.LOOPBACK: Verdict.PRIVATE,
    Rule.PRIVATE: Verdict.PRIVATE,
    Rule.PUBLIC: Verdict.OPEN,
}


@dataclass(frozen=True)
class Judged:
    """An address, the rule that decides of it, and the entry of the list that opens it."""

    address: Address
    rule: Rule
    entry: str | None = None

    @property
    def may_be_dialed(self) -> bool:
        """Tell whether the address may be dialed."""
        return self.rule.verdict.may_be_dialed


@dataclass(frozen=True)
class Own:
    """Where Gatepost itself listens, and its store: never dialed for anybody.

    `ports` are this machine's, at whichever of its addresses; `stores` are addresses and names, since a
    name may lead elsewhere by now.
    """

    ports: frozenset[int] = frozenset()
    stores: frozenset[tuple[str, int]] = frozenset()
    is_local: Callable[[Address], bool] = lambda address: address.is_loopback


def judge(host: str, address: Address, port: int, allowed: Allowlist, own: Own) -> Judged:
    """Return whether *address*, which *host* stands for, may be dialed at *port*, and by which rule.

    Addresses that carry another one are judged by what they carry: a translated or
    tunnelled loopback is a loopback.
    """
    inner = unwrapped(address)
    never = _never(inner)
    if never is not None:
        return Judged(address, never)
    if port in own.ports and own.is_local(inner):
        return Judged(address, Rule.LISTENER)
    if (str(inner), port) in own.stores or (host.lower().rstrip("."), port) in own.stores:
        return Judged(address, Rule.STORE)
    if inner.is_loopback or not inner.is_global or inner in _SITE_LOCAL:
        entry = allowed.entry_for(host, inner, port)
        if entry is not None:
            return Judged(address, Rule.LISTED, entry)
        return Judged(address, Rule.LOOPBACK if inner.is_loopback else Rule.PRIVATE)
    return Judged(address, Rule.PUBLIC)


def _never(address: Address) -> Rule | None:
    found = {
        Rule.METADATA: address in _METADATA,
        Rule.LINK_LOCAL: address.is_link_local,
        Rule.MULTICAST: address.is_multicast,
        Rule.UNSPECIFIED: address.is_unspecified,
        Rule.RESERVED: address.is_reserved and not address.is_loopback,
    }
    return next((rule for rule, fits in found.items() if fits), None)


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries in whatever way, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour
    if carried is None and address.teredo is not None:
        carried = address.teredo[1]
    is_translated = any(address in one for one in _NAT64)
    is_compatible = int(address) >> 32 == 0 and int(address) > 1  # the old form ::127.0.0.1
    if carried is None and (is_translated or is_compatible):
        carried = ipaddress.IPv4Address(int(address) & _LAST_32_BITS)
    return carried or address
