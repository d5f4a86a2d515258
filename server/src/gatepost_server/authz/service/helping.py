"""What would help: the smallest grant that lets a call through, and who can give it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from gatepost_server.authz import queries
from gatepost_server.authz.explaining import Explanation
from gatepost_server.authz.facts import load_facts, load_subject
from gatepost_server.authz.model import HIGHEST, Node, Principal, Subject, effective
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.rules import Rule
from gatepost_server.authz.service.asking import reader_of
from gatepost_server.authz.service.organizations import own_organization
from gatepost_server.authz.tables import GrantRow, MembershipRow, PrincipalRow
from gatepost_server.store import Tx, micros

_MOST: Final = 5
"""So many helpers are named."""
_LOOKED_AT: Final = 50
_BY_ROLE: Final = (NodeKind.INSTANCE, NodeKind.ORGANIZATION)
_SHARING: Final = policy.mask("SHARE OWN ADMIN")


@dataclass(frozen=True)
class SmallestGrant:
    """The least that lets a call through: which right on what, to whom.

    `role` is the smallest preset that has it (None for keys, which take single rights);
    `also_to` is the sponsor when a key and its sponsor both lack it.
    """

    atom: str
    role: str | None
    node: Node
    to: Principal
    also_to: Principal | None = None


@dataclass(frozen=True)
class CanHelp:
    """Somebody who can help. Without an id: one of the administrators, whoever they are."""

    kind: str
    id: str | None
    name: str
    role: str
    label: str = ""


def smallest_grant(tx: Tx, subject: Subject, found: Explanation, node: Node) -> SmallestGrant | None:
    """Return the least grant after which *found* would allow; None when no grant does."""
    if node.kind in _BY_ROLE or not found.failed <= {Rule.NOT_GRANTED, Rule.SPONSOR_LACKS}:
        return None
    receivers = [subject.principal_id] if Rule.NOT_GRANTED in found.failed else []
    sponsor = next((step for step in found.steps if step.rule is Rule.SPONSOR_LACKS), None)
    if Rule.SPONSOR_LACKS in found.failed:
        assert sponsor is not None, "it failed"
        lacking = {step.rule for step in sponsor.within if not step.passed} - {Rule.ASKED}
        if lacking != {Rule.NOT_GRANTED} or subject.within is None:
            return None
        receivers.append(subject.within.principal_id)
    people = [queries.principal(tx.session, one) for one in receivers if one is not None]
    known = [one for one in people if one is not None]
    if not known or len(known) < len(receivers) or subject.lent or found.missing is None:
        return None
    role = smallest_role(node.kind, Atom[found.missing]) if known[0].kind != "key" else None
    return SmallestGrant(found.missing, role, node, known[0], known[1] if len(known) > 1 else None)


def smallest_grant_to(tx: Tx, who_id: str, found: Explanation, node: Node) -> SmallestGrant | None:
    """Return the least grant that gives somebody what *found* says is missing; None when no grant does."""
    who, subject = queries.principal(tx.session, who_id), load_subject(reader_of(tx), who_id, HIGHEST)
    if who is None or found.missing is None or not subject.is_active:
        return None
    atom = Atom[found.missing]
    if policy.rung_of(atom) > subject.role_cap:
        return None
    return SmallestGrant(found.missing, smallest_role(node.kind, atom), node, who)


def smallest_role(kind: NodeKind, atom: Atom) -> str | None:
    """Return the preset on things of *kind* that has *atom* and least besides; None when none has."""
    sizes = [
        (policy.closure(mask).bit_count(), name)
        for name, mask in policy.presets[kind].items()
        if policy.closure(mask) >> atom & 1
    ]
    return min(sizes)[1] if sizes else None


def who_can_give(tx: Tx, node: Node, smallest: SmallestGrant | None) -> Sequence[CanHelp]:
    """Return who may share *node* and holds what would be given; administrators when nobody else.

    Only people of the caller's own organization are named.
    """
    wanted = policy.closure(1 << Atom[smallest.atom]) if smallest is not None else 0
    needy = {one.id for one in (smallest.to, smallest.also_to) if one is not None} if smallest else set()
    reader, found = reader_of(tx), []
    for person in _sharers(tx, node):
        if person.id in needy:
            continue
        subject = load_subject(reader, person.id, HIGHEST)
        held = effective(subject, node, load_facts(reader, subject, node, micros(tx.now)))
        if held & _SHARING and not wanted & ~held:
            found.append(CanHelp("user", person.id, person.name, _role_of(held), person.label))
    return found[:_MOST] or administrators_known(tx)


def administrators_known(tx: Tx) -> Sequence[CanHelp]:
    """Return the administrators that the caller may know by name; else that there are some."""
    own = own_organization(tx)
    known = [one for one in queries.administrators(tx.session) if one.org_id == own]
    named = [CanHelp("user", one.id, one.name, "administrator", one.label) for one in known[:_MOST]]
    return named or [CanHelp("administrator", None, "an administrator", "administrator")]


def _sharers(tx: Tx, node: Node) -> Sequence[Principal]:
    """Return active people of the own organization whom grants on the path may let share."""
    places = [one for one in (node.id, node.parent_id) if one is not None]
    holders = (
        select(GrantRow.who_id.label("id"))
        .where(
            GrantRow.node_id.in_(places),
            GrantRow.atoms.op("&")(policy.holders_of(Atom.SHARE) | _SHARING) != 0,
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > tx.now,
        )
        .cte(recursive=True)
    )
    holders = holders.union(
        select(MembershipRow.member_id)
        .join(holders, MembershipRow.set_id == holders.c.id)
        .where(MembershipRow.from_at <= tx.now, MembershipRow.until_at > tx.now)
    )
    rows = tx.session.scalars(
        select(PrincipalRow.id)
        .where(
            PrincipalRow.id.in_(select(holders.c.id)),
            PrincipalRow.kind == "user",
            PrincipalRow.is_active,
            PrincipalRow.org_id == own_organization(tx),
        )
        .order_by(PrincipalRow.id)
        .limit(_LOOKED_AT)
    )
    found = [queries.principal(tx.session, one) for one in rows.all()]
    return [one for one in found if one is not None]


def _role_of(held: int) -> str:
    if held >> Atom.ADMIN & 1:
        return "admin"
    return "owner" if held >> Atom.OWN & 1 else "editor"
