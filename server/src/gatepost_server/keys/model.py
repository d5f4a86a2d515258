"""Keys as values, and the rules about names, ends and caps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from gatepost_server.kernel.errors import Denied, FieldFault, Invalid
from gatepost_server.kernel.secret import Secret


class KeyKind(StrEnum):
    """Whose rights a key carries."""

    PERSONAL = "personal"


class KeyStatus(StrEnum):
    """What a key is worth now."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class KeyRisk(StrEnum):
    """Why an active key deserves a look."""

    NEVER_EXPIRES = "never_expires"
    NEVER_USED = "never_used"
    IDLE = "idle"
    ENDS_SOON = "ends_soon"


IDLE_AFTER: Final = timedelta(days=90)
"""A key that was not used for so long is idle."""
SOON: Final = timedelta(days=7)
"""A key that ends within this time ends soon."""


@dataclass(frozen=True)
class ExpiryChoice:
    """What the maker said about the end: nothing (default), never, or a moment."""

    is_given: bool = False
    at: datetime | None = None


@dataclass(frozen=True)
class Key:
    """A key as lists show it; its secret is not kept."""

    id: str
    kind: KeyKind
    name: str
    prefix: str
    last_four: str
    owner_id: str
    role: str | None
    ip_allowlist: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    last_used_at: datetime | None = None
    last_used_ip: str | None = None
    last_used_agent: str | None = None

    def status(self, now: datetime) -> KeyStatus:
        """Tell what the key is worth at *now*; its owner's state is another question."""
        if self.revoked_at is not None:
            return KeyStatus.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return KeyStatus.EXPIRED
        return KeyStatus.ACTIVE


@dataclass(frozen=True)
class KeyUse:
    """A use of a key: when, from where, by what program."""

    at: datetime
    ip: str | None = None
    agent: str | None = None


@dataclass(frozen=True)
class IssuedKey:
    """A new key and its text, shown for the only time."""

    key: Key
    text: Secret


def checked_name(text: str) -> str:
    """Return *text* as the name of a key.

    Raises:
        Invalid: empty, or longer than 100 characters, or with control characters.
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= 100 or not name.isprintable():  # noqa: PLR2004
        raise Invalid(
            "The name cannot be used.", faults=[FieldFault("name", "1 to 100 printable characters")]
        )
    return name


def expiry_of(
    choice: ExpiryChoice, now: datetime, *, default: timedelta, may_never_expire: bool
) -> datetime | None:
    """Return when a key made now ends.

    Raises:
        Invalid: the end has passed.
        Denied: no end was wanted and the server's policy forbids that.
    """
    if not choice.is_given:
        return now + default
    if choice.at is None:
        if not may_never_expire:
            raise Denied("On this server every key has to end.", code="key-must-expire")
        return None
    if choice.at <= now:
        raise Invalid("The end has passed.", faults=[FieldFault("expires_at", "has to lie in the future")])
    return choice.at
