"""What ends soon, to be told to those whom it concerns."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from gatepost_server.authz.policy import Atom, NodeKind
from gatepost_server.authz.tables import GrantRow, NodeRow, PrincipalRow
from gatepost_server.store import Tx

_OWN: Final = 1 << Atom.OWN
_TOLD: Final = ("user", "application")


class EndingGrant(NamedTuple):
    """A grant that ends: on what, whose, when."""

    id: str
    node_id: str
    kind: NodeKind
    name: str
    who_id: str
    is_of_person: bool
    is_owner: bool
    until: datetime


def grants_ending(tx: Tx, before: datetime) -> list[EndingGrant]:
    """Return the grants of people and applications that end until *before*, the next one first.

    One whose holder has another grant on the thing that lasts longer is left out: for them
    nothing ends. No right is asked for.
    """
    later = aliased(GrantRow)
    lasts = exists().where(
        later.node_id == GrantRow.node_id, later.who_id == GrantRow.who_id,
        later.until_at > GrantRow.until_at, later.from_at <= tx.now,
    )  # fmt: skip
    rows = tx.session.execute(
        select(GrantRow, NodeRow.kind, NodeRow.name, PrincipalRow.kind)
        .join(NodeRow, NodeRow.id == GrantRow.node_id)
        .join(PrincipalRow, PrincipalRow.id == GrantRow.who_id)
        .where(
            PrincipalRow.is_active,
            PrincipalRow.kind.in_(_TOLD),
            GrantRow.from_at <= tx.now,
            GrantRow.until_at > tx.now,
            GrantRow.until_at <= before,
            ~lasts,
        )
        .order_by(GrantRow.until_at, GrantRow.id)
    )
    return [
        EndingGrant(
            row.id, row.node_id, NodeKind(kind), name, row.who_id, who == "user", bool(row.atoms & _OWN),
            row.until_at,
        )
        for row, kind, name, who in rows
        if row.until_at is not None
    ]  # fmt: skip
