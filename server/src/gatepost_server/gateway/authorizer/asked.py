"""A request as Envoy asks about it; parsed once, plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.gateway.headers import ADDRESSES

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NAVIGATIONS: Final = frozenset({"document", "iframe", "frame"})
PREFIX: Final = "/check"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came over the wire; header names are in lower case.

    `first` holds the first line of each header.
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    first: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Asked:
    """Method, authority (lower-case), path and query as sent, headers as in `Request`."""

    method: str
    host: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    first: Mapping[str, str]

    def one(self, name: str) -> str | None:
        """Return the first line of header *name*."""
        return self.first.get(name)

    @property
    def peer(self) -> str | None:
        """The socket's peer: what Envoy appended last."""
        line = self.one(ADDRESSES)
        return None if line is None else line.rpartition(",")[2].strip()

    @property
    def target(self) -> str:
        """Path and query together."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def is_upgrade(self) -> bool:
        """True for a WebSocket handshake."""
        return self.one("x-gp-upgrade") is not None

    @property
    def cookies(self) -> list[str]:
        """Every line of the Cookie header."""
        return [value for name, value in self.headers if name == "cookie"]

    @property
    def is_framed(self) -> bool:
        """True when a frame is to show the answer."""
        return self.one("sec-fetch-dest") in ("iframe", "frame")

    @property
    def length(self) -> int:
        """The announced length of the body; 0 when none was announced."""
        text = self.one("x-gp-length") or "0"
        return int(text) if text.isdigit() else 0

    def wants_page(self) -> bool:
        """True when a browser is going somewhere, rather than a program or a script calling.

        Says nothing about credentials: a header credential makes any caller a program.
        """
        if self.method not in ("GET", "HEAD") or self.is_upgrade:
            return False
        dest = self.one("sec-fetch-dest")
        if dest is not None:
            return dest in _NAVIGATIONS
        return _prefers_html(self.one("accept") or "")


def asked_from(request: Request) -> Asked:
    """Read *request*; the `/check` that Envoy put before the path is taken off."""
    path, _, query = request.target.partition("?")
    host = request.first.get("host", "").lower()
    return Asked(
        request.method, host, path.removeprefix(PREFIX) or "/", query, request.headers, request.first
    )


def _prefers_html(accept: str) -> bool:
    """Tell whether text/html is what the caller would like best."""
    best, best_q = "", 0.0
    for part in accept.split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        if weight > best_q:
            best, best_q = kind.lower(), weight
    return best in ("text/html", "application/xhtml+xml")
