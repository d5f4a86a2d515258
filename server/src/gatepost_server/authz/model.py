"""The values of rights: nodes, subjects, grants, decisions; and the pure function."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from gatepost_server.authz.policy import Atom, NodeKind, policy

INSTANCE: Final = "ins_000000000000000000000000"
ORGANIZATION: Final = "org_000000000000000000000001"

ANYONE: Final = "set_anyone"
"""Everybody, with or without a credential."""
SIGNED_IN: Final = "set_signed_in"
"""Every active user."""


_LIST: Final = 1 << Atom.LIST
_HELD: Final = tuple(f"{atom.name} is held" for atom in Atom)


@dataclass(frozen=True)
class Node:
    """A thing that rights are about."""

    id: str
    kind: NodeKind
    name: str
    parent_id: str | None
    org_id: str | None
    number: int | None = None


@dataclass(frozen=True)
class Subject:
    """Whose rights are asked for, and the highest rung that the credential reaches.

    `role_cap` is the person's server role; `cap` may be lower (a key with a lower role).
    """

    principal_id: str | None
    is_active: bool = True
    role_cap: int = 0
    cap: int = 0
    org_id: str | None = None
    name: str = ""


NOBODY: Final = Subject(None, is_active=True, role_cap=1, cap=1)
"""Whoever calls without a credential: what is open to anyone is open to them, at rung 1."""


class GrantFact(NamedTuple):
    """An active grant to one of the subject's ids, on the thing or above it.

    `until` is when it ends for the subject: by itself, or with the membership that it
    comes through.
    """

    at_kind: NodeKind
    is_here: bool
    atoms: int
    until: int


@dataclass(frozen=True)
class Grant:
    """A grant as people see it: who, what, on what, from-until, by whom, why."""

    id: str
    who_id: str
    who_kind: str
    who_name: str
    who_label: str
    node_id: str
    atoms: int
    role: str | None
    from_at: datetime
    until_at: datetime | None
    by_id: str
    by_name: str
    reason: str


@dataclass(frozen=True)
class Principal:
    """One who may act, or a set that may be granted to."""

    id: str
    kind: str
    name: str
    label: str
    is_active: bool
    cap: int
    org_id: str | None


@dataclass(frozen=True)
class Decision:
    """An answer and its reason. `is_listed` says whether the thing may be known of."""

    allowed: bool
    because: str
    missing: str | None = None
    is_listed: bool = False


def effective(subject: Subject, kind: NodeKind, grants: Sequence[GrantFact]) -> int:
    """Return the atoms that *subject* holds on a node of *kind* (permission-model §4.4).

    *grants* are the active ones on the node and its ancestors. Pure; no time, no I/O.
    """
    if not subject.is_active:
        return 0
    held = role_base(subject.role_cap, kind)
    for grant in grants:
        held |= policy.closure(grant.atoms) if grant.is_here else policy.flowing(grant.atoms, kind)
    return policy.capped(policy.closure(held), min(subject.role_cap, subject.cap))


def judge(subject: Subject, action: str, kind: NodeKind, grants: Sequence[GrantFact]) -> Decision:
    """Decide whether *subject* may do *action* on a node of *kind*, and say why."""
    declared = policy.actions[action]
    if declared.atom is None:
        raise ValueError(f"{action} is not asked of a node")
    held = effective(subject, kind, grants)
    is_listed = bool(held & _LIST)
    if held >> declared.atom & 1:
        return Decision(True, _HELD[declared.atom], is_listed=is_listed)
    if not subject.is_active:
        return Decision(False, "the account is deactivated", missing=Atom(declared.atom).name)
    return Decision(
        False,
        f"{Atom(declared.atom).name} is not held",
        missing=Atom(declared.atom).name,
        is_listed=is_listed,
    )


@lru_cache(maxsize=256)
def role_base(role_cap: int, kind: NodeKind) -> int:
    """Return the atoms that the server role with *role_cap* brings on every node of *kind*."""
    role = next((role for role in policy.roles.values() if role.cap == role_cap), None)
    if role is None:
        return 0
    held = policy.flowing(role.at_instance, kind)
    if kind is NodeKind.INSTANCE:
        held |= role.at_instance
    elif kind is NodeKind.ORGANIZATION:
        held |= role.at_organization
    return held
