"""Lists that are already filtered by rights, and reads of grants and principals."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from gatepost_server.authz.model import ANYONE, SIGNED_IN, Grant, Principal, Subject, role_base
from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.tables import GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.store import Tx


def ids_of(tx: Tx, subject: Subject) -> list[str]:
    """Return every id whose grants count for *subject* now: itself, its sets, the open ones."""
    mine = [ANYONE] if subject.principal_id is None else [subject.principal_id, SIGNED_IN, ANYONE]
    reach = select(PrincipalRow.id).where(PrincipalRow.id.in_(mine)).cte(recursive=True)
    reach = reach.union(
        select(MembershipRow.set_id)
        .join(reach, MembershipRow.member_id == reach.c.id)
        .where(MembershipRow.from_at <= tx.now, MembershipRow.until_at > tx.now)
    )
    return list(tx.session.scalars(select(reach.c.id)))


def visible_nodes(tx: Tx, subject: Subject, atom: int, kind: NodeKind) -> Select[str]:
    """Return a sub-select of the ids of all nodes of *kind* on which *subject* holds *atom*.

    Agrees with `judge` on every node; used inside the page query, so that paging and
    totals need no filtering afterwards.
    """
    nothing = select(NodeRow.id).where(NodeRow.id.is_(None))
    cap = min(subject.role_cap, subject.cap)
    if not subject.is_active or policy.rung_of(atom) > cap:
        return nothing
    everything = select(NodeRow.id).where(NodeRow.kind == kind)
    if policy.closure(role_base(subject.role_cap, kind)) >> atom & 1:
        return everything
    mine = ids_of(tx, subject)
    here, above, further = aliased(GrantRow), aliased(GrantRow), aliased(NodeRow)
    direct = select(here.node_id).where(
        here.who_id.in_(mine),
        here.from_at <= tx.now,
        here.until_at > tx.now,
        here.atoms.op("&")(policy.holders_of(atom)) != 0,
    )
    parents = select(above.node_id).where(
        above.who_id.in_(mine),
        above.from_at <= tx.now,
        above.until_at > tx.now,
        above.atoms.op("&")(policy.flowing_to(atom, kind)) != 0,
    )
    grandparents = select(further.id).where(further.parent_id.in_(parents))
    return everything.where(
        or_(NodeRow.id.in_(direct), NodeRow.parent_id.in_(parents), NodeRow.parent_id.in_(grandparents))
    )


def grants_on(session: Session, node_id: str) -> Sequence[Grant]:
    """Return every grant recorded on a node, past and future ones too, oldest first."""
    who, by = aliased(PrincipalRow), aliased(PrincipalRow)
    rows = session.execute(
        select(GrantRow, who, by.label)
        .join(who, who.id == GrantRow.who_id)
        .outerjoin(by, by.id == GrantRow.by_id)
        .where(GrantRow.node_id == node_id)
        .order_by(GrantRow.id)
    )
    return [_grant(row, holder, giver or row.by_id) for row, holder, giver in rows]


def grant_by_id(session: Session, grant_id: str) -> Grant | None:
    """Return one grant, or None."""
    row = session.get(GrantRow, grant_id)
    if row is None:
        return None
    holder = session.get_one(PrincipalRow, row.who_id)
    return _grant(row, holder, row.by_id)


def principal(session: Session, principal_id: str) -> Principal | None:
    """Return a principal or set, or None."""
    row = session.get(PrincipalRow, principal_id)
    return None if row is None else _principal(row)


def administrators(session: Session) -> Sequence[Principal]:
    """Return every active administrator of the server."""
    cap = policy.roles["administrator"].cap
    rows = session.scalars(
        select(PrincipalRow)
        .where(PrincipalRow.kind == "user", PrincipalRow.is_active, PrincipalRow.cap == cap)
        .order_by(PrincipalRow.id)
    )
    return [_principal(row) for row in rows]


def _grant(row: GrantRow, holder: PrincipalRow, giver: str) -> Grant:
    return Grant(
        id=row.id,
        who_id=row.who_id,
        who_kind=holder.kind,
        who_name=holder.name,
        who_label=holder.label,
        node_id=row.node_id,
        atoms=row.atoms,
        role=row.role,
        from_at=row.from_at,
        until_at=row.until_at,
        by_id=row.by_id,
        by_name=giver,
        reason=row.reason,
    )


def _principal(row: PrincipalRow) -> Principal:
    return Principal(row.id, row.kind, row.name, row.label, row.is_active, row.cap, row.org_id)
