"""Granting: nobody gives more, or for longer, than they hold (permission-model §4.6)."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete

from gatepost_server.authz import queries
from gatepost_server.authz.errors import Hidden, LastOwner, OwnOwnerGrant
from gatepost_server.authz.facts import load_node
from gatepost_server.authz.model import Grant, Node, Principal, is_open_set
from gatepost_server.authz.policy import Atom, policy
from gatepost_server.authz.service.asking import reader_of, require
from gatepost_server.authz.service.limits import require_within_own
from gatepost_server.authz.service.organizations import require_inside
from gatepost_server.authz.service.ownership import lock_node, permanent_owners, require_owner_left
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.authz.tables import GrantRow
from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid
from gatepost_server.store import Tx

_OWNING: Final = 1 << Atom.OWN | 1 << Atom.ADMIN


def give_role(
    tx: Tx, node_id: str, who_id: str, role: str, *, until: datetime | None = None, reason: str = ""
) -> Grant:
    """Share a thing: give *who_id* the preset *role* on it until *until* (None: for good).

    Raises:
        Invalid: no such role here, an end that has passed, or one who cannot have it.
        TooWide: beyond what the caller holds, now or at any time before *until*.
        Conflict: they have that role already.
    """
    node = require(tx, share_action(tx, node_id), node_id)
    atoms = policy.presets[node.kind].get(role)
    if atoms is None:
        raise Invalid(
            "Unknown role.", faults=[FieldFault("role", f"one of {', '.join(policy.presets[node.kind])}")]
        )
    if until is not None and until <= tx.now:
        raise Invalid("The end has passed.", faults=[FieldFault("until", "has to lie in the future")])
    holder = receiver(tx, node, who_id, atoms)
    require_within_own(tx, node, atoms, until)
    if any(
        one.who_id == who_id and one.role == role and one.until_at == until
        for one in queries.grants_on(tx.session, node_id)
    ):
        raise Conflict(f"{holder.name} has this role already.", code="already-granted")
    grant = add_grant(tx, node_id, who_id, atoms, role=role, until=until, reason=reason)
    tx.audit(
        f"{node.kind}:share", node.kind, node.id, node.name,
        after={"to": holder.name, "role": role, "until": until.isoformat() if until else None},
    )  # fmt: skip
    return grant


def take_back(tx: Tx, node_id: str, grant_id: str) -> Grant:
    """Remove a grant; what it opened is closed at the next request.

    Raises:
        Hidden: no such grant on this thing.
        TooWide: it belongs to somebody above the caller.
        LastOwner: nobody would be left who owns the thing for good.
        OwnOwnerGrant: it is one's own ownership; another owner may take it.
    """
    node = require(tx, share_action(tx, node_id), node_id)
    lock_node(tx, node_id)
    grant = queries.grant_by_id(tx.session, grant_id)
    if grant is None or grant.node_id != node_id:
        raise Hidden("grant:delete", grant_id)
    require_within_own(tx, node, grant.atoms, grant.until_at)
    if grant.atoms & _OWNING and grant.who_id == tx.actor.principal_id:
        others = set(permanent_owners(tx, node_id)) - {grant.who_id}
        raise OwnOwnerGrant(node.name) if others else LastOwner(node.name)
    tx.session.execute(delete(GrantRow).where(GrantRow.id == grant_id))
    if grant.atoms & _OWNING:
        require_owner_left(tx, node)
    tx.audit(
        f"{node.kind}:unshare",
        node.kind,
        node.id,
        node.name,
        before={"to": grant.who_name, "role": grant.role},
    )
    return grant


def list_grants(tx: Tx, node_id: str) -> list[Grant]:
    """Return the grants on a thing that its sharers may see; general access left out."""
    require(tx, share_action(tx, node_id), node_id)
    return [one for one in queries.grants_on(tx.session, node_id) if not is_open_set(one.who_id)]


def share_action(tx: Tx, node_id: str) -> str:
    """Return the action that sharing this thing takes."""
    node = load_node(reader_of(tx), node_id)
    action = f"{node.kind}:share" if node is not None else "app:share"
    if action not in policy.actions:
        raise Hidden("grant:list", node_id)
    return action


def receiver(tx: Tx, node: Node, who_id: str, atoms: int) -> Principal:
    """Return whom a role on *node* is given to; general access has its own use-case and ceiling."""
    holder = queries.principal(tx.session, who_id)
    if holder is None or not holder.is_active or is_open_set(who_id):
        raise Invalid("Nobody of that name.", faults=[FieldFault("to", "unknown")], code="unknown-principal")
    require_inside(tx, node.org_id, holder)
    if holder.kind == "user" and atoms & _OWNING and holder.cap < policy.rung_of(Atom.OWN):
        fault = FieldFault("role", f"{holder.name} is a server viewer; owners are publishers or above")
        raise Invalid("They cannot own it.", faults=[fault], code="owner-must-publish")
    return holder
