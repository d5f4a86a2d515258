"""What a decision needs from the store, by prepared statements."""

from typing import Any, Final

from sqlalchemy import CTE, BigInteger, bindparam, case, literal, literal_column, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from gatepost_server.authz.model import (
    ANYONE,
    INSTANCE,
    NOBODY,
    Facts,
    GrantFact,
    Node,
    Subject,
    signed_in,
)
from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.tables import ExposureRow, GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.store import FOREVER, Prepared, RawReader

_grants = GrantRow.__table__
_members = MembershipRow.__table__
_nodes = NodeRow.__table__
_exposures = ExposureRow.__table__


def _param(name: str, kind: Any) -> ColumnElement[Any]:
    return bindparam(name, type_=kind)


def _raw(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Name a moment column without its type, so that it compares as the integer it is."""
    return literal_column(f"{column.table.name}.{column.name}", BigInteger())


def _earlier(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one < other, one), else_=other)


def _is_active(table: FromClause, now: ColumnElement[int]) -> ColumnElement[bool]:
    return (_raw(table.c.from_at) <= now) & (_raw(table.c.until_at) > now)


def _reach(now: ColumnElement[int]) -> CTE:
    """Return every id whose grants count, each with the end of the membership that leads to it."""
    text = _nodes.c.id.type
    forever = literal(FOREVER, BigInteger()).label("until")
    ids = select(_param("who", text).label("id"), forever).cte("reach", recursive=True)
    return ids.union(
        select(_param("signed_in", text), forever),
        select(literal(ANYONE, text), forever),
        select(_members.c.set_id, _earlier(_raw(_members.c.until_at), ids.c.until))
        .join(ids, _members.c.member_id == ids.c.id)
        .where(_is_active(_members, now)),
    )


def _is_on_path(here: FromClause, above: FromClause) -> ColumnElement[bool]:
    # The tree is instance ⊃ organization ⊃ project ⊃ items, so a node's own row names
    # all its ancestors and no second recursion is needed.
    return or_(
        above.c.id == here.c.id,
        above.c.id == here.c.parent_id,
        above.c.id == here.c.org_id,
        above.c.id == INSTANCE,
    )


def _grants_on_path() -> Prepared:
    now = _param("now", BigInteger())
    ids, here, above = _reach(now), _nodes.alias("here"), _nodes.alias("above")
    return Prepared(
        select(above.c.kind, above.c.id, _grants.c.atoms, _earlier(_raw(_grants.c.until_at), ids.c.until))
        .select_from(here)
        .join(above, _is_on_path(here, above))
        .join(_grants, _grants.c.node_id == above.c.id)
        .join(ids, _grants.c.who_id == ids.c.id)
        .where(here.c.id == _param("node", _nodes.c.id.type), _is_active(_grants, now))
    )


def _grants_over_exposures() -> Prepared:
    now = _param("now", BigInteger())
    ids, here, above = _reach(now), _nodes.alias("here"), _nodes.alias("above")
    until = _earlier(_earlier(_raw(_grants.c.until_at), ids.c.until), _raw(_exposures.c.until_at))
    return Prepared(
        select(above.c.kind, _grants.c.atoms, until, _exposures.c.mask)
        .select_from(_exposures)
        .join(here, here.c.id == _exposures.c.project_id)
        .join(above, _is_on_path(here, above))
        .join(_grants, _grants.c.node_id == above.c.id)
        .join(ids, _grants.c.who_id == ids.c.id)
        .where(
            _exposures.c.dataset_id == _param("node", _nodes.c.id.type),
            _is_active(_exposures, now),
            _is_active(_grants, now),
        )
    )


_GRANTS: Final = _grants_on_path()
_OVER_EXPOSURES: Final = _grants_over_exposures()
_KINDS: Final = {kind.value: kind for kind in NodeKind}
_SUBJECT: Final = Prepared(
    select(PrincipalRow.is_active, PrincipalRow.cap, PrincipalRow.org_id, PrincipalRow.name).where(
        PrincipalRow.id == bindparam("who", type_=_nodes.c.id.type)
    )
)
_NODE: Final = Prepared(
    select(
        NodeRow.id,
        NodeRow.kind,
        NodeRow.name,
        NodeRow.parent_id,
        NodeRow.org_id,
        NodeRow.number,
        NodeRow.is_restricted,
    ).where(NodeRow.id == bindparam("node", type_=_nodes.c.id.type))
)


def load_subject(reader: RawReader, principal_id: str | None, cap: int) -> Subject:
    """Return a person as a subject; an unknown one is not active.

    Nobody (None) is a subject too: what is open to anyone is open to it, at rung 1.
    """
    if principal_id is None:
        return NOBODY
    row = reader.first(_SUBJECT, who=principal_id)
    if row is None:
        return Subject(principal_id, is_active=False)
    return Subject(principal_id, bool(row[0]), int(row[1]), cap, row[2], row[3])


def load_node(reader: RawReader, node_id: str) -> Node | None:
    """Return the node *node_id*, or None."""
    row = reader.first(_NODE, node=node_id)
    if row is None:
        return None
    return Node(row[0], NodeKind(row[1]), row[2], row[3], row[4], row[5], bool(row[6]))


def load_facts(reader: RawReader, subject: Subject, node_id: str, kind: NodeKind, now: int) -> Facts:
    """Return the grants active at *now* (microseconds) of *subject* and of those it stays within."""
    return [load_grants(reader, one, node_id, kind, now) for one in subject.chain]


def load_grants(
    reader: RawReader, subject: Subject, node_id: str, kind: NodeKind, now: int
) -> list[GrantFact]:
    """Return the grants active at *now* (microseconds) that reach *subject* alone on a node's path.

    Over exposures flow the rights of people only (I3): a key's own grants stay in its project.
    """
    if subject.lent:
        return []
    is_person = subject.has_role and subject.principal_id is not None
    bound = {
        "who": subject.principal_id or ANYONE,
        "signed_in": signed_in(subject.org_id) if is_person else ANYONE,
        "node": node_id,
        "now": now,
    }
    rows = reader.all(_GRANTS, **bound)
    found = [GrantFact(_KINDS[at_kind], at == node_id, atoms, until) for at_kind, at, atoms, until in rows]
    if kind is NodeKind.DATASET and is_person:
        for at_kind, atoms, until, mask in reader.all(_OVER_EXPOSURES, **bound):
            found.append(GrantFact(_KINDS[at_kind], False, atoms, until, policy.closure(mask)))
    return found
