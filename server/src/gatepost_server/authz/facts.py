"""What a decision needs from the store, by prepared statements."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, case, literal_column, select
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


def _is_active(table: FromClause) -> ColumnElement[bool]:
    now = _param("now", BigInteger())
    return (_raw(table.c.from_at) <= now) & (_raw(table.c.until_at) > now)


def _sets_of_a_principal() -> Prepared:
    """Every set that somebody is in, each with the end of the memberships that lead to it."""
    who = _members.c.member_id == _param("who", _nodes.c.id.type)
    until = _raw(_members.c.until_at)
    sets = select(_members.c.set_id.label("id"), until.label("until")).where(who, _is_active(_members))
    reach = sets.cte("reach", recursive=True)
    earlier = case((until < reach.c.until, until), else_=reach.c.until)
    further = select(_members.c.set_id, earlier).join(reach, _members.c.member_id == reach.c.id)
    reach = reach.union(further.where(_is_active(_members)))
    return Prepared(select(reach.c.id, reach.c.until))


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
    columns = (_grants.c.node_id, _grants.c.who_id, _grants.c.atoms, _raw(_grants.c.until_at))
    return Prepared(select(*columns).where(_grants.c.node_id.in_(path), _is_held(count), _is_active(_grants)))


@lru_cache
def _grants_over_exposures(count: int) -> Prepared:
    """What up to *count* principals were granted on projects that a dataset is exposed to."""
    columns = (_grants.c.who_id, _grants.c.atoms, _raw(_grants.c.until_at))
    return Prepared(
        select(*columns, _exposures.c.mask, _raw(_exposures.c.until_at))
        .join(_grants, _grants.c.node_id == _exposures.c.project_id)
        .where(
            _exposures.c.dataset_id == _param("node", _nodes.c.id.type),
            _is_active(_exposures),
            _is_held(count),
            _is_active(_grants),
        )
    )


_SETS: Final = _sets_of_a_principal()
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
    Of a node that is not there nobody holds any, which takes as many reads to find (I24).
    """
    node = load_node(reader, node_id)
    if subject.lent:
        return []
    held = load_reach(reader, subject, now)
    bound = _bound(held, now)
    parent, org = (None, None) if node is None else (node.parent_id, node.org_id)
    parent, org = parent or INSTANCE, org or INSTANCE
    rows = reader.all(
        _grants_on_path(len(bound) - 1), node=node_id, parent=parent, org=org, instance=INSTANCE, **bound
    )
    kinds = {parent: NodeKind.PROJECT, org: NodeKind.ORGANIZATION, INSTANCE: NodeKind.INSTANCE, node_id: kind}
    found = [
        GrantFact(kinds[at], at == node_id, atoms, min(until, held[who])) for at, who, atoms, until in rows
    ]
    if kind is NodeKind.DATASET and subject.is_person:
        for who, atoms, until, mask, ends in reader.all(
            _grants_over_exposures(len(bound) - 1), node=node_id, **bound
        ):
            last = min(until, ends, held[who])
            found.append(GrantFact(NodeKind.PROJECT, False, atoms, last, policy.closure(mask)))
    return [] if node is None else found


def load_reach(reader: RawReader, subject: Subject, now: int) -> dict[str, int]:
    """Return every id whose grants count for *subject* alone, and until when it does."""
    held = {ANYONE: FOREVER}
    if subject.principal_id is None:
        return held
    held[subject.principal_id] = FOREVER
    if subject.is_person:
        held[signed_in(subject.org_id)] = FOREVER
    for set_id, until in reader.all(_SETS, who=subject.principal_id, now=now):
        held[set_id] = max(until, held.get(set_id, 0))
    return held


def _bound(held: Mapping[str, int], now: int) -> dict[str, Any]:
    """Bind the holders, filled up with the first one so that few statements are enough."""
    count = 4
    while count < len(held):
        count *= 2
    ids = [*held, *[ANYONE] * (count - len(held))]
    return {**{f"who_{at}": who for at, who in enumerate(ids)}, "now": now}
