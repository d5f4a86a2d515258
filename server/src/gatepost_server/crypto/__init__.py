"""Key formats, keyed hashes, password hashing, sealing.

Shapes of secrets (ADR 4): what is only compared is stored as a keyed hash, what must be
read again as envelope ciphertext, bound to its table, column and row.
"""

from gatepost_server.crypto.assertions import Assertions, renew_assertion_key
from gatepost_server.crypto.envelope import (
    FieldPlace,
    Wrapped,
    WrappingKeys,
    bound_to,
    new_key,
    open_field,
    seal_field,
)
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
from gatepost_server.crypto.sealing import LAUNCH, SIGNING, BrokenSeal, Place, Seals
from gatepost_server.crypto.tokens import new_link_id, new_token
from gatepost_server.crypto.wrapping import (
    EnvironmentKeys,
    FileKeys,
    KeysElsewhere,
    KeySource,
    PassphraseKeys,
)

__all__ = [
    "KEY_PATTERN",
    "LAUNCH",
    "SIGNING",
    "Assertions",
    "BrokenSeal",
    "EnvironmentKeys",
    "FieldPlace",
    "FileKeys",
    "KeyLetter",
    "KeySource",
    "KeysElsewhere",
    "Mac",
    "MintedKey",
    "ParsedKey",
    "PassphraseKeys",
    "Peppers",
    "Place",
    "Seals",
    "Wrapped",
    "WrappingKeys",
    "bound_to",
    "derive_key",
    "hash_password",
    "mint_key",
    "new_key",
    "new_link_id",
    "new_public_id",
    "new_token",
    "one_time_password",
    "open_field",
    "parse_key",
    "renew_assertion_key",
    "scrub",
    "seal_field",
    "verify_password",
]
