"""Explanations as the server gives them: why a call was refused, or would be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Step(Model):
    """One step of the formula of rights; `within` are those of a key's sponsor."""

    rule: str
    passed: bool
    says: str
    within: "tuple[Step, ...]" = ()


@dataclass(frozen=True, kw_only=True)
class SmallestGrant(Model):
    """The least that lets a call through: which permissions on what, to whom."""

    permissions: tuple[str, ...]
    on: Mapping[str, str]
    to: Mapping[str, str]
    role: str | None = None
    also_to: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class CanHelp(Model):
    """Somebody who can help; without an id, whoever administers the server."""

    name: str
    role: str
    kind: str = "user"
    id: str | None = None
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Decided(Model):
    """What was decided when a call was made."""

    id: str
    at: datetime
    reason: str
    allowed: bool = False
    resource: str = ""


@dataclass(frozen=True, kw_only=True)
class Explanation(Model):
    """What holds now, step by step; `decision` is what was decided then.

    `rule` is the code of the first step that failed, None when all passed; `smallest_grant`
    is None where no grant helps, and `helps` says what does.
    """

    allowed: bool
    action: str
    rule: str | None = None
    missing: str | None = None
    helps: str = ""
    steps: tuple[Step, ...] = ()
    smallest_grant: SmallestGrant | None = None
    who_can: tuple[CanHelp, ...] = ()
    caller: Mapping[str, str] | None = None
    resource: Mapping[str, str] | None = None
    decision: Decided | None = None
