"""Passwords of local users: argon2id, and a dummy so that unknown names cost the same."""

import secrets
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gatepost_server.kernel.secret import Secret

# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: Secret) -> str:
    """Hash *password* with argon2id."""
    return _HASHER.hash(password.reveal())


def verify_password(stored: str | None, password: Secret) -> bool:
    """Tell whether *password* fits *stored*; the work is the same when there is none."""
    try:
        matched = _HASHER.verify(stored or _dummy(), password.reveal())
    except (VerificationError, InvalidHashError):
        return False
    return matched and stored is not None


def one_time_password() -> Secret:
    """Make a password to be typed once: 20 letters in groups, about 99 bits."""
    groups = ["".join(secrets.choice(_READABLE) for _ in range(5)) for _ in range(4)]
    return Secret("-".join(groups))


@cache
def _dummy() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))
