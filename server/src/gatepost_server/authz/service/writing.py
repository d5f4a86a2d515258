"""Writing grants: what every use-case that gives or takes ends with."""

from datetime import datetime

from gatepost_server.authz import queries
from gatepost_server.authz.model import Grant
from gatepost_server.authz.tables import GrantRow
from gatepost_server.kernel.ids import new_id
from gatepost_server.store import Tx


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
