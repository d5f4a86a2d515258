"""Key formats, keyed hashes and password hashing.

Shapes of secrets (ADR 4): what is only compared is stored as a keyed hash, what must be
shown again as envelope ciphertext (comes with the vault).
"""

from gatepost_server.crypto.keyformat import (
    KEY_PATTERN,
    KeyLetter,
    MintedKey,
    ParsedKey,
    mint_key,
    parse_key,
    scrub,
)
from gatepost_server.crypto.passwords import hash_password, one_time_password, verify_password
from gatepost_server.crypto.pepper import Mac, Peppers
from gatepost_server.crypto.tokens import new_token

__all__ = [
    "KEY_PATTERN",
    "KeyLetter",
    "Mac",
    "MintedKey",
    "ParsedKey",
    "Peppers",
    "hash_password",
    "mint_key",
    "new_token",
    "one_time_password",
    "parse_key",
    "scrub",
    "verify_password",
]
