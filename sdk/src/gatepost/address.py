"""The address of a server: checked once, compared as an origin."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gatepost.errors import Invalid

DEFAULT_SERVER = "http://localhost:8080"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """Where a server is; two addresses are equal when they are the same origin.

    Only an application's own way in has a *path*: it may be a secret, and is never shown.
    """

    origin: str
    is_secure: bool
    host: str
    path: str = field(default="", repr=False)

    @property
    def base(self) -> str:
        """Where calls go."""
        return self.origin + self.path

    @property
    def is_loopback(self) -> bool:
        """True when nothing that is sent there leaves this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return self.origin


def address_of(text: str) -> Address:
    """Read what a person or a setting calls the server.

    A path is dropped only when it is a bare slash, so that a content URL is not taken for
    the server by mistake.

    Raises:
        Invalid: it is not an http or https address, or holds more than host and port.
    """
    spelled = text.strip()
    parts = urlsplit(spelled if "://" in spelled else f"https://{spelled}")
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _PORTS or not parts.hostname or port == -1:
        raise Invalid(
            f"{text!r} is not a server address; write it like https://gatepost.example.", code="bad-server"
        )
    if parts.username or parts.password or parts.query or parts.fragment or parts.path not in ("", "/"):
        detail = f"{text!r} holds more than a server's address; write only scheme, host and port."
        raise Invalid(detail, code="bad-server")
    host = parts.hostname.lower()
    shown = f"[{host}]" if ":" in host else host
    ending = "" if port is None or port == _PORTS[parts.scheme] else f":{port}"
    return Address(f"{parts.scheme}://{shown}{ending}", parts.scheme == "https", host)
