"""Signed statements of who is calling an application, which it can check for itself (RFC 7519)."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from gatepost_server.crypto.keyfile import KeyRing, load_ring, new_version, replace_ring

LIFE: Final = timedelta(seconds=60)
_FILE: Final = "assertions.json"
_FIELD: Final = "keys"
_ALGORITHM: Final = "ES256"
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many private keys the curve P-256 has (SEC 2, 2.4.2), and one more."""


class Assertions:
    """The keys by which statements are signed: the current one signs, all of them are published.

    Read anew when the file changes, so that processes that run take up a new key by themselves.
    """

    def __init__(self, folder: Path) -> None:
        """Read the keys from *folder*, making the first when there is none.

        Raises:
            OSError: the folder cannot be read or written.
        """
        self._path = folder / _FILE
        self._read_at = 0
        self._keys: dict[int, ec.EllipticCurvePrivateKey] = {}
        self._current = 0
        self._refresh()

    def made(self, claims: Mapping[str, Any], now: datetime) -> str:
        """Sign *claims* for the next 60 seconds."""
        self._refresh()
        window = {"iat": int(now.timestamp()), "exp": int((now + LIFE).timestamp())}
        named = {"kid": str(self._current)}
        return jwt.encode({**claims, **window}, self._keys[self._current], _ALGORITHM, headers=named)

    def published(self) -> dict[str, Any]:
        """Return the public keys as a set of RFC 7517."""
        self._refresh()
        return {"keys": [_public(version, key) for version, key in sorted(self._keys.items(), reverse=True)]}

    def _refresh(self) -> None:
        if not self._keys:
            load_ring(self._path, _FIELD)
        changed = self._path.stat().st_mtime_ns
        if changed != self._read_at:
            ring = load_ring(self._path, _FIELD)
            self._keys = {version: _private(seed) for version, seed in ring.keys.items()}
            self._current, self._read_at = ring.current, changed


def renew_assertion_key(folder: Path) -> int:
    """Make the next key of *folder*, which signs from now on, and return its version.

    The one before it stays published, as statements that it signed may be on their way; older ones go.

    Raises:
        OSError: the folder cannot be read or written.
    """
    ring = load_ring(folder / _FILE, _FIELD)
    made = new_version(ring)
    kept = {version: key for version, key in made.keys.items() if version >= made.current - 1}
    replace_ring(folder / _FILE, _FIELD, KeyRing(made.current, kept))
    return made.current


def _private(seed: bytes) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(seed) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def _public(version: int, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "EC", "crv": "P-256", "x": _written(numbers.x), "y": _written(numbers.y),
        "kid": str(version), "alg": _ALGORITHM, "use": "sig",
    }  # fmt: skip


def _written(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")
