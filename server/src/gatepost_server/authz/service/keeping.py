"""Who keeps a thing: the people to whom grants give what an action takes; for telling them."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from gatepost_server.authz.policy import NodeKind, policy
from gatepost_server.authz.service.reaching import is_person_among, reached
from gatepost_server.authz.tables import GrantRow, NodeRow, PrincipalRow
from gatepost_server.store import Tx


def keepers_of(tx: Tx, node_id: str, action: str) -> Sequence[str]:
    """Return the ids of the active people who may do *action* on a thing by a grant on it or its project.

    What the server role alone gives does not count: administrators are not told of everything.
    No right is asked for.
    """
    node = tx.session.get(NodeRow, node_id)
    atom = policy.actions[action].atom
    if node is None or atom is None:
        return ()
    above = policy.flowing_to(atom, NodeKind.PROJECT, NodeKind(node.kind))
    is_above = and_(GrantRow.node_id == (node.parent_id or ""), GrantRow.atoms.op("&")(above) != 0)
    is_here = and_(GrantRow.node_id == node_id, GrantRow.atoms.op("&")(policy.holders_of(atom)) != 0)
    holding = select(GrantRow.who_id.label("id")).where(
        or_(is_here, is_above), GrantRow.from_at <= tx.now, GrantRow.until_at > tx.now
    )
    keepers = is_person_among(reached(tx, holding, "keepers"), atom)
    return tx.session.scalars(select(PrincipalRow.id).where(keepers).order_by(PrincipalRow.id)).all()
