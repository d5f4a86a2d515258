"""Founding: who holds what on a thing from its first moment, where its maker is not to own it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import delete

from gatepost_server.authz.model import Grant, Node
from gatepost_server.authz.policy import policy
from gatepost_server.authz.service.asking import require
from gatepost_server.authz.service.granting import preset_atoms, receiver
from gatepost_server.authz.service.ownership import require_owner_left
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.authz.tables import GrantRow
from gatepost_server.kernel.errors import Conflict
from gatepost_server.store import Tx

_LISTED: Final = "is listed"


class First(NamedTuple):
    """A role that somebody has from the first moment on."""

    who_id: str
    role: str
    until: datetime | None = None


def found_node(
    tx: Tx, node: Node, roles: Sequence[First], reason: str, *, is_listed: bool = False
) -> list[Grant]:
    """Give the first roles on a thing that this call has made and nobody holds anything on yet.

    One that *is_listed* may be known of by everybody of its organization.

    What its maker may is not asked: they needed the right to make it, and who may be an owner
    is checked as for any share.

    Raises:
        Invalid: somebody cannot have their role.
        Conflict: somebody holds something on it already.
        LastOwner: nobody would own it for good.
    """
    if tx.session.query(GrantRow.id).where(GrantRow.node_id == node.id).first() is not None:
        raise Conflict("It is not new.", code="already-granted")
    given = []
    for one in roles:
        atoms = preset_atoms(node, one.role)
        holder = receiver(tx, node, one.who_id, atoms)
        given.append(add_grant(tx, node.id, holder.id, atoms, role=one.role, until=one.until, reason=reason))
    require_owner_left(tx, node)
    if is_listed:
        _list(tx, node)
    return given


def set_listed(tx: Tx, action: str, node_id: str, *, is_listed: bool) -> None:
    """Let everybody of the thing's organization know of it (LIST), or only those who hold something on it.

    *action* is what that takes of the caller.
    """
    node = require(tx, action, node_id)
    listed = (
        GrantRow.node_id == node_id, GrantRow.who_id == node.org_id, GrantRow.reason == _LISTED,
        GrantRow.atoms == policy.mask("LIST"),
    )  # fmt: skip
    tx.session.execute(delete(GrantRow).where(*listed))
    if is_listed:
        _list(tx, node)


def _list(tx: Tx, node: Node) -> None:
    if node.org_id is not None:
        add_grant(tx, node.id, node.org_id, policy.mask("LIST"), reason=_LISTED)
