"""Keyed hashes: a database alone can neither verify nor plant a secret."""

import base64
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gatepost_server.crypto.keyfile import load_ring

_FILE: Final = "pepper.json"


@dataclass(frozen=True)
class Mac:
    """A keyed hash and the version of the pepper that made it."""

    version: int
    digest: bytes


class Peppers:
    """The peppers of an instance: the current one makes hashes, all of them verify."""

    def __init__(self, current: int, peppers: dict[int, bytes]) -> None:
        self._current = current
        self._peppers = peppers
        # What every hash of one purpose begins with; there are a handful of purposes.
        self._begun: dict[tuple[int, str], hmac.HMAC] = {}

    @classmethod
    def load(cls, folder: Path) -> "Peppers":
        """Read the peppers from *folder*, making the first one when there is none.

        Raises:
            OSError: the folder cannot be read or written.
        """
        ring = load_ring(folder / _FILE, "peppers")
        return cls(ring.current, ring.keys)

    def mac(self, purpose: str, secret: str) -> Mac:
        """Hash *secret* for *purpose* with the current pepper."""
        return Mac(self._current, self._digest(self._current, purpose, secret))

    def verify(self, mac: Mac, purpose: str, secret: str) -> bool:
        """Tell in constant time whether *mac* was made from *secret* for *purpose*."""
        if mac.version not in self._peppers:
            return False
        return hmac.compare_digest(mac.digest, self._digest(mac.version, purpose, secret))

    def candidates(self, purpose: str, secret: str) -> list[bytes]:
        """Return what *secret* hashes to under each pepper, current one first.

        For secrets that are looked up by their hash (sessions, one-time codes).
        """
        versions = sorted(self._peppers, key=lambda version: version != self._current)
        return [self._digest(version, purpose, secret) for version in versions]

    def derive(self, purpose: str, text: str) -> str:
        """Derive a printable token from *text*, the same each time (CSRF tokens)."""
        digest = self._digest(self._current, purpose, text)
        return base64.urlsafe_b64encode(digest[:24]).decode()

    def _digest(self, version: int, purpose: str, secret: str) -> bytes:
        begun = self._begun.get((version, purpose))
        if begun is None:
            begun = hmac.new(self._peppers[version], f"{purpose}\0".encode(), "sha256")
            self._begun[version, purpose] = begun
        digest = begun.copy()
        digest.update(secret.encode())
        return digest.digest()
