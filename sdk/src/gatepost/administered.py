"""What the server answers about groups, organizations, variables and logs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.models import Receipt
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Group(Model):
    """A set that roles are given to; only administrators see more than id and name."""

    id: str
    name: str
    organization: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Member(Model):
    """A person or group in a group until before a moment (None: for good); `raw` has `from`."""

    type: str
    id: str
    name: str
    label: str = ""
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Organization(Model):
    """A tenant; only administrators see more than id and name."""

    id: str
    name: str
    allows_outside_sharing: bool | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OrganizationChange(Receipt):
    """An organization after a change, and what ended because it closed its border."""

    organization: Organization
    ended: Mapping[str, object] = field(default_factory=dict)
    moved: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Variable(Model):
    """A global variable: configuration that everybody's applications can read."""

    name: str
    value: object
    updated_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class EgressEntry(Model):
    """A private place that connections may lead to, and who let them when."""

    id: str
    entry: str
    note: str = ""
    added_at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class JudgedAddress(Model):
    """An address: whether it may be dialed, by which rule, and the entry that opens it."""

    address: str
    allowed: bool
    rule: str
    says: str = ""
    entry: str | None = None


@dataclass(frozen=True, kw_only=True)
class EgressCheck(Model):
    """Whether connections may lead to a place; without addresses nobody knows its name."""

    host: str
    port: int
    allowed: bool
    addresses: tuple[JudgedAddress, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mail(Model):
    """A mail that the instance sends or sent; never its text."""

    id: str
    to: str
    subject: str
    kind: str
    state: str
    about: str | None = None
    reason: str | None = None
    attempts: int = 0
    created_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LogFile(Model):
    """A log of one of the instance's own processes; `lines` only where it was asked to be read."""

    name: str
    size: int
    changed_at: datetime | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LogLevels(Model):
    """How much is written: of all loggers, and of those with a level of their own."""

    level: str
    loggers: Mapping[str, object]
