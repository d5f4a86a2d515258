"""Rehearsing a share: who could use the thing then and cannot now, before anything is given (F3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Select, and_, func, or_, select

from gatepost_server.authz.model import ANYONE, INSTANCE, Node, signed_in
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.service.asking import require, visible
from gatepost_server.authz.service.granting import preset_atoms, share_action
from gatepost_server.authz.service.organizations import known_organizations
from gatepost_server.authz.service.reaching import is_person_among, named, reached
from gatepost_server.authz.tables import GrantRow, MembershipRow, PrincipalRow
from gatepost_server.store import Tx

_FEW: Final = 5
_USES: Final = {
    NodeKind.PROJECT: Atom.READ_CONF,
    NodeKind.SOURCE: Atom.READ,
    NodeKind.GROUP: Atom.READ,
    NodeKind.SCENARIO: Atom.RUN,
    NodeKind.DATASET: Atom.READ_DATA,
}
"""What using a thing takes; USE on the others."""


@dataclass(frozen=True)
class Effect:
    """Whom a share would let in: how many people gain entry, how many have it already.

    `names` are those who gain it, when they are few; `outside` is how many of them are of
    another organization than the thing. `unread` names the groups whose members the caller
    may not see: those are neither counted nor named.
    """

    gain: int
    had: int
    names: Sequence[str]
    outside: int
    unread: Sequence[str]


def rehearse(tx: Tx, node_id: str, who_ids: Sequence[str], role: str) -> Effect:
    """Return what giving *role* on a thing to *who_ids* would change now; nothing is given.

    Only ways that the caller may know of are followed, so that nobody learns by rehearsing
    who is in a group. Whether the caller may give the role is not asked.

    Raises:
        Invalid: no such role here.
    """
    node = require(tx, share_action(tx, node_id), node_id)
    uses = _USES.get(node.kind, Atom.USE)
    if not policy.closure(preset_atoms(node, role)) >> uses & 1:
        return Effect(0, 0, (), 0, ())
    before, after = _reached(tx, _holding(tx, node, uses), "now"), _reached(tx, named(who_ids), "then")
    them = select(PrincipalRow).where(is_person_among(after, uses)).subquery()
    can_now = or_(
        is_person_among(before, uses), _is_open(before, node), PrincipalRow.cap >= _ceiling(node, uses)
    )
    gaining = select(PrincipalRow).where(PrincipalRow.id.in_(select(them.c.id)), ~can_now)
    gain = _count(tx, gaining)
    labels = tx.session.scalars(gaining.with_only_columns(PrincipalRow.label).order_by(PrincipalRow.label))
    return Effect(
        gain,
        _count(tx, select(them)) - gain,
        tuple(labels) if gain <= _FEW else (),
        _count(tx, gaining.where(PrincipalRow.org_id != node.org_id)),
        _unread(tx, after),
    )


def _holding(tx: Tx, node: Node, uses: Atom) -> Select[Any]:
    """Return who holds a grant now by which a thing can be used, on it or above it."""
    places: list[ColumnElement[bool]] = []
    for at, atoms in (
        (node.id, policy.holders_of(uses)),
        (node.parent_id or "", policy.flowing_to(uses, NodeKind.PROJECT, node.kind)),
        (INSTANCE, policy.flowing_to(uses, NodeKind.INSTANCE, node.kind)),
    ):
        is_of_organization = at == node.org_id
        if atoms and not is_of_organization:
            places.append(and_(GrantRow.node_id == at, GrantRow.atoms.op("&")(atoms) != 0))
    return select(GrantRow.who_id.label("id")).where(
        or_(*places), GrantRow.from_at <= tx.now, GrantRow.until_at > tx.now
    )


def _reached(tx: Tx, start: Select[Any], name: str) -> CTE:
    """Return everybody in the sets of *start*, by however many steps, as far as the caller may know."""
    known = or_(
        MembershipRow.set_id.in_(visible(tx, "group:members")),
        MembershipRow.set_id.in_(known_organizations(tx)),
    )
    return reached(tx, start, name, known)


def _is_open(among: CTE, node: Node) -> ColumnElement[bool]:
    """Return whether general access lets somebody in."""
    anyone = select(among.c.id).where(among.c.id == ANYONE).exists()
    of_organization = select(among.c.id).where(among.c.id == signed_in(node.org_id)).exists()
    return or_(anyone, and_(of_organization, PrincipalRow.org_id == node.org_id))


def _ceiling(node: Node, uses: Atom) -> int:
    """Return the cap of the lowest server role that can use every thing of this kind by itself."""
    roles = [
        role.cap
        for role in policy.roles.values()
        if policy.closure(policy.flowing(role.at_instance, NodeKind.INSTANCE, node.kind)) >> uses & 1
    ]
    return min(roles, default=max(role.cap for role in policy.roles.values()) + 1)


def _unread(tx: Tx, among: CTE) -> Sequence[str]:
    rows = tx.session.scalars(
        select(PrincipalRow.label)
        .where(
            PrincipalRow.id.in_(select(among.c.id)),
            PrincipalRow.kind == "group",
            PrincipalRow.id.not_in(visible(tx, "group:members")),
        )
        .order_by(PrincipalRow.label)
    )
    return tuple(rows)


def _count(tx: Tx, rows: Select[Any]) -> int:
    return tx.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
