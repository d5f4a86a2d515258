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

LAUNCH: Final = "launch"
"""The class of what applications are started with; only who starts them or shows it has its keys."""

SIGNING: Final = "signing"
"""The class of what calls are signed with; only who checks signatures or shows one has its keys."""

_CLASS: Final = "sealing"
_BARE: Final = 1
_ENVELOPE: Final = 2
_HEAD: Final = 2
_NONCE: Final = 12
_DATA_KEY: Final = 32
_WRAPPED: Final = _NONCE + _DATA_KEY + 16


@dataclass(frozen=True)
class Place:
    """Where a ciphertext lies, and whose it is; moved anywhere else, it opens no more."""

    table: str
    column: str
    row_id: str
    owner_id: str = ""

    def aad(self) -> bytes:
        """Return what the ciphertext is bound to; no two places give the same."""
        parts = (self.table, self.column, self.row_id, *([self.owner_id] if self.owner_id else ()))
        return b"".join(len(raw).to_bytes(2) + raw for raw in (part.encode() for part in parts))


class BrokenSeal(Unavailable):
    """A stored secret cannot be opened: it was moved or changed, or its key is not here."""

    code = "broken-seal"

    def __init__(self) -> None:
        super().__init__("A stored secret cannot be opened on this server. Enter it again.")


class Seals:
    """Seals and opens secrets by AES-256-GCM, each with a data key of its own.

    A sealed text is: format (1 byte), version of the wrapping key (1 byte), the data key
    wrapped by it (nonce and ciphertext), nonce (12), ciphertext. So another wrapping key
    needs no look at the secret: `rewrap` exchanges the middle. Format 1, which has no data
    key, still opens.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._current = ring.current
        self._ciphers = {version: AESGCM(key) for version, key in ring.keys.items()}

    @classmethod
    def load(cls, folder: Path, of: str = _CLASS) -> "Seals":
        """Read the wrapping keys of a class of secrets from *folder*, making the first if there is none.

        Raises:
            OSError: the folder cannot be read or written.
        """
        return cls(load_ring(folder / f"{of}.json", "keys"))

    def seal(self, secret: Secret, place: Place) -> bytes:
        """Seal *secret* for the *place* where it will lie; never twice to the same bytes."""
        key = AESGCM.generate_key(_DATA_KEY * 8)
        nonce = os.urandom(_NONCE)
        body = AESGCM(key).encrypt(nonce, secret.reveal().encode(), _of_body(place))
        return self._wrapped(key, place) + nonce + body

    def open(self, sealed: bytes, place: Place) -> Secret:
        """Return the secret that was sealed for *place*.

        Raises:
            BrokenSeal: it was not sealed for this place, by a key that is here.
        """
        if sealed[:1] == bytes((_BARE,)):
            return Secret(self._opened_bare(sealed, place).decode())
        key, rest = self._data_key(sealed, place), sealed[_HEAD + _WRAPPED :]
        return Secret(_opened(AESGCM(key), rest, _of_body(place)).decode())

    def rewrap(self, sealed: bytes, place: Place) -> bytes:
        """Return *sealed* under the current wrapping key; as it is when it is that already.

        Raises:
            BrokenSeal: as `open`.
        """
        if sealed[:_HEAD] == self._head():
            return sealed
        if sealed[:1] == bytes((_BARE,)):
            return self.seal(self.open(sealed, place), place)
        return self._wrapped(self._data_key(sealed, place), place) + sealed[_HEAD + _WRAPPED :]

    def _head(self) -> bytes:
        return bytes((_ENVELOPE, self._current))

    def _wrapped(self, key: bytes, place: Place) -> bytes:
        head, nonce = self._head(), os.urandom(_NONCE)
        return head + nonce + self._ciphers[self._current].encrypt(nonce, key, head + place.aad())

    def _data_key(self, sealed: bytes, place: Place) -> bytes:
        head = sealed[:_HEAD]
        return _opened(self._cipher(head, _ENVELOPE), sealed[_HEAD : _HEAD + _WRAPPED], head + place.aad())

    def _opened_bare(self, sealed: bytes, place: Place) -> bytes:
        head = sealed[:_HEAD]
        return _opened(self._cipher(head, _BARE), sealed[_HEAD:], head + place.aad())

    def _cipher(self, head: bytes, wanted: int) -> AESGCM:
        cipher = self._ciphers.get(head[1]) if len(head) == _HEAD and head[0] == wanted else None
        if cipher is None:
            raise BrokenSeal
        return cipher


def _of_body(place: Place) -> bytes:
    """Return what a body is bound to: its place, and not the key that wraps its own."""
    return bytes((_ENVELOPE,)) + place.aad()


def _opened(cipher: AESGCM, sealed: bytes, aad: bytes) -> bytes:
    """Open a nonce and a ciphertext.

    Raises:
        BrokenSeal: it is not whole, or bound to something else.
    """
    nonce, body = sealed[:_NONCE], sealed[_NONCE:]
    if len(nonce) != _NONCE:
        raise BrokenSeal
    try:
        return cipher.decrypt(nonce, body, aad)
    except InvalidTag:
        raise BrokenSeal from None
