"""Granting: nobody gives more, or for longer, than they hold (permission-model §4.6)."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from gatepost_server.authz import queries
from gatepost_server.authz.errors import Hidden, LastOwner, OwnOwnerGrant, TooWide
from gatepost_server.authz.facts import load_grants
from gatepost_server.authz.model import ANYONE, SIGNED_IN, Grant, Node, Principal, effective
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.service.asking import reader_of, require, subject_of
from gatepost_server.authz.tables import GrantRow, NodeRow, PrincipalRow
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Tx, micros

_OWN: Final = 1 << Atom.OWN


def own_new_node(tx: Tx, node: Node) -> None:
    """Give the caller OWN on what they have just created."""
    owner = tx.actor.principal_id
    if owner is None:
        raise ValueError("nobody creates nothing")
    add_grant(tx, node.id, owner, _OWN, role="owner", reason="created it")


def give_role(
    tx: Tx, node_id: str, who_id: str, role: str, *, until: datetime | None = None, reason: str = ""
) -> Grant:
    """Share a thing: give *who_id* the preset *role* on it until *until* (None: for good).

    Raises:
        Invalid: no such role here, an end that has passed, or one who cannot have it.
        TooWide: beyond what the caller holds, now or at any time before *until*.
        Conflict: they have that role already.
    """
    node = require(tx, share_action(node_id), node_id)
    atoms = policy.presets[node.kind].get(role)
    if atoms is None:
        raise Invalid(
            "Unknown role.", faults=[FieldFault("role", f"one of {', '.join(policy.presets[node.kind])}")]
        )
    if until is not None and until <= tx.now:
        raise Invalid("The end has passed.", faults=[FieldFault("until", "has to lie in the future")])
    holder = _receiver(tx, who_id, atoms)
    require_within_own(tx, node, atoms, until)
    if any(
        one.who_id == who_id and one.role == role and one.until_at == until
        for one in queries.grants_on(tx.session, node_id)
    ):
        raise Conflict(f"{holder.name} has this role already.", code="already-granted")
    grant = add_grant(tx, node_id, who_id, atoms, role=role, until=until, reason=reason)
    tx.audit(
        f"{node.kind}:share", node.kind, node.id, node.name,
        after={"to": holder.name, "role": role, "until": until.isoformat() if until else None},
    )  # fmt: skip
    return grant


def take_back(tx: Tx, node_id: str, grant_id: str) -> Grant:
    """Remove a grant; what it opened is closed at the next request.

    Raises:
        Hidden: no such grant on this thing.
        TooWide: it belongs to somebody above the caller.
        LastOwner: nobody would be left who owns the thing for good.
        OwnOwnerGrant: it is one's own ownership; another owner may take it.
    """
    node = require(tx, share_action(node_id), node_id)
    lock_node(tx, node_id)
    grant = queries.grant_by_id(tx.session, grant_id)
    if grant is None or grant.node_id != node_id:
        raise Hidden("grant:delete", grant_id)
    require_within_own(tx, node, grant.atoms, grant.until_at)
    if grant.atoms & _OWN and grant.who_id == tx.actor.principal_id:
        others = set(_permanent_owners(tx, node_id)) - {grant.who_id}
        raise OwnOwnerGrant(node.name) if others else LastOwner(node.name)
    tx.session.execute(delete(GrantRow).where(GrantRow.id == grant_id))
    if grant.atoms & _OWN and not _permanent_owners(tx, node_id):
        raise LastOwner(node.name)
    tx.audit(
        f"{node.kind}:unshare",
        node.kind,
        node.id,
        node.name,
        before={"to": grant.who_name, "role": grant.role},
    )
    return grant


def list_grants(tx: Tx, node_id: str) -> list[Grant]:
    """Return the grants on a thing that its sharers may see; general access left out."""
    require(tx, share_action(node_id), node_id)
    return [one for one in queries.grants_on(tx.session, node_id) if one.who_id not in (ANYONE, SIGNED_IN)]


def owners_of(tx: Tx, node_ids: list[str]) -> dict[str, tuple[str, str]]:
    """Return the first owner (id, label) of each thing, for lists."""
    rows = tx.session.execute(
        select(GrantRow.node_id, PrincipalRow.id, PrincipalRow.label)
        .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
        .where(GrantRow.node_id.in_(node_ids), GrantRow.atoms.op("&")(_OWN) != 0)
        .order_by(GrantRow.id.desc())
    )
    return {node_id: (who, name) for node_id, who, name in rows}


def hand_over(tx: Tx, principal_id: str, heir_id: str) -> list[tuple[str, str, str]]:
    """Give *heir_id* what would be left without an effective owner when somebody goes.

    Called after the person's role or activity changed. Returns (kind, id, heir) of each
    thing that was handed over; each is audited.
    """
    rows = tx.session.execute(
        select(NodeRow.id, NodeRow.kind, NodeRow.name)
        .join(GrantRow, GrantRow.node_id == NodeRow.id)
        .where(GrantRow.who_id == principal_id, GrantRow.atoms.op("&")(_OWN) != 0)
        .order_by(NodeRow.id)
    ).all()
    moved = []
    for node_id, kind, name in rows:
        lock_node(tx, node_id)
        if _permanent_owners(tx, node_id):
            continue
        add_grant(tx, node_id, heir_id, _OWN, role="owner", reason="its owner left")
        tx.audit("grant:hand-over", kind, node_id, name, after={"to": heir_id})
        moved.append((kind, node_id, heir_id))
    return moved


def share_action(node_id: str) -> str:
    """Return the action that sharing this thing takes; told from the id's prefix."""
    return "source:share" if node_id.startswith("src_") else "app:share"


