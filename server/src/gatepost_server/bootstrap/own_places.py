"""Where this instance itself listens, and where its store is: nothing of it is ever dialed for anybody."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from sqlalchemy import make_url

from gatepost_server.egress import Address, Own, is_of_this_machine, unwrapped
from gatepost_server.settings import Settings

_POSTGRESQL_PORT: Final = 5432


def own_of(settings: Settings) -> Own:
    """Return where this instance listens and where its store is: nothing of it is ever dialed."""
    named = frozenset(_stores(settings))
    found = {(address, port) for host, port in named for address in _addresses(host, port)}
    here = {port for host, port in named if host.startswith("/")}  # a socket of this machine's own server
    here |= {port for address, port in found if is_of_this_machine(address)}
    stores = frozenset((str(address), port) for address, port in found)
    return Own(frozenset({settings.port, *here}), stores | named, is_of_this_machine)


def _stores(settings: Settings) -> Iterator[tuple[str, int]]:
    """Yield host and port of every server that the store's address names, in whichever of its ways."""
    if settings.store is None:
        return
    url = make_url(settings.store)
    ports = [int(one) for one in _listed(url.query.get("port")) if one.isdigit()]
    fallback = url.port or (ports[0] if ports else _POSTGRESQL_PORT)
    hosts = [url.host or "", *_listed(url.query.get("host")), *_listed(url.query.get("hostaddr"))]
    for host in filter(None, hosts):
        bare, colon, own = host.rpartition(":")
        is_with_port = bool(colon) and own.isdigit() and (":" not in bare or bare.endswith("]"))
        name = (bare if is_with_port else host).strip("[]").lower().rstrip(".")
        for port in {int(own)} if is_with_port else {fallback, *ports}:
            yield name, port


def _listed(value: str | tuple[str, ...] | None) -> list[str]:
    values = () if value is None else (value,) if isinstance(value, str) else value
    return [one for text in values for one in text.split(",")]


def _addresses(host: str, port: int) -> list[Address]:
    if host.startswith("/"):
        return []
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [unwrapped(ip_address(str(one[4][0]).partition("%")[0])) for one in found]
