"""API keys: made, shown once, listed, deleted. So far personal keys (seed 002).

A key is looked up by its public id and compared by keyed hash. What it may do is
computed live from its owner (permission-model §4.5).
"""

from gatepost_server.keys.errors import UnknownKey
from gatepost_server.keys.facts import KeyFact, key_by_id, key_by_public_id
from gatepost_server.keys.model import ExpiryChoice, IssuedKey, Key, KeyKind, KeyRisk, KeyStatus, KeyUse
from gatepost_server.keys.service import (
    KeyRules,
    count_keys,
    count_risks,
    get_key,
    issue_personal_key,
    list_keys,
    list_keys_of,
    note_uses,
    revoke_key,
    revoke_key_of,
)

__all__ = [
    "ExpiryChoice",
    "IssuedKey",
    "Key",
    "KeyFact",
    "KeyKind",
    "KeyRisk",
    "KeyRules",
    "KeyStatus",
    "KeyUse",
    "UnknownKey",
    "count_keys",
    "count_risks",
    "get_key",
    "issue_personal_key",
    "key_by_id",
    "key_by_public_id",
    "list_keys",
    "list_keys_of",
    "note_uses",
    "revoke_key",
    "revoke_key_of",
]
