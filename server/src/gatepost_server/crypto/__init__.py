"""Key formats, keyed hashes, password hashing, sealing.

Shapes of secrets (ADR 4): what is only compared is stored as a keyed hash, what must be
read again as envelope ciphertext, bound to its table, column and row.
"""

from gatepost_server.crypto.keyformat import (
    KEY_PATTERN,
    KeyLetter,
    MintedKey,
    ParsedKey,
    derive_key,
    mint_key,
    new_public_id,
    parse_key,
    scrub,
)
from gatepost_server.crypto.passwords import hash_password, one_time_password, verify_password
from gatepost_server.crypto.pepper import Mac, Peppers
from gatepost_server.crypto.sealing import BrokenSeal, Place, Seals
from gatepost_server.crypto.tokens import new_token

__all__ = [
    "KEY_PATTERN",
    "BrokenSeal",
    "KeyLetter",
    "Mac",
    "MintedKey",
    "ParsedKey",
    "Peppers",
    "Place",
    "Seals",
    "derive_key",
    "hash_password",
    "mint_key",
    "new_public_id",
    "new_token",
    "one_time_password",
    "parse_key",
    "scrub",
    "verify_password",
]
