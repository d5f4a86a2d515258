"""What the server answers, as frozen dataclasses (`raw` of each holds the JSON itself)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.old_secrets import OldSecret
from gatepost.secret import Secret
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Principal(Model):
    """Somebody who acts or is meant: a user, key, application, group or guest."""

    kind: str
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person(Model):
    """Somebody who owns or made something."""

    id: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Me(Model):
    """Who the server takes the caller for; `via_key` is the key that spoke, if any.

    For an application, `on_behalf_of` is whom it acts for, and `app` its id.
    """

    principal: Principal
    role: str | None = None
    via_key: Principal | None = None
    on_behalf_of: Principal | None = None
    app: str | None = None
    user: "User | None" = None


@dataclass(frozen=True, kw_only=True)
class Key(Model):
    """An API key as lists show it: never the key itself."""

    id: str
    name: str
    prefix: str
    last_four: str | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    last_used_ip: str | None = None
    role: str | None = None
    kind: str | None = None
    status: str | None = None
    ip_allowlist: str | None = None
    revoked_at: datetime | None = None
    last_used_agent: str | None = None
    description: str = ""
    is_enabled: bool = True
    app_id: str | None = None
    old_secret: OldSecret | None = None


@dataclass(frozen=True, kw_only=True)
class IssuedKey(Key):
    """A key that was just made; `key` is shown this once and never again."""

    key: Secret


@dataclass(frozen=True, kw_only=True)
class GateReceipt(Model):
    """One gate that has forgotten what was revoked."""

    id: str
    confirmed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Receipt(Model):
    """Proof of a revocation: which gates confirmed, and how many connections were cut."""

    revoked: bool
    epoch: int | None = None
    gates: tuple[GateReceipt, ...] = ()
    connections_closed: int = 0
    took_ms: float = 0.0


@dataclass(frozen=True, kw_only=True)
class User(Model):
    """A person; only administrators see more than id, username and display name."""

    id: str
    username: str
    display_name: str = ""
    email: str | None = None
    email_confirmed: bool | None = None
    role: str | None = None
    is_active: bool | None = None
    must_change_password: bool | None = None
    created_at: datetime | None = None
    last_login_at: datetime | None = None
    organization: str | None = None


@dataclass(frozen=True, kw_only=True)
class CreatedUser(User):
    """A person who was just added, with a one-time password when the server made it."""

    one_time_password: Secret | None = None


@dataclass(frozen=True, kw_only=True)
class UserChange(Receipt):
    """What a change of an account ended, the account now, and what moved to whom."""

    user: User
    moved: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reset(Model):
    """A password reset that was started; the code is for sessions only."""

    reset_code: Secret | None = None
    expires_in: int | None = None


@dataclass(frozen=True, kw_only=True)
class Session(Model):
    """A place where somebody is signed in."""

    id: str
    created_at: datetime | None = None
    last_used_at: datetime | None = None
    expires_at: datetime | None = None
    client: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    is_this_one: bool = False


@dataclass(frozen=True, kw_only=True)
class Source(Model):
    """Files that applications are made from, in immutable versions."""

    id: str
    name: str
    kind: str | None = None
    latest_version: int | None = None
    state: str | None = None
    owner: Person | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Version(Model):
    """One version of a source, and how its build went; a draft may be changed, others never."""

    version: int
    state: str
    id: str | None = None
    kind: str | None = None
    author: Person | None = None
    authors: tuple[Person, ...] = ()
    based_on: int | None = None
    resources: Mapping[str, object] = field(default_factory=dict)
    reason: str | None = None
    entrypoint: str | None = None
    detected_because: str | None = None
    sha256: str | None = None
    size: int | None = None
    files: int | None = None
    created_at: datetime | None = None
    built_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class App(Model):
    """A hosted application; `state` is the one word people see for it."""

    id: str
    name: str
    state: str
    number: int | None = None
    slug: str | None = None
    kind: str | None = None
    reason: str | None = None
    url: str | None = None
    content_url: str | None = None
    origin_url: str | None = None
    source_id: str | None = None
    version: int | None = None
    version_id: str | None = None
    live_version: int | None = None
    live_version_id: str | None = None
    owner: Person | None = None
    access: str | None = None
    isolation: str | None = None
    deployed_by: str | None = None
    desired: str | None = None
    restarts: int | None = None
    processes: tuple[Mapping[str, object], ...] | None = None
    is_bundled: bool = False
    key_scope_level: str | None = None
    last_used_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Told(Model):
    """Whether mail goes out about a share, and if not, why."""

    sent: bool
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Effect(Model):
    """Whom a share would let in.

    `not_counted` are groups whose members one may not see; whoever is in them gets in too.
    """

    gain_entry: int
    have_it_already: int
    names: tuple[str, ...] = ()
    from_outside: int = 0
    not_counted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Grant(Model):
    """A role of somebody on something, from when until when; `mail` answers `notify`.

    Where single `permissions` were given, `role` is None.
    """

    id: str
    to: Mapping[str, object]
    role: str | None = None
    permissions: tuple[str, ...] = ()
    until: datetime | None = None
    by: Person | None = None
    note: str = ""
    created_at: datetime | None = None
    mail: Told | None = None


@dataclass(frozen=True, kw_only=True)
class AuditEntry(Model):
    """One thing that was done, or refused: who, what, on what, and why."""

    at: datetime
    action: str
    id: str | None = None
    actor: Principal | None = None
    resource: Principal | None = None
    decision: str | None = None
    reason: str | None = None
    app: str | None = None
    door: str | None = None
    changes: Mapping[str, object] | None = None
    count: int = 1
    via_key_id: str | None = None
    ip: str | None = None
    request_id: str | None = None


def called(to: Mapping[str, object]) -> str:
    """Return how to call whom a grant is for: the name, and what people see in brackets."""
    name, label = str(to.get("name") or to.get("id") or "somebody"), to.get("label")
    return f"{name} ({label})" if label and label != name else name


def name_of(someone: Principal | Person | None) -> str:
    """Return how to call an owner, author or actor in one word."""
    if someone is None:
        return ""
    return someone.name or someone.id or "somebody"