def lock_node(tx: Tx, node_id: str) -> None:
    """Let nobody else take ownership of a thing away until this transaction ends.

    PostgreSQL would otherwise let two owners remove each other at the same time; on
    SQLite there is one writer anyway.
    """
    tx.session.execute(select(NodeRow.id).where(NodeRow.id == node_id).with_for_update())


def add_grant(
    tx: Tx,
    node_id: str,
    who_id: str,
    atoms: int,
    *,
    role: str | None = None,
    until: datetime | None = None,
    reason: str = "",
) -> Grant:
    """Write a grant from now on; whether the caller may give it has been asked."""
    row = GrantRow(
        id=new_id("grt", tx.now),
        who_id=who_id,
        node_id=node_id,
        atoms=atoms,
        role=role,
        from_at=tx.now,
        until_at=until,
        by_id=tx.actor.principal_id or "",
        reason=reason,
    )
    tx.session.add(row)
    tx.session.flush()
    made = queries.grant_by_id(tx.session, row.id)
    assert made is not None, "it was written a line ago"
    return made


def _receiver(tx: Tx, who_id: str, atoms: int) -> Principal:
    """Return whom a role is given to; general access has its own use-case and ceiling."""
    holder = queries.principal(tx.session, who_id)
    if holder is None or not holder.is_active or who_id in (ANYONE, SIGNED_IN):
        raise Invalid("Nobody of that name.", faults=[FieldFault("to", "unknown")], code="unknown-principal")
    if holder.kind == "user" and atoms & _OWN and holder.cap < policy.rung_of(Atom.OWN):
        fault = FieldFault("role", f"{holder.name} is a server viewer; owners are publishers or above")
        raise Invalid("They cannot own it.", faults=[fault], code="owner-must-publish")
    return holder


def require_within_own(tx: Tx, node: Node, atoms: int, until: datetime | None) -> None:
    """Check §4.6 rule 2 at every instant at which the caller's own rights may change.

    Raises:
        TooWide: *atoms* until *until* are beyond what the caller holds on *node*.
    """
    if tx.actor.kind is ActorKind.SYSTEM:
        return
    subject, reader = subject_of(tx), reader_of(tx)
    wanted = policy.closure(atoms)
    end = micros(until) if until is not None else None
    moment = micros(tx.now)
    while True:
        active = load_grants(reader, subject, node.id, moment)
        if wanted & ~effective(subject, NodeKind(node.kind), active):
            raise TooWide("You cannot give or take what you do not hold yourself for as long.")
        ends = [one.until for one in active if end is None or one.until < end]
        nearest = min((one for one in ends if one > moment), default=None)
        if nearest is None or nearest >= 2**62:
            return
        moment = nearest


def _permanent_owners(tx: Tx, node_id: str) -> list[str]:
    """Return the users who own a thing for good and whose ownership has effect."""
    rows = tx.session.scalars(
        select(PrincipalRow.id)
        .join(GrantRow, GrantRow.who_id == PrincipalRow.id)
        .where(
            GrantRow.node_id == node_id,
            GrantRow.atoms.op("&")(_OWN) != 0,
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > datetime.max.replace(tzinfo=tx.now.tzinfo),
            PrincipalRow.is_active,
            PrincipalRow.cap >= policy.rung_of(Atom.OWN),
        )
    )
    return list(rows)
