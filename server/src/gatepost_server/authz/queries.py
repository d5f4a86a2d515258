"""Lists that are already filtered by rights, and reads of grants and principals."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from gatepost_server.authz.model import (
    ANYONE,
    INSTANCE,
    Grant,
    Principal,
    Subject,
    role_rights,
    signed_in,
)
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.tables import ExposureRow, GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.authz.windows import Window
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Tx


def ids_of(tx: Tx, subject: Subject) -> list[str]:
    """Return every id whose own grants count for *subject* now: itself, its sets, the open ones."""
    mine = [ANYONE] if subject.principal_id is None else [subject.principal_id, ANYONE]
    if subject.principal_id is not None and subject.has_role:
        mine.append(signed_in(subject.org_id))
    reach = select(PrincipalRow.id).where(PrincipalRow.id.in_(mine)).cte(recursive=True)
    reach = reach.union(
        select(MembershipRow.set_id)
        .join(reach, MembershipRow.member_id == reach.c.id)
        .where(MembershipRow.from_at <= tx.now, MembershipRow.until_at > tx.now)
    )
    return list(tx.session.scalars(select(reach.c.id)))


def sets_of(tx: Tx, principal_id: str) -> list[str]:
    """Return a principal's id and those of all sets that it is in now."""
    reach = select(PrincipalRow.id).where(PrincipalRow.id == principal_id).cte(recursive=True)
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
    conditions: list[ColumnElement[bool]] = []
    for one in subject.chain:
        if not one.is_active or policy.rung_of(atom) > min(one.role_cap, one.cap):
            return select(NodeRow.id).where(NodeRow.id.is_(None))
        conditions += _within_reach(one)
        if policy.holders_of(Atom.USE) >> atom & 1 and not one.opens_restricted:
            conditions.append(NodeRow.is_restricted.is_(False))
        everywhere = one.lent | role_rights(one, kind, is_home=False)
        if not policy.closure(everywhere) >> atom & 1:
            conditions.append(or_(_held_at_home(one, atom, kind), _held_by_grant(tx, one, atom, kind)))
    return select(NodeRow.id).where(NodeRow.kind == kind, *conditions)


def _within_reach(subject: Subject) -> list[ColumnElement[bool]]:
    return [
        or_(NodeRow.id.in_(allowed), NodeRow.parent_id.in_(allowed), NodeRow.org_id.in_(allowed))
        for allowed in map(sorted, subject.reach)
        if INSTANCE not in allowed
    ]


def _held_at_home(subject: Subject, atom: int, kind: NodeKind) -> ColumnElement[bool]:
    """Return whether a node is the subject's own organization, if its server role gives *atom* there."""
    if subject.org_id is None or not role_rights(subject, kind, is_home=True) >> atom & 1:
        return false()
    return NodeRow.id == subject.org_id


def _held_by_grant(tx: Tx, subject: Subject, atom: int, kind: NodeKind) -> ColumnElement[bool]:
    if subject.lent:
        return false()
    mine = ids_of(tx, subject)
    everywhere = policy.flowing_to(atom, NodeKind.INSTANCE, kind) if subject.lends_instance else 0
    at_root = _granted(tx, mine, everywhere).where(GrantRow.node_id == INSTANCE)
    if everywhere and tx.session.scalar(at_root.limit(1)) is not None:
        return true()
    ways: list[ColumnElement[bool]] = [NodeRow.id.in_(_granted(tx, mine, policy.holders_of(atom)))]
    in_project = policy.flowing_to(atom, NodeKind.PROJECT, kind)
    if in_project:
        above = _granted(tx, mine, in_project)
        ways.append(and_(NodeRow.parent_id.in_(above), NodeRow.parent_id != NodeRow.org_id))
        if kind is NodeKind.DATASET and subject.has_role and subject.principal_id is not None:
            ways.append(NodeRow.id.in_(_exposed(tx, above, atom)))
    return or_(*ways)


def _granted(tx: Tx, mine: Sequence[str], atoms: int) -> Select[str]:
    return select(GrantRow.node_id).where(
        GrantRow.who_id.in_(mine),
        GrantRow.from_at <= tx.now,
        GrantRow.until_at > tx.now,
        GrantRow.atoms.op("&")(atoms) != 0,
    )


def _exposed(tx: Tx, above: Select[str], atom: int) -> Select[str]:
    """Return the datasets that an exposure to a project opens; rights flow there as to its own."""
    project = aliased(NodeRow)
    return (
        select(ExposureRow.dataset_id)
        .join(project, project.id == ExposureRow.project_id)
        .where(
            ExposureRow.from_at <= tx.now,
            ExposureRow.until_at > tx.now,
            ExposureRow.mask.op("&")(policy.holders_of(atom)) != 0,
            project.id.in_(above),
        )
    )


def exposures_to(tx: Tx, project_id: str) -> Sequence[tuple[str, int, Window]]:
    """Return what is exposed to a project, now or later: each dataset's id, the mask and the window."""
    rows = tx.session.scalars(
        select(ExposureRow)
        .where(ExposureRow.project_id == project_id, ExposureRow.until_at > tx.now)
        .order_by(ExposureRow.id)
    )
    return [(row.dataset_id, row.mask, Window.of(row.from_at, row.until_at)) for row in rows]


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


def page_of_grants(
    session: Session, node_id: str, page: PageRequest, kinds: Sequence[str] | None
) -> Page[Grant]:
    """Return a page of the grants on a node to holders of *kinds* (None: all but the open sets).

    Searched by what the holders are called.

    Raises:
        Invalid: an order other than `created` and `-created`, or a cursor that is not ours.
    """
    if page.sort not in ("", "created", "-created"):
        fault = FieldFault("sort", "one of created, -created")
        raise Invalid("Unknown order.", faults=[fault], code="bad-sort")
    who, by = aliased(PrincipalRow), aliased(PrincipalRow)
    query = (
        select(GrantRow, who, by.label)
        .join(who, who.id == GrantRow.who_id)
        .outerjoin(by, by.id == GrantRow.by_id)
        .where(GrantRow.node_id == node_id, who.kind != "everyone" if kinds is None else who.kind.in_(kinds))
    )
    for word in page.q.split()[:8]:
        called = (who.name.icontains(word, autoescape=True), who.label.icontains(word, autoescape=True))
        query = query.where(or_(*called))
    is_down, position = page.sort.startswith("-"), page.position()
    if position is not None:
        query = query.where(GrantRow.id < position[0] if is_down else GrantRow.id > position[0])
    ordered = query.order_by(GrantRow.id.desc() if is_down else GrantRow.id)
    rows = session.execute(ordered.limit(page.limit + 1))
    found = [_grant(row, holder, giver or row.by_id) for row, holder, giver in rows]
    return page_from(found, page, lambda one: (one.id,))


def grant_by_id(session: Session, grant_id: str) -> Grant | None:
    """Return one grant, or None."""
    row = session.get(GrantRow, grant_id)
    if row is None:
        return None
    holder = session.get_one(PrincipalRow, row.who_id)
    return _grant(row, holder, row.by_id)


def grants_by_id(session: Session, ids: Select[str]) -> Sequence[Grant]:
    """Return the grants that a sub-select finds, oldest first."""
    who = aliased(PrincipalRow)
    rows = session.execute(
        select(GrantRow, who)
        .join(who, who.id == GrantRow.who_id)
        .where(GrantRow.id.in_(ids))
        .order_by(GrantRow.id)
    )
    return [_grant(row, holder, row.by_id) for row, holder in rows]


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
