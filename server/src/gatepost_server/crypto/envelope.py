"""The vault's envelope: a field under a data key, the data key under a wrapping key.

Everything is AES-256-GCM with a random nonce of 96 bits, and bound to where it lies.
"""

import hashlib
import os
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gatepost_server.crypto.sealing import BrokenSeal
from gatepost_server.kernel.secret import Secret

KEY_BYTES: Final = 32
_NONCE: Final = 12
_FORMAT: Final = "v1"


@dataclass(frozen=True)
class FieldPlace:
    """Where a sealed field lies and whose it is; moved anywhere else, it opens no more."""

    table: str
    org_id: str
    row_id: str
    field: str
    owner_id: str
    data_key_id: str

    def aad(self) -> bytes:
        """Return what the ciphertext is bound to; no two places give the same."""
        return bound_to(self.table, self.org_id, self.row_id, self.field, self.owner_id, self.data_key_id)


@dataclass(frozen=True)
class Wrapped:
    """A key under a wrapping key, which is named by its fingerprint."""

    by: str
    sealed: bytes


@dataclass(frozen=True, repr=False)
class WrappingKeys:
    """The keys that wrap data keys, by fingerprint: the current one wraps, all of them unwrap."""

    current: str
    keys: dict[str, bytes]

    @classmethod
    def of(cls, current: bytes, *others: bytes) -> Self:
        """Return the wrapping keys of which *current* is the one in use."""
        return cls(fingerprint(current), {fingerprint(key): key for key in (*others, current)})

    def wrap(self, key: bytes, aad: bytes) -> Wrapped:
        """Wrap *key* by the current wrapping key."""
        return Wrapped(self.current, _sealed(self.keys[self.current], key, aad))

    def unwrap(self, wrapped: Wrapped, aad: bytes) -> bytes:
        """Return the key in *wrapped*.

        Raises:
            BrokenSeal: it was changed or moved, or what wrapped it is not here.
        """
        if wrapped.by not in self.keys:
            raise BrokenSeal
        return _opened(self.keys[wrapped.by], wrapped.sealed, aad)


def new_key() -> bytes:
    """Make a key of 256 random bits."""
    return AESGCM.generate_key(KEY_BYTES * 8)


def fingerprint(key: bytes) -> str:
    """Return the name of a wrapping key, which says nothing about it."""
    return hashlib.sha256(b"gatepost wrapping key\0" + key).hexdigest()[:16]


def seal_field(key: bytes, text: Secret, place: FieldPlace) -> bytes:
    """Seal *text* by a data key for the place where it will lie."""
    return _sealed(key, text.reveal().encode(), place.aad())


def open_field(key: bytes, sealed: bytes, place: FieldPlace) -> Secret:
    """Return the text that was sealed for *place*.

    Raises:
        BrokenSeal: it was not sealed for this place by this key.
    """
    return Secret(_opened(key, sealed, place.aad()).decode())


def bound_to(*parts: str) -> bytes:
    """Return the texts that a ciphertext is bound to, each with its length before it."""
    return b"".join(len(raw).to_bytes(2) + raw for raw in (part.encode() for part in (_FORMAT, *parts)))


def _sealed(key: bytes, text: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, aad)


def _opened(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    if len(sealed) <= _NONCE:
        raise BrokenSeal
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], aad)
    except InvalidTag:
        raise BrokenSeal from None
