"""What a decision needs from the store, by prepared statements."""

from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, case, literal, literal_column, or_, select
from sqlalchemy.sql.elements import ColumnElement

from gatepost_server.authz.model import ANYONE, INSTANCE, NOBODY, SIGNED_IN, GrantFact, Node, Subject
from gatepost_server.authz.policy import NodeKind
from gatepost_server.authz.tables import GrantRow, MembershipRow, NodeRow, PrincipalRow
from gatepost_server.store import FOREVER, Prepared, RawReader

_grants = GrantRow.__table__
_members = MembershipRow.__table__
_nodes = NodeRow.__table__


def _param(name: str, kind: Any) -> ColumnElement[Any]:
    return bindparam(name, type_=kind)


def _raw(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Name a moment column without its type, so that it compares as the integer it is."""
    return literal_column(f"{column.table.name}.{column.name}", BigInteger())


def _earlier(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return case((one < other, one), else_=other)


def _grants_on_path() -> Prepared:
    text, now = _nodes.c.id.type, _param("now", BigInteger())
    forever = literal(FOREVER, BigInteger()).label("until")
    ids = select(_param("who", text).label("id"), forever).cte("reach", recursive=True)
    ids = ids.union(
        select(_param("signed_in", text), forever),
        select(literal(ANYONE, text), forever),
        select(_members.c.set_id, _earlier(_raw(_members.c.until_at), ids.c.until))
        .join(ids, _members.c.member_id == ids.c.id)
        .where(_raw(_members.c.from_at) <= now, _raw(_members.c.until_at) > now),
    )
    # The tree is instance ⊃ organization ⊃ project ⊃ items, so a node's own row names
    # all its ancestors and no second recursion is needed.
    here, above = _nodes.alias("here"), _nodes.alias("above")
    on_path = or_(
        above.c.id == here.c.id,
        above.c.id == here.c.parent_id,
        above.c.id == here.c.org_id,
        above.c.id == INSTANCE,
    )
    return Prepared(
        select(above.c.kind, above.c.id, _grants.c.atoms, _earlier(_raw(_grants.c.until_at), ids.c.until))
        .select_from(here)
        .join(above, on_path)
        .join(_grants, _grants.c.node_id == above.c.id)
        .join(ids, _grants.c.who_id == ids.c.id)
        .where(
            here.c.id == _param("node", text),
            _raw(_grants.c.from_at) <= now,
            _raw(_grants.c.until_at) > now,
        )
    )


_GRANTS: Final = _grants_on_path()
_KINDS: Final = {kind.value: kind for kind in NodeKind}
_SUBJECT: Final = Prepared(
    select(PrincipalRow.is_active, PrincipalRow.cap, PrincipalRow.org_id, PrincipalRow.name).where(
        PrincipalRow.id == bindparam("who", type_=_nodes.c.id.type)
    )
)
_NODE: Final = Prepared(
    select(NodeRow.id, NodeRow.kind, NodeRow.name, NodeRow.parent_id, NodeRow.org_id, NodeRow.number).where(
        NodeRow.id == bindparam("node", type_=_nodes.c.id.type)
    )
)


def load_subject(reader: RawReader, principal_id: str | None, cap: int) -> Subject:
    """Return whose rights count; an unknown principal is one that is not active.

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
    return None if row is None else Node(row[0], NodeKind(row[1]), row[2], row[3], row[4], row[5])


def load_grants(reader: RawReader, subject: Subject, node_id: str, now: int) -> list[GrantFact]:
    """Return the grants active at *now* (microseconds) that reach *subject* on a node's path."""
    signed_in = SIGNED_IN if subject.principal_id is not None else ANYONE
    rows = reader.all(_GRANTS, who=subject.principal_id or ANYONE, signed_in=signed_in, node=node_id, now=now)
    return [GrantFact(_KINDS[kind], at == node_id, atoms, until) for kind, at, atoms, until in rows]
