"""Whether somebody active owns a thing now: what an AppKey lives by (permission-model §4.5)."""

from typing import Final

from sqlalchemy import BigInteger, String, Table, bindparam, exists, literal_column, or_, select
from sqlalchemy.sql.elements import ColumnElement

from gatepost_server.authz.model import Node, signed_in
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.authz.tables import GrantRow, MembershipRow, PrincipalRow
from gatepost_server.store import Prepared, RawReader

_OWNING: Final = 1 << Atom.OWN | 1 << Atom.ADMIN
_now = bindparam("now", type_=BigInteger())


def _text(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=String())


def _counts(table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    begin, end = (literal_column(f"{table.name}.{name}", BigInteger()) for name in ("from_at", "until_at"))
    return begin <= _now, end > _now


def _somebody() -> Prepared:
    """One who may own, by a grant on the thing or on what it stands in, or by a set that has one."""
    on_path = GrantRow.node_id.in_([_text("node"), _text("parent")])
    owning = GrantRow.atoms.op("&")(_OWNING) != 0
    holders = select(GrantRow.who_id.label("id")).where(on_path, owning, *_counts(GrantRow.__table__))  # type: ignore[arg-type]  # of a class it is a table
    found = holders.cte("holders", recursive=True)
    members = select(MembershipRow.member_id).join(found, MembershipRow.set_id == found.c.id)
    found = found.union(members.where(*_counts(MembershipRow.__table__)))  # type: ignore[arg-type]  # likewise
    everybody = exists().where(found.c.id == _text("everybody")) & (PrincipalRow.org_id == _text("org"))
    may_own = (
        PrincipalRow.kind == "user",
        PrincipalRow.is_active,
        PrincipalRow.cap >= policy.rung_of(Atom.OWN),
    )
    return Prepared(
        select(PrincipalRow.id)
        .where(*may_own, or_(PrincipalRow.id.in_(select(found.c.id)), everybody))
        .limit(1)
    )


_SOMEBODY: Final = _somebody()


def has_owner(reader: RawReader, node: Node, now: int) -> bool:
    """Tell whether an active person, publisher or above, owns *node* at *now* (microseconds).

    Who owns everything as an administrator of the server does not count: they answer for no single thing.
    """
    parent, org = node.parent_id or node.id, node.org_id or ""
    everybody = signed_in(node.org_id)
    row = reader.first(_SOMEBODY, node=node.id, parent=parent, everybody=everybody, org=org, now=now)
    return row is not None
