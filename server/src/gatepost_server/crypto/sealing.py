"""Envelope ciphertext: what must be read again lies sealed in the store, bound to its place."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gatepost_server.crypto.keyfile import KeyRing, load_ring
from gatepost_server.kernel.errors import Unavailable
from gatepost_server.kernel.secret import Secret

_FILE: Final = "sealing.json"
_FORMAT: Final = 1
_HEAD: Final = 2
_NONCE: Final = 12


@dataclass(frozen=True)
class Place:
    """Where a ciphertext lies; moved to any other place, it opens no more."""

    table: str
    column: str
    row_id: str

    def aad(self) -> bytes:
        """Return what the ciphertext is bound to; no two places give the same."""
        parts = (self.table, self.column, self.row_id)
        return b"".join(len(raw).to_bytes(2) + raw for raw in (part.encode() for part in parts))


class BrokenSeal(Unavailable):
    """A stored secret cannot be opened: it was moved or changed, or its key is not here."""

    code = "broken-seal"

    def __init__(self) -> None:
        super().__init__("A stored secret cannot be opened on this server. Enter it again.")


class Seals:
    """Seals and opens secrets by AES-256-GCM with the keys of the instance.

    A sealed text is: format (1 byte), version of the key (1 byte), nonce (12), ciphertext.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._current = ring.current
        self._ciphers = {version: AESGCM(key) for version, key in ring.keys.items()}

    @classmethod
    def load(cls, folder: Path) -> "Seals":
        """Read the keys from *folder*, making the first one when there is none.

        Raises:
            OSError: the folder cannot be read or written.
        """
        return cls(load_ring(folder / _FILE, "keys"))

    def seal(self, secret: Secret, place: Place) -> bytes:
        """Seal *secret* for the *place* where it will lie; never twice to the same bytes."""
        head = bytes((_FORMAT, self._current))
        nonce = os.urandom(_NONCE)
        cipher = self._ciphers[self._current]
        return head + nonce + cipher.encrypt(nonce, secret.reveal().encode(), head + place.aad())

    def open(self, sealed: bytes, place: Place) -> Secret:
        """Return the secret that was sealed for *place*.

        Raises:
            BrokenSeal: it was not sealed for this place, by a key that is here.
        """
        head, nonce, body = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        cipher = self._ciphers.get(head[1]) if len(head) == _HEAD and head[0] == _FORMAT else None
        if cipher is None or len(nonce) != _NONCE:
            raise BrokenSeal
        try:
            return Secret(cipher.decrypt(nonce, body, head + place.aad()).decode())
        except InvalidTag:
            raise BrokenSeal from None
