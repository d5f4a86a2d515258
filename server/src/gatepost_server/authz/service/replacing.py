"""Replacing all grants on a thing at once, as a project's permissions page does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from gatepost_server.authz import queries
from gatepost_server.authz.model import Grant, WantedGrant, is_open_set
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.authz.service.asking import require
from gatepost_server.authz.service.granting import receiver, require_not_own, share_action
from gatepost_server.authz.service.limits import require_within_own
from gatepost_server.authz.service.ownership import lock_node, require_owner_left
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.authz.tables import GrantRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx

_OWNING = 1 << Atom.OWN | 1 << Atom.ADMIN
_Wish = tuple[str, int, str | None, datetime | None]


def set_grants(
    tx: Tx,
    node_id: str,
    wanted: Sequence[WantedGrant],
    *,
    kinds: Sequence[str] = ("user", "group", "organization"),
) -> list[Grant]:
    """Make *wanted* the whole list of grants on a thing to principals of *kinds*.

    What is in the list already stays as it was given, its end told to the millisecond, as lists
    are; keys' own rights and general access are not touched. The caller must hold whatever is
    added or removed.

    Raises:
        Invalid: somebody is named twice, unknown, or cannot have it; an end has passed.
        TooWide: something added or removed is beyond what the caller holds.
        LastOwner: nobody would be left who owns the thing for good.
        OwnOwnerGrant: one's own ownership would go or end; another owner may see to that.
    """
    node = require(tx, share_action(tx, node_id), node_id)
    lock_node(tx, node_id)
    before = [one for one in _recorded(tx, node_id) if one.who_kind in kinds]
    _require_once_each(wanted)
    kept = {_wish(one, one.until_at) for one in before}
    asked = {_wish(one, one.until) for one in wanted}
    added = [one for one in wanted if _wish(one, one.until) not in kept]
    removed = [one for one in before if _wish(one, one.until_at) not in asked]
    for gone in removed:
        require_within_own(tx, node, gone.atoms, gone.until_at, is_giving=False)
        require_not_own(tx, node, gone)
    for at, one in enumerate(added):
        if one.until is not None and one.until <= tx.now:
            raise Invalid(
                "An end has passed.", faults=[FieldFault(f"grants[{at}].until", "lies in the past")]
            )
        receiver(tx, node, one.who_id, one.atoms)
        require_within_own(tx, node, one.atoms, one.until)
    for gone in removed:
        tx.session.execute(delete(GrantRow).where(GrantRow.id == gone.id))
    for one in added:
        add_grant(tx, node_id, one.who_id, one.atoms, role=one.role, until=one.until)
    if any(one.atoms & _OWNING for one in removed):
        require_owner_left(tx, node)
    after = [one for one in _recorded(tx, node_id) if one.who_kind in kinds]
    if added or removed:
        tx.audit(
            f"{node.kind}:permissions", node.kind, node.id, node.name,
            before={"grants": [_said(one) for one in before]},
            after={"grants": [_said(one) for one in after]},
        )  # fmt: skip
    return after


def _recorded(tx: Tx, node_id: str) -> list[Grant]:
    return [one for one in queries.grants_on(tx.session, node_id) if not is_open_set(one.who_id)]


def _wish(one: Grant | WantedGrant, until: datetime | None) -> _Wish:
    """Return what tells grants apart, as a list of them shows it."""
    told = None if until is None else until.replace(microsecond=until.microsecond // 1000 * 1000)
    return one.who_id, one.atoms, one.role, told


def _said(grant: Grant) -> dict[str, object]:
    until = grant.until_at.isoformat() if grant.until_at else None
    return {"to": grant.who_name, "permissions": grant.role or policy.names(grant.atoms), "until": until}


def _require_once_each(wanted: Sequence[WantedGrant]) -> None:
    seen: set[_Wish] = set()
    for at, one in enumerate(wanted):
        wish = _wish(one, one.until)
        if wish in seen:
            raise Invalid(
                "Somebody is named twice.", faults=[FieldFault(f"grants[{at}].to", "is in the list already")]
            )
        seen.add(wish)
