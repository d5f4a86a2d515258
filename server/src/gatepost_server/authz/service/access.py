"""General access of content: only grantees, all signed-in users, or anyone."""

from typing import Final

from sqlalchemy import delete, or_, select

from gatepost_server.authz.errors import TooWide
from gatepost_server.authz.model import ANYONE, SIGNED_IN, Node, signed_in
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.service.asking import require
from gatepost_server.authz.service.granting import share_action
from gatepost_server.authz.service.limits import require_within_own
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.authz.tables import GrantRow, NodeRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx

ACCESS: Final = ("grants", "signed_in", "anyone")
"""Access types of content, narrowest first: grantees, everybody of its organization, everybody."""

_GENERAL: Final = "general access"
_USE: Final = 1 << Atom.USE
_IS_GENERAL: Final = or_(GrantRow.who_id == ANYONE, GrantRow.who_id.startswith(SIGNED_IN, autoescape=True))


def set_access(tx: Tx, node_id: str, access: str, ceiling: str) -> None:
    """Say who may open content in general, up to the administrator's *ceiling*.

    Raises:
        Invalid: not an access type.
        TooWide: beyond the ceiling, or of one who may share for a time only.
    """
    node = require(tx, share_action(tx, node_id), node_id)
    order = ACCESS
    if access not in ACCESS:
        raise Invalid("Unknown access type.", faults=[FieldFault("access", f"one of {', '.join(order)}")])
    if order.index(access) > order.index(ceiling):
        raise TooWide(
            f"An administrator has set {ceiling} as the widest access.", code="access-above-ceiling"
        )
    before = access_of(tx, node_id)
    if before == access:
        return
    require_opening(tx, node)
    _write_access(tx, node_id, access)
    tx.audit(
        f"{node.kind}:access",
        node.kind,
        node.id,
        node.name,
        before={"access": before},
        after={"access": access},
    )


def require_opening(tx: Tx, node: Node) -> None:
    """Ask whether the caller may let somebody use *node* who holds no grant, for as long as they like.

    Raises:
        TooWide: they may not use it themselves, or share it for a time only.
    """
    require_within_own(tx, node, _USE, None)


def access_of(tx: Tx, node_id: str) -> str:
    """Return who may open content in general: `grants`, `signed_in` or `anyone`."""
    return accesses_of(tx, [node_id]).get(node_id, "grants")


def accesses_of(tx: Tx, node_ids: list[str]) -> dict[str, str]:
    """Return the access type of several things at once; missing means `grants`."""
    rows = tx.session.execute(
        select(GrantRow.node_id, GrantRow.who_id).where(GrantRow.node_id.in_(node_ids), _IS_GENERAL)
    )
    found: dict[str, str] = {}
    for node_id, who in rows:
        if found.get(node_id) != "anyone":
            found[node_id] = "anyone" if who == ANYONE else "signed_in"
    return found


def narrow_access(tx: Tx, ceiling: str) -> list[str]:
    """Bring all content that is open wider than *ceiling* down to it; return what was.

    Part of lowering the ceiling: each thing is audited as if its access had been set.
    """
    order = ACCESS
    rows = tx.session.execute(
        select(NodeRow.id, NodeRow.kind, NodeRow.name)
        .join(GrantRow, GrantRow.node_id == NodeRow.id)
        .where(_IS_GENERAL)
        .distinct()
        .order_by(NodeRow.id)
    ).all()
    narrowed = []
    for node_id, kind, name in rows:
        before = access_of(tx, node_id)
        if order.index(before) <= order.index(ceiling):
            continue
        _write_access(tx, node_id, ceiling)
        tx.audit(f"{kind}:access", kind, node_id, name, before={"access": before}, after={"access": ceiling})
        narrowed.append(node_id)
    return narrowed


def _write_access(tx: Tx, node_id: str, access: str) -> None:
    tx.session.execute(delete(GrantRow).where(GrantRow.node_id == node_id, _IS_GENERAL))
    if access == "anyone":
        add_grant(tx, node_id, ANYONE, _USE, reason=_GENERAL)
    elif access == "signed_in":
        org_id = tx.session.get_one(NodeRow, node_id).org_id
        add_grant(tx, node_id, signed_in(org_id), _USE, reason=_GENERAL)
