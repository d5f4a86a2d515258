"""The wire format of API keys (security.md, "Key format")."""

import re
import secrets
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepost_server.kernel.secret import Secret

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PAIRS: Final = tuple(one + other for one in _DIGITS for other in _DIGITS)
_ID_LENGTH: Final = 10
_SECRET_LENGTH: Final = 32
_CRC_LENGTH: Final = 6
_PREFIX_LENGTH: Final = 4

KEY_PATTERN: Final = re.compile(r"\bgp[pjgcvx]_[0-9A-Za-z]{48}\b")


class KeyLetter(StrEnum):
    """The letter that tells the kind of a key from its text."""

    PERSONAL = "p"
    PROJECT = "j"
    GLOBAL = "g"
    CREATOR = "c"
    VISITOR = "v"
    GUEST = "x"


_LETTERS: Final = {letter.value: letter for letter in KeyLetter}


@dataclass(frozen=True, slots=True)
class ParsedKey:
    """A text that has the form of a key and a good checksum; nothing more is known."""

    letter: KeyLetter
    public_id: str
    secret: Secret


@dataclass(frozen=True)
class MintedKey:
    """A new key: `text` is shown once, `public_id` is stored, `secret` is hashed."""

    text: Secret
    public_id: str
    secret: Secret

    @property
    def prefix(self) -> str:
        """The first 14 characters, safe to list."""
        return self.text.reveal()[: _PREFIX_LENGTH + _ID_LENGTH]

    @property
    def last_four(self) -> str:
        """The last four characters, shown in lists beside the prefix."""
        return self.text.reveal()[-4:]


def mint_key(letter: KeyLetter, public_id: str | None = None) -> MintedKey:
    """Make a new key of 190 random bits; with *public_id*, a new secret of a key that has that id."""
    public_id = public_id or _random(_ID_LENGTH)
    secret = _random(_SECRET_LENGTH)
    body = f"gp{letter.value}_{public_id}{secret}"
    return MintedKey(Secret(body + _checksum(body)), public_id, Secret(secret))


def derive_key(letter: KeyLetter, public_id: str, digest: bytes) -> MintedKey:
    """Make the key of *public_id* whose secret is *digest* (32 bytes), the same each time."""
    secret = _written(int.from_bytes(digest), _SECRET_LENGTH)
    body = f"gp{letter.value}_{public_id}{secret}"
    return MintedKey(Secret(body + _checksum(body)), public_id, Secret(secret))


def new_public_id() -> str:
    """Return the public part of a key that is yet to be made."""
    return _random(_ID_LENGTH)


def parse_key(text: str) -> ParsedKey | None:
    """Read *text* as a key; None when its form or checksum is wrong.

    Costs no look-up, so that typing errors and noise never reach the store.
    """
    if not KEY_PATTERN.fullmatch(text):
        return None
    body, crc = text[:-_CRC_LENGTH], text[-_CRC_LENGTH:]
    if _checksum(body) != crc:
        return None
    start = _PREFIX_LENGTH
    return ParsedKey(
        _LETTERS[text[2]], text[start : start + _ID_LENGTH], Secret(text[start + _ID_LENGTH : -_CRC_LENGTH])
    )


def scrub(text: str) -> str:
    """Replace every key in *text* by its prefix, for whatever is written down."""
    return KEY_PATTERN.sub(lambda found: found.group()[: _PREFIX_LENGTH + _ID_LENGTH] + "…", text)


def _random(length: int) -> str:
    # One number for all digits: the system is asked once, and every text is as likely.
    return _written(secrets.randbelow(len(_DIGITS) ** length), length)


def _written(number: int, length: int) -> str:
    """Write the last *length* digits of a number, the last one first."""
    digits = ""
    for _ in range(length):
        number, at = divmod(number, len(_DIGITS))
        digits += _DIGITS[at]
    return digits


def _checksum(body: str) -> str:
    left, last = divmod(zlib.crc32(body.encode()), len(_PAIRS))
    first, middle = divmod(left, len(_PAIRS))
    return _PAIRS[first] + _PAIRS[middle] + _PAIRS[last]
