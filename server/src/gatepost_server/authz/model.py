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
"""Every active user of the first organization; `signed_in` names those of the others."""

HIGHEST: Final = 5
EVERY_ATOM: Final = -1
"""The mask that cuts nothing."""

_LIST: Final = 1 << Atom.LIST
_GLOBAL_ADMIN: Final = 1 << Atom.GLOBAL_ADMIN
_HELD: Final = tuple(f"{atom.name} is held" for atom in Atom)


def signed_in(org_id: str | None) -> str:
    """Return the open set of all active users of an organization."""
    return SIGNED_IN if org_id in (None, ORGANIZATION) else f"{SIGNED_IN}_{org_id.partition('_')[2]}"


def is_open_set(principal_id: str) -> bool:
    """Tell whether *principal_id* is one of the sets that general access is granted to."""
    return principal_id.startswith((ANYONE, SIGNED_IN))


@dataclass(frozen=True)
class Node:
    """A thing that rights are about. A restricted one opens to some credentials only (E9).

    One that `is_there` not stands for what was named in vain; nobody holds anything on it.
    """

    id: str
    kind: NodeKind
    name: str
    parent_id: str | None
    org_id: str | None
    number: int | None = None
    is_restricted: bool = False
    is_there: bool = True

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the node and of everything above it."""
        return tuple({self.id, self.parent_id or INSTANCE, self.org_id or INSTANCE, INSTANCE})


@dataclass(frozen=True)
class Subject:
    """Whose rights are asked for: the formula of a credential, filled in (§4.5).

    What it may do is what `principal_id` holds, cut at `role_cap`, as far as `within`
    holds it too, cut at `cap`, on the nodes of `reach` and below. `role_cap` is a
    person's server role; who has none (a key, an application) has the highest and
    `has_role` False. Without `lends_instance`, what GLOBAL_ADMIN alone gives is left out.
    `lent` are atoms that are held without a grant (a guest's).
    """

    principal_id: str | None
    is_active: bool = True
    role_cap: int = 0
    cap: int = 0
    org_id: str | None = None
    name: str = ""
    has_role: bool = True
    lends_instance: bool = True
    opens_restricted: bool = True
    lent: int = 0
    reach: tuple[frozenset[str], ...] = ()
    within: "Subject | None" = None

    @property
    def is_person(self) -> bool:
        """True for somebody with a server role: a person, known or not, but no key of its own."""
        return self.has_role and self.principal_id is not None

    @property
    def chain(self) -> "Sequence[Subject]":
        """The subject, the one that it stays within, and so on."""
        return (self,) if self.within is None else (self, *self.within.chain)

    def reaches(self, node: Node) -> bool:
        """Tell whether the credential counts on *node* at all."""
        return all(not allowed.isdisjoint(node.path) for allowed in self.reach)


NOBODY: Final = Subject(None, is_active=True, role_cap=1, cap=1)
"""Whoever calls without a credential: what is open to anyone is open to them, at rung 1."""


class GrantFact(NamedTuple):
    """An active grant to one of the subject's ids, on the thing or above it.

    `until` is when it ends for the subject: by itself, or with the membership or the
    exposure that it comes through; `mask` is what that exposure lets through.
    """

    at_kind: NodeKind
    is_here: bool
    atoms: int
    until: int
    mask: int = EVERY_ATOM


Facts = Sequence[Sequence[GrantFact]]
"""The grants of a subject, then those of the one it stays within, and so on."""


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
class WantedGrant:
    """A grant that is wanted: who, which atoms (of which preset), until when (None: for good)."""

    who_id: str
    atoms: int
    role: str | None = None
    until: datetime | None = None


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
    """An answer and its reason. `is_listed` says whether the thing may be known of.

    `capped_by` is the server role that cuts what is granted, where that alone stands in the way.
    """

    allowed: bool
    because: str
    missing: str | None = None
    is_listed: bool = False
    capped_by: str | None = None


def effective(subject: Subject, node: Node, facts: Facts) -> int:
    """Return the atoms that *subject* holds on *node* (permission-model §4.4, §4.5).

    *facts* are the active grants on the node and its ancestors, for the subject and each
    that it stays within. Pure; no time, no I/O.
    """
    if not subject.is_active or not subject.reaches(node):
        return 0
    return _limited(own_rights(subject, node, facts[0]), subject, node, facts)


def _limited(held: int, subject: Subject, node: Node, facts: Facts) -> int:
    """Return what is left of *held* within the sponsor, the credential's cap and restricted nodes."""
    if subject.within is not None:
        held &= effective(subject.within, node, facts[1:])
    if node.is_restricted and not subject.opens_restricted:
        held &= ~policy.holders_of(Atom.USE)
    return policy.capped(held, subject.cap)


def own_rights(subject: Subject, node: Node, grants: Sequence[GrantFact]) -> int:
    """Return what the subject's own grants and server role give on *node*, closed."""
    return policy.capped(given_to(subject, node, grants), subject.role_cap)


def given_to(subject: Subject, node: Node, grants: Sequence[GrantFact]) -> int:
    """Return the same before the server role cuts it."""
    held = subject.lent | role_rights(subject, node.kind, is_home=node.id == subject.org_id)
    for grant in grants:
        held |= given_by(subject, node.kind, grant)
    return policy.closure(held)


def role_rights(subject: Subject, kind: NodeKind, *, is_home: bool) -> int:
    """Return what the subject's server role gives on nodes of *kind*; `is_home`: on its own organization."""
    if not subject.has_role:
        return 0
    publishing = policy.rung_of(Atom.OWN)
    cap = subject.role_cap if subject.lends_instance else min(subject.role_cap, publishing)
    return role_base(cap, kind, is_home=is_home)


def given_by(subject: Subject, kind: NodeKind, grant: GrantFact) -> int:
    """Return what one of the subject's grants gives on a node of *kind*."""
    at, is_here, atoms, _until, mask = grant
    if not subject.lends_instance:
        atoms &= ~_GLOBAL_ADMIN
    return (policy.closure(atoms) if is_here else policy.flowing(atoms, at, kind)) & mask


def judge(subject: Subject, action: str, node: Node, facts: Facts) -> Decision:
    """Decide whether *subject* may do *action* on *node*, and say why."""
    declared = policy.actions[action]
    if declared.atom is None:
        raise ValueError(f"{action} is not asked of a node")
    held = effective(subject, node, facts)
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
        capped_by=_capping_role(subject, declared.atom, node, facts),
    )


def _capping_role(subject: Subject, atom: int, node: Node, facts: Facts) -> str | None:
    """Return the server role without whose cap the right would be held, if that is all."""
    if not (subject.has_role and subject.role_cap) or policy.rung_of(Atom(atom)) <= subject.role_cap:
        return None  # who has no role at all, as after losing it, is not held back by one
    is_reached = subject.is_active and subject.reaches(node)
    uncapped = _limited(given_to(subject, node, facts[0]), subject, node, facts)
    return policy.role_of_cap(subject.role_cap) if is_reached and uncapped >> atom & 1 else None


@lru_cache(maxsize=256)
def role_base(role_cap: int, kind: NodeKind, *, is_home: bool) -> int:
    """Return the atoms that the server role with *role_cap* brings on a node of *kind*.

    What it brings at an organization it brings at the own one (`is_home`) and at no other.
    """
    role = next((role for role in policy.roles.values() if role.cap == role_cap), None)
    if role is None:
        return 0
    held = policy.flowing(role.at_instance, NodeKind.INSTANCE, kind)
    if kind is NodeKind.INSTANCE:
        held |= role.at_instance
    elif kind is NodeKind.ORGANIZATION and is_home:
        held |= role.at_organization
    return policy.closure(held)
