"""What is open to people outside, as far as rights say so: for who may close it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select

from gatepost_server.authz.model import ANYONE
from gatepost_server.authz.service.asking import visible
from gatepost_server.authz.tables import GrantRow, NodeRow, PrincipalRow
from gatepost_server.store import Tx


def named(tx: Tx, action: str) -> Select[str, str]:
    """Return the ids and names of all things on which the caller may do *action*, as a sub-select."""
    return select(NodeRow.id, NodeRow.name).where(NodeRow.id.in_(visible(tx, action)))


def open_to_anyone(tx: Tx) -> Select[str, str, datetime]:
    """Return the applications that anybody may open and the caller may share: `id`, `name`, `since`."""
    return (
        select(NodeRow.id, NodeRow.name, GrantRow.from_at.label("since"))
        .join(GrantRow, GrantRow.node_id == NodeRow.id)
        .where(GrantRow.who_id == ANYONE, NodeRow.id.in_(visible(tx, "app:share")))
    )


def who_opened(tx: Tx, node_ids: Sequence[str]) -> dict[str, str]:
    """Return what those are called who opened things to anybody; who is gone is left out."""
    rows = tx.session.execute(
        select(GrantRow.node_id, PrincipalRow.label)
        .join(PrincipalRow, PrincipalRow.id == GrantRow.by_id)
        .where(GrantRow.node_id.in_(node_ids), GrantRow.who_id == ANYONE)
    )
    return {row.node_id: row.label for row in rows}
