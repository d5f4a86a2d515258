"""Keys as values, and the rules about names, ends and caps."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from gatepost_server.authz import Principal
from gatepost_server.kernel.errors import Denied, FieldFault, Invalid
from gatepost_server.kernel.secret import Secret


class KeyKind(StrEnum):
    """Whose rights a key carries."""

    PERSONAL = "personal"
    PROJECT = "project"
    GLOBAL = "global"
    CREATOR = "creator"


@dataclass(frozen=True)
class Ring:
    """A bunch of keys that are kept together: one's own, those of a project, the global ones."""

    kind: KeyKind
    project_id: str | None = None


OWN: Final = Ring(KeyKind.PERSONAL)
"""The caller's own keys: personal ones, and those of the applications that act for them."""
THEIR_OWN: Final = (KeyKind.PERSONAL, KeyKind.CREATOR)
"""The kinds of keys that a person has on their own page."""
GLOBAL: Final = Ring(KeyKind.GLOBAL)
"""The keys that administrators keep for the whole server."""


def ring_of(project_id: str) -> Ring:
    """Return the keys of a project, by the id of its node."""
    return Ring(KeyKind.PROJECT, project_id)


class KeyStatus(StrEnum):
    """What a key is worth now."""

    ACTIVE = "active"
    DISABLED = "disabled"
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
class KeyRight:
    """What a key was given on one thing: a project, a dataset, or the whole server."""

    node_id: str
    kind: str
    name: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class OldCaller:
    """Somebody who still has a secret that was replaced.

    `app_id` is the application that was called, None when it was the API itself. `app_name` is
    None where whoever looks may not know of that application.
    """

    ip: str | None
    agent: str | None
    app_id: str | None
    first_at: datetime
    last_at: datetime
    uses: int
    app_name: str | None = None


@dataclass(frozen=True)
class OldSecret:
    """A secret that was replaced and counts until it ends; and who used it since, the last first.

    Callers beyond `MOST_CALLERS` are only counted: `other_uses` is how often they used it.
    """

    ends_at: datetime
    last_four: str
    replaced_at: datetime
    callers: tuple[OldCaller, ...] = ()
    other_uses: int = 0

    @property
    def last(self) -> OldCaller | None:
        """Who used it last; None when nobody did."""
        return self.callers[0] if self.callers else None

    @property
    def uses(self) -> int:
        """How often it was used since it was replaced."""
        return self.other_uses + sum(one.uses for one in self.callers)


MOST_CALLERS: Final = 50
"""So many callers of an old secret are kept one by one, those that used it last."""


@dataclass(frozen=True)
class Key:
    """A key as lists show it; its secret is not kept.

    `owner` is whose rights a personal key carries, or the sponsor within whose rights
    another stays. `run_as_counts` is False when the associated user's consent is gone. `app_id` is
    the application that a creator's key belongs to.
    """

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
    description: str = ""
    is_enabled: bool = True
    project_id: str | None = None
    is_global_admin: bool = False
    owner: Principal | None = None
    created_by: Principal | None = None
    run_as: Principal | None = None
    run_as_counts: bool = False
    rights: tuple[KeyRight, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    app_id: str | None = None
    old_secret: OldSecret | None = None

    @property
    def permissions(self) -> tuple[str, ...]:
        """What a project key may do in its whole project."""
        return next((one.permissions for one in self.rights if one.node_id == self.project_id), ())

    @property
    def datasets(self) -> dict[str, list[str]]:
        """What a project key may do with single datasets, by their names."""
        return {one.name: list(one.permissions) for one in self.rights if one.kind == "dataset"}

    def status(self, now: datetime) -> KeyStatus:
        """Tell what the key is worth at *now*; its owner's state is another question."""
        if self.revoked_at is not None:
            return KeyStatus.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return KeyStatus.EXPIRED
        if not self.is_enabled:
            return KeyStatus.DISABLED
        return KeyStatus.ACTIVE


@dataclass(frozen=True)
class KeyUse:
    """A use of a key's secret: when, from where, by what program."""

    at: datetime
    ip: str | None = None
    agent: str | None = None


class OldUse(NamedTuple):
    """By which old secret, from where, by what program and on which app (None: the API) a call came."""

    verifier_id: str
    ip: str | None
    agent: str | None
    app_id: str | None


@dataclass
class Uses:
    """How often somebody did the same, and between when."""

    first_at: datetime
    last_at: datetime
    count: int = 1

    def add(self, other: "Uses") -> None:
        """Count what *other* counted too."""
        self.first_at, self.last_at = min(self.first_at, other.first_at), max(self.last_at, other.last_at)
        self.count += other.count


@dataclass(frozen=True)
class IssuedKey:
    """A new key and its text, shown for the only time."""

    key: Key
    text: Secret


@dataclass(frozen=True)
class Draft:
    """What the maker of any key says about it."""

    name: str
    description: str = ""
    expiry: ExpiryChoice = field(default_factory=ExpiryChoice)
    ip_allowlist: str = ""


@dataclass(frozen=True)
class Change:
    """What is to change of a key; None: it stays. An empty list of addresses lifts it."""

    name: str | None = None
    description: str | None = None
    expiry: ExpiryChoice = field(default_factory=ExpiryChoice)
    ip_allowlist: str | None = None
    is_enabled: bool | None = None

    @property
    def may_widen(self) -> bool:
        """True when the key may be good for more, or longer, than before."""
        return self.expiry.is_given or self.ip_allowlist is not None or self.is_enabled is True


@dataclass(frozen=True)
class KeyRules:
    """The server's policy about keys."""

    default_life: timedelta
    may_never_expire: bool


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
