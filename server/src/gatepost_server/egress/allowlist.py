"""The administrator's list of private places that connections may lead to."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid

LONGEST_LIST: Final = 200
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_HOST: Final = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")
_AT_PORT: Final = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<four>[0-9.]+)):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Allowlist:
    """Private places that are let through: exact `address:port`, networks and host names.

    The loopback address is opened by an exact `address:port` only. What is always refused
    (link-local, metadata, multicast, Gatepost's own) no entry opens.
    """

    exact: frozenset[tuple[Address, int]] = frozenset()
    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Allowlist":
        """Read entries as `normalized` gave them out.

        Raises:
            Invalid: one is none of the three forms; the fault says which.
        """
        exact, networks, hosts = set(), [], set()
        for number, entry in enumerate(entries):
            read = _read(entry.strip(), number)
            if isinstance(read, tuple):
                exact.add(read)
            elif isinstance(read, str):
                hosts.add(read)
            else:
                networks.append(read)
        return cls(frozenset(exact), tuple(networks), frozenset(hosts))

    def entry_for(self, host: str, address: Address, port: int) -> str | None:
        """Return the entry by which a private *address* that *host* stands for may be dialed at *port*."""
        if (address, port) in self.exact:
            return _written((address, port))
        if address.is_loopback:
            return None
        name = host.lower().rstrip(".")
        if name in self.hosts:
            return name
        fitting = (one for one in self.networks if address.version == one.version and address in one)
        return next((_written(one) for one in fitting), None)


def normalized(entries: Iterable[str]) -> list[str]:
    """Return *entries* as they are kept: each in one way of writing, none twice.

    Raises:
        Invalid: one is no entry, or there are too many.
    """
    found = []
    for number, entry in enumerate(entries):
        text = _written(_read(entry.strip(), number))
        if text not in found:
            found.append(text)
    if len(found) > LONGEST_LIST:
        fault = FieldFault("egress.allow", f"at most {LONGEST_LIST} entries")
        raise Invalid("The list is too long.", faults=[fault], code="egress-invalid")
    return found


def _written(read: tuple[Address, int] | Network | str) -> str:
    if not isinstance(read, tuple):
        return str(read)
    address, port = read
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"  # noqa: PLR2004


def _read(entry: str, number: int) -> tuple[Address, int] | Network | str:
    at_port = _AT_PORT.fullmatch(entry)
    try:
        if at_port is not None:
            port = int(at_port["port"])
            if not 0 < port < 1 << 16:
                raise _bad(number, "the port is 1 to 65535")
            return ipaddress.ip_address(at_port["six"] or at_port["four"]), port
        if "/" in entry or ":" in entry or entry.replace(".", "").isdigit():
            network = ipaddress.ip_network(entry)
            if network.prefixlen == 0:
                raise _bad(number, "this would be every address there is")
            if network.is_loopback:
                raise _bad(number, "name a loopback address with its port, as 127.0.0.1:5432")
            return network
    except ValueError:
        raise _bad(number, "an address:port, a network as 10.1.0.0/16, or a host name") from None
    host = entry.lower().rstrip(".")
    if not _HOST.fullmatch(host):
        raise _bad(number, "an address:port, a network as 10.1.0.0/16, or a host name")
    return host


def _bad(number: int, why: str) -> Invalid:
    fault = FieldFault(f"egress.allow[{number}]", why)
    return Invalid("An entry of the list cannot be used.", faults=[fault], code="egress-invalid")
