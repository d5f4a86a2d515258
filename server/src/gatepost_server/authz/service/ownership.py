"""Owning: who owns what, and that nothing is left without an owner (I13)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import select

from gatepost_server.authz import queries
from gatepost_server.authz.errors import LastOwner
from gatepost_server.authz.model import Node, signed_in
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.authz.tables import GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.store import Tx

_OWN: Final = 1 << Atom.OWN
_OWNING: Final = _OWN | 1 << Atom.ADMIN
CREATED: Final = "created it"
ANSWERS: Final = "answers for the key"
LEFT: Final = "its owner left"
UNGIVEN: Final = frozenset({CREATED, ANSWERS, LEFT})
"""The reasons of grants that come with owning and that nobody gives; see `give_role`."""


def owning(kind: NodeKind) -> tuple[str, Atom]:
    """Return the role that owns things of *kind*, and the atom that it is about."""
    return ("admin", Atom.ADMIN) if kind is NodeKind.PROJECT else ("owner", Atom.OWN)


def own_new_node(tx: Tx, node: Node) -> None:
    """Give the caller what creators get: ADMIN on a project, OWN on anything else.

    What a lent key creates belongs to its person, what a key of its own creates to the key;
    outside of projects, where no administrator would own it, to its sponsor as well. Through
    however many it was lent: applications and runs own nothing.
    """
    owner, sponsor = tx.actor.answerable_id, tx.actor.starter.sponsor_id
    if owner is None:
        raise ValueError("nobody creates nothing")
    role, atom = owning(node.kind)
    parent = tx.session.get(NodeRow, node.parent_id)
    is_outside = parent is None or parent.kind != NodeKind.PROJECT
    if sponsor is not None and is_outside:
        add_grant(tx, node.id, sponsor, 1 << atom, role=role, reason=ANSWERS)
    add_grant(tx, node.id, owner, 1 << atom, role=role, reason=CREATED)


def owners_of(tx: Tx, node_ids: list[str]) -> dict[str, tuple[str, str]]:
    """Return the first owner (id, label) of each thing, for lists.

    Somebody who was deactivated only if nobody active owns it, a key only if no person does.
    """
    rows = tx.session.execute(
        select(GrantRow.node_id, PrincipalRow.id, PrincipalRow.label)
        .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
        .where(GrantRow.node_id.in_(node_ids), GrantRow.atoms.op("&")(_OWNING) != 0)
        .order_by(PrincipalRow.is_active, PrincipalRow.kind != "key", GrantRow.id.desc())
    )
    return {node_id: (who, name) for node_id, who, name in rows}


def hand_over(tx: Tx, principal_id: str, acting_id: str | None) -> list[tuple[str, str, str]]:
    """Give to administrators (`heir_of`) what would be left without an effective owner when somebody goes.

    Called after the person's role or activity changed. Returns (kind, id, heir) of each
    thing that was handed over; each is audited. Credentials are handed to nobody (`may_be_handed_on`).
    """
    mine = queries.sets_of(tx, principal_id)
    rows = tx.session.execute(
        select(NodeRow.id, NodeRow.kind, NodeRow.name, NodeRow.org_id)
        .join(GrantRow, GrantRow.node_id == NodeRow.id)
        .where(GrantRow.who_id.in_(mine), GrantRow.atoms.op("&")(_OWNING) != 0)
        .distinct()
        .order_by(NodeRow.id)
    ).all()
    return pass_on(tx, [Orphan(*row) for row in rows], acting_id, leaving_id=principal_id)


class Orphan(NamedTuple):
    """A thing that may have lost its last owner."""

    id: str
    kind: str
    name: str
    org_id: str | None


def pass_on(
    tx: Tx, things: Iterable[Orphan], acting_id: str | None, *, leaving_id: str | None = None
) -> list[tuple[str, str, str]]:
    """Give those of *things* that nobody owns for good to an heir, never to *leaving_id*.

    Returns (kind, id, heir) of each; each is audited.
    """
    moved = []
    for node_id, kind, name, org_id in things:
        lock_node(tx, node_id)
        heir_id = heir_of(tx, org_id, acting_id)
        if not may_be_handed_on(kind) or heir_id == leaving_id or permanent_owners(tx, node_id):
            continue
        role, atom = owning(NodeKind(kind))
        add_grant(tx, node_id, heir_id, 1 << atom, role=role, reason=LEFT)
        tx.audit("grant:hand-over", kind, node_id, name, after={"to": heir_id})
        moved.append((kind, node_id, heir_id))
    return moved


def may_be_handed_on(kind: str) -> bool:
    """Tell whether administrators get a thing of this kind when nobody is left who owns it.

    A stored credential is its person's own: administrators see that it is there and delete it, and
    never use it (permission-model.md, worked example 5 and I21).
    """
    return kind != NodeKind.CREDENTIAL


def heir_of(tx: Tx, org_id: str | None, acting_id: str | None) -> str:
    """Return an administrator of the organization; without one, the acting or any other."""
    known = queries.administrators(tx.session)
    there = [one.id for one in known if one.org_id == org_id]
    anybody = there or [one.id for one in known]
    return acting_id if acting_id is not None and acting_id in anybody else anybody[0]


def require_owner_left(tx: Tx, node: Node) -> None:
    """Refuse a change that leaves a thing without somebody who owns it for good.

    Raises:
        LastOwner: nobody would.
    """
    if not permanent_owners(tx, node.id):
        raise LastOwner(node.name)


def lock_node(tx: Tx, node_id: str) -> None:
    """Let nobody else take ownership of a thing away until this transaction ends.

    PostgreSQL would otherwise let two owners remove each other at the same time; on
    SQLite there is one writer anyway.
    """
    tx.session.execute(select(NodeRow.id).where(NodeRow.id == node_id).with_for_update())


def permanent_owners(tx: Tx, node_id: str) -> list[str]:
    """Return the active publishers who own a thing for good: by themselves or by a set.

    On what stands in a project its administrators own too. A membership counts that has
    begun and does not end.
    """
    forever = datetime.max.replace(tzinfo=tx.now.tzinfo)
    node = tx.session.get_one(NodeRow, node_id)
    places = [node_id, *([node.parent_id] if node.kind not in _ROOTS and node.parent_id else [])]
    holders = (
        select(GrantRow.who_id.label("id"))
        .where(
            GrantRow.node_id.in_(places),
            GrantRow.atoms.op("&")(_OWNING) != 0,
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > forever,
        )
        .cte(recursive=True)
    )
    holders = holders.union(
        select(MembershipRow.member_id)
        .join(holders, MembershipRow.set_id == holders.c.id)
        .where(MembershipRow.from_at <= tx.now, MembershipRow.until_at > forever)
    )
    everybody = select(holders.c.id).where(holders.c.id == signed_in(node.org_id)).exists()
    rows = tx.session.scalars(
        select(PrincipalRow.id).where(
            PrincipalRow.kind == "user",
            PrincipalRow.is_active,
            PrincipalRow.cap >= policy.rung_of(Atom.OWN),
            PrincipalRow.id.in_(select(holders.c.id)) | (everybody & (PrincipalRow.org_id == node.org_id)),
        )
    )
    return list(rows)


_ROOTS: Final = (NodeKind.INSTANCE, NodeKind.ORGANIZATION)
