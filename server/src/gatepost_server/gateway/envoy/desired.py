"""What the gate should be: the input of the configuration, plain values only."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gatepost_server.gateway.cores import asked_at_once
from gatepost_server.settings import Folders, Settings

Json = Mapping[str, object]


@dataclass(frozen=True)
class Upstream:
    """One running deployment: the cluster that names it, and the sockets of its relays.

    With *is_sticky* who comes again with the same affinity gets to the same one.
    """

    cluster: str
    socket: Path
    more: tuple[Path, ...] = ()
    is_sticky: bool = False

    @property
    def sockets(self) -> tuple[Path, ...]:
        """Every socket."""
        return (self.socket, *self.more)


@dataclass(frozen=True)
class KeyPair:
    """A certificate with its chain, and its private key, as PEM files."""

    chain: Path
    key: Path


@dataclass(frozen=True)
class Gate:
    """One gate: where it listens, whom it asks, and what it may route to.

    The first *asked_at_once* authorizers are asked, any of them; the others only when those fail.
    With a *key_pair* it speaks TLS. Where *apps_are_trusted* browsers find them below `/content/`.
    """

    host: str
    port: int
    control_origin: str
    apps_suffix: str
    control_socket: Path
    calls_socket: Path
    authorizer_sockets: tuple[Path, ...]
    admin_socket: Path
    folder: Path
    upstreams: tuple[Upstream, ...] = field(default=())
    asked_at_once: int = 1
    key_pair: KeyPair | None = None
    apps_are_trusted: bool = False

    @cached_property
    def apps_domain(self) -> str:
        """The apps' domain without a port, as it is matched against a Host."""
        return (
            self.apps_suffix.rsplit(":", 1)[0]
            if self.apps_suffix.rpartition(":")[2].isdigit()
            else self.apps_suffix
        )


def gate_of(settings: Settings, folders: Folders, upstreams: tuple[Upstream, ...] = ()) -> Gate:
    """Return the gate that *settings* ask for, routing to *upstreams*."""
    count = settings.authorizers()
    return Gate(
        host=settings.host,
        port=settings.port,
        control_origin=settings.public_url(),
        apps_suffix=settings.apps_host_suffix(),
        control_socket=folders.control_socket,
        calls_socket=folders.calls_socket,
        authorizer_sockets=tuple(folders.authorizer_socket(number) for number in range(1, count + 1)),
        admin_socket=folders.envoy_admin_socket,
        folder=folders.envoy,
        upstreams=upstreams,
        asked_at_once=asked_at_once(count, os.cpu_count() or 1, is_embedded=settings.store is None),
        key_pair=key_pair_of(settings),
        apps_are_trusted=settings.apps_are_trusted,
    )


def key_pair_of(settings: Settings) -> KeyPair | None:
    """Return the certificate that *settings* name; None where somebody else ends TLS, or nobody."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    return KeyPair(settings.tls_certificate.absolute(), settings.tls_key.absolute())
