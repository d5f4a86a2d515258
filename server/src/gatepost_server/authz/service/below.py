"""What stands below a thing in the tree."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from gatepost_server.authz.policy import NodeKind
from gatepost_server.authz.tables import NodeRow
from gatepost_server.store import Tx


def kinds_below(tx: Tx, node_id: str) -> Sequence[NodeKind]:
    """Return of which kinds a thing has children, each once; rights are not asked."""
    rows = tx.session.scalars(select(NodeRow.kind).where(NodeRow.parent_id == node_id).distinct())
    return sorted(NodeKind(kind) for kind in rows)


def below(node_id: str) -> Select[str]:
    """Return a sub-select of the ids of a thing's children; rights are not asked."""
    return select(NodeRow.id).where(NodeRow.parent_id == node_id)
