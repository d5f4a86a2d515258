"""What a decision needs from the store, by prepared statements."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, Select, bindparam, case, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from gatepost_server.authz.model import (
    ANYONE,
    INSTANCE,
    NOBODY,
    Facts,
    GrantFact,
    Node,
    Principal,
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


def _is_not_over(table: FromClause) -> ColumnElement[bool]:
    """Leave out what has ended; whether it has begun is for the reader of the rows to see.

    So what was read at one moment holds all that counts at a later one (`Prepared.only_ends`).
    """
    return _raw(table.c.until_at) > _param("now", BigInteger())


def _window(table: FromClause) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return _raw(table.c.from_at), _raw(table.c.until_at)


def _sets_of_a_principal() -> Prepared:
    """Every set that somebody is in, each with the window in which all memberships that lead to it count."""
    who = _members.c.member_id == _param("who", _nodes.c.id.type)
    begin, until = _window(_members)
    sets = select(_members.c.set_id.label("id"), begin.label("begin"), until.label("until"))
    reach = sets.where(who, _is_not_over(_members)).cte("reach", recursive=True)
    later = case((begin > reach.c.begin, begin), else_=reach.c.begin)
    earlier = case((until < reach.c.until, until), else_=reach.c.until)
    further = select(_members.c.set_id, later, earlier).join(reach, _members.c.member_id == reach.c.id)
    reach = reach.union(further.where(_is_not_over(_members), later < earlier))
    return Prepared(select(reach.c.id, reach.c.begin, reach.c.until), only_ends=True)


def _is_held(count: int) -> ColumnElement[bool]:
    # Few holders are looked up one by one. Of many, the grants on the path are read and
    # compared: the empty text keeps the planner from looking each of them up as well.
    who = _grants.c.who_id if count <= _FEW else _grants.c.who_id.concat("")
    return who.in_([_param(f"who_{at}", _nodes.c.id.type) for at in range(count)])


_FEW: Final = 8


@lru_cache
def _grants_on_path(count: int) -> Prepared:
    """What up to *count* principals were granted on a node, its parent, its organization, the instance.

    The tree is instance ⊃ organization ⊃ project ⊃ items: that is the whole path, and
    each grant is one step into an index, however many there are.
    """
    path = [_param(name, _nodes.c.id.type) for name in ("node", "parent", "org", "instance")]
    columns = (_grants.c.node_id, _grants.c.who_id, _grants.c.atoms, *_window(_grants))
    held = (_grants.c.node_id.in_(path), _is_held(count), _is_not_over(_grants))
    return Prepared(select(*columns).where(*held), only_ends=True)


@lru_cache
def _grants_over_exposures(count: int) -> Prepared:
    """What up to *count* principals were granted on projects that a dataset is exposed to."""
    columns = (_grants.c.who_id, _grants.c.atoms, *_window(_grants))
    return Prepared(
        select(*columns, _exposures.c.mask, *_window(_exposures))
        .join(_grants, _grants.c.node_id == _exposures.c.project_id)
        .where(
            _exposures.c.dataset_id == _param("node", _nodes.c.id.type),
            _is_not_over(_exposures),
            _is_held(count),
            _is_not_over(_grants),
        ),
        only_ends=True,
    )


_SETS: Final = _sets_of_a_principal()
_KINDS: Final = {kind.value: kind for kind in NodeKind}
_PERSON_CELLS: Final = (PrincipalRow.is_active, PrincipalRow.cap, PrincipalRow.org_id, PrincipalRow.name)
_SUBJECT: Final = Prepared(
    select(*_PERSON_CELLS).where(PrincipalRow.id == bindparam("who", type_=_nodes.c.id.type))
)
_PRINCIPAL: Final = Prepared(
    select(
        PrincipalRow.id,
        PrincipalRow.kind,
        PrincipalRow.name,
        PrincipalRow.label,
        PrincipalRow.is_active,
        PrincipalRow.cap,
        PrincipalRow.org_id,
    ).where(PrincipalRow.id == bindparam("who", type_=_nodes.c.id.type))
)
_NAMED: Final = Prepared(
    select(_nodes.c.id).where(
        _nodes.c.parent_id == bindparam("parent", type_=_nodes.c.id.type),
        _nodes.c.kind == bindparam("kind", type_=_nodes.c.kind.type),
        _nodes.c.name == bindparam("name", type_=_nodes.c.name.type),
    )
)
_NODE_CELLS: Final = (
    NodeRow.id,
    NodeRow.kind,
    NodeRow.name,
    NodeRow.parent_id,
    NodeRow.org_id,
    NodeRow.number,
    NodeRow.is_restricted,
)
NODE_CELLS: Final = len(_NODE_CELLS)
"""How many cells `with_node` adds."""
_NODE: Final = Prepared(select(*_NODE_CELLS).where(NodeRow.id == bindparam("node", type_=_nodes.c.id.type)))


_GRANT: Final = Prepared(
    select(GrantRow.from_at, GrantRow.until_at, PrincipalRow.is_active)
    .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
    .where(GrantRow.id == bindparam("grant", type_=_nodes.c.id.type))
)


def load_subject(reader: RawReader, principal_id: str | None, cap: int) -> Subject:
    """Return a person as a subject; an unknown one is not active.

    Nobody (None) is a subject too: what is open to anyone is open to it, at rung 1.
    """
    if principal_id is None:
        return NOBODY
    row = reader.first(_SUBJECT, who=principal_id)
    return Subject(principal_id, is_active=False) if row is None else person_of(principal_id, row, cap)


def with_person(
    statement: Select[*tuple[Any, ...]], who: InstrumentedAttribute[str]
) -> Select[*tuple[Any, ...]]:
    """Let a statement of another domain read what `person_of` needs as well; it comes last."""
    return statement.outerjoin(PrincipalRow, PrincipalRow.id == who).add_columns(*_PERSON_CELLS)


def person_of(principal_id: str, cells: Sequence[Any], cap: int) -> Subject:
    """Return the subject of whom `with_person` read; an unknown one is not active."""
    is_active, role_cap, org_id, name = cells
    return Subject(principal_id, bool(is_active), role_cap or 0, cap, org_id, name or "")


def load_principal(reader: RawReader, principal_id: str) -> Principal | None:
    """Return a principal or set, or None."""
    row = reader.first(_PRINCIPAL, who=principal_id)
    if row is None:
        return None
    who_id, kind, name, label, is_active, cap, org_id = row
    return Principal(who_id, kind, name, label, bool(is_active), cap, org_id)


def load_child(reader: RawReader, parent_id: str, kind: NodeKind, name: str) -> str | None:
    """Return the id of a child of *kind* by its name, or None."""
    row = reader.first(_NAMED, parent=parent_id, kind=kind.value, name=name)
    return None if row is None else str(row[0])


def load_node(reader: RawReader, node_id: str) -> Node | None:
    """Return the node *node_id*, or None."""
    row = reader.first(_NODE, node=node_id)
    return None if row is None else node_of(row)


def with_node(
    statement: Select[*tuple[Any, ...]], at: InstrumentedAttribute[str]
) -> Select[*tuple[Any, ...]]:
    """Let a statement of another domain read what `node_of` needs as well; it comes last."""
    return statement.join(NodeRow, NodeRow.id == at).add_columns(*_NODE_CELLS)


def node_of(cells: Sequence[Any]) -> Node:
    """Return the node that `with_node` read."""
    node_id, kind, name, parent_id, org_id, number, is_restricted = cells
    return Node(node_id, _KINDS[kind], name, parent_id, org_id, number, bool(is_restricted))


def with_grant(
    statement: Select[*tuple[Any, ...]], at: InstrumentedAttribute[str | None]
) -> Select[*tuple[Any, ...]]:
    """Let a statement of another domain read a grant for `is_living` as well; its cells come last."""
    found = statement.outerjoin(GrantRow, GrantRow.id == at)
    return found.outerjoin(PrincipalRow, PrincipalRow.id == GrantRow.who_id).add_columns(
        GrantRow.from_at, GrantRow.until_at, PrincipalRow.is_active
    )


def is_living(cells: Sequence[Any], now: int) -> bool:
    """Tell whether the grant that `with_grant` read is there, counts at *now*, and its holder is active."""
    begin, until, is_active = cells
    return begin is not None and begin <= now < until and bool(is_active)


def grant_counts(reader: RawReader, grant_id: str, now: int) -> bool:
    """Tell whether a grant is there, counts at *now* (microseconds), and its holder is active."""
    row = reader.first(_GRANT, grant=grant_id)
    return row is not None and row[0] <= now < row[1] and bool(row[2])


def load_facts(reader: RawReader, subject: Subject, node: Node, now: int) -> Facts:
    """Return the grants active at *now* (microseconds) of *subject* and of those it stays within."""
    return [load_grants(reader, one, node, now) for one in subject.chain]


def load_grants(reader: RawReader, subject: Subject, node: Node, now: int) -> list[GrantFact]:
    """Return the grants active at *now* (microseconds) that reach *subject* alone on the node's path.

    Over exposures flow the rights of people only (I3): a key's own grants stay in its project.
    Of a node that is not there nobody holds any, which takes as many reads to find (I24).
    """
    if subject.lent:
        return []
    held = load_reach(reader, subject, now)
    bound = _bound(held, now)
    parent, org = node.parent_id or INSTANCE, node.org_id or INSTANCE
    rows = reader.all(
        _grants_on_path(len(bound) - 1), node=node.id, parent=parent, org=org, instance=INSTANCE, **bound
    )
    kinds = {
        parent: NodeKind.PROJECT, org: NodeKind.ORGANIZATION, INSTANCE: NodeKind.INSTANCE, node.id: node.kind
    }  # fmt: skip
    found = [
        GrantFact(kinds[at], at == node.id, atoms, min(until, held[who]))
        for at, who, atoms, begin, until in rows
        if begin <= now < until
    ]
    if node.kind is NodeKind.DATASET and subject.is_person:
        for who, atoms, begin, until, mask, begins, ends in reader.all(
            _grants_over_exposures(len(bound) - 1), node=node.id, **bound
        ):
            last = min(until, ends, held[who])
            if max(begin, begins) <= now < last:
                found.append(GrantFact(NodeKind.PROJECT, False, atoms, last, policy.closure(mask)))
    return found if node.is_there else []


def load_reach(reader: RawReader, subject: Subject, now: int) -> dict[str, int]:
    """Return every id whose grants count for *subject* alone, and until when it does."""
    held = {ANYONE: FOREVER}
    if subject.principal_id is None:
        return held
    held[subject.principal_id] = FOREVER
    if subject.is_person:
        held[signed_in(subject.org_id)] = FOREVER
    for set_id, begin, until in reader.all(_SETS, who=subject.principal_id, now=now):
        if begin <= now < until:
            held[set_id] = max(until, held.get(set_id, 0))
    return held


def _bound(held: Mapping[str, int], now: int) -> dict[str, Any]:
    """Bind the holders, filled up with the first one so that few statements are enough."""
    count = 4
    while count < len(held):
        count *= 2
    ids = [*held, *[ANYONE] * (count - len(held))]
    return {**{f"who_{at}": who for at, who in enumerate(ids)}, "now": now}
