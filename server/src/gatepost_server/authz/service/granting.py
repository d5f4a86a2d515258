"""Granting: nobody gives more, or for longer, than they hold (permission-model §4.6)."""

from collections.abc import Iterable, Sequence
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
from gatepost_server.authz.service.ownership import (
    UNGIVEN,
    lock_node,
    permanent_owners,
    require_owner_left,
)
from gatepost_server.authz.service.writing import add_grant
from gatepost_server.authz.tables import GrantRow
from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx

OWNING: Final = 1 << Atom.OWN | 1 << Atom.ADMIN
"""What owns a thing, of which somebody has to be left."""
_SHARED_WITH: Final = ("user", "group", "organization")
"""Whom things are shared with; what keys hold is the business of who may edit the keys."""


def give_role(
    tx: Tx, node_id: str, who_id: str, role: str, *, until: datetime | None = None, reason: str = ""
) -> Grant:
    """Share a thing: give *who_id* the preset *role* on it until *until* (None: for good).

    A *reason* that only ownership has which nobody gave (`UNGIVEN`) is left out: this is given.

    Raises:
        Invalid: no such role here, an end that has passed, or one who cannot have it.
        TooWide: beyond what the caller holds, now or at any time before *until*.
        Conflict: they have that role already.
    """
    node = require(tx, share_action(tx, node_id), node_id)
    atoms = preset_atoms(node, role)
    if until is not None and until <= tx.now:
        raise Invalid("The end has passed.", faults=[FieldFault("until", "has to lie in the future")])
    holder = receiver(tx, node, who_id, atoms)
    require_within_own(tx, node, atoms, until)
    if any(
        one.who_id == who_id and one.role == role and one.until_at == until
        for one in queries.grants_on(tx.session, node_id)
    ):
        raise Conflict(f"{holder.name} has this role already.", code="already-granted")
    why = "" if reason in UNGIVEN else reason
    grant = add_grant(tx, node_id, who_id, atoms, role=role, until=until, reason=why)
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
    require_takeable(tx, node, grant)
    end_grant(tx, node, grant)
    if grant.atoms & OWNING:
        require_owner_left(tx, node)
    return grant


def end_given(tx: Tx, action: str, node_id: str, grant_ids: Iterable[str]) -> None:
    """End grants that came with a part of the thing which goes now; owning is never among them.

    *action* is what that takes of the caller, who need not share the thing.
    """
    node = require(tx, action, node_id)
    for grant_id in sorted(grant_ids):
        grant = queries.grant_by_id(tx.session, grant_id)
        if grant is not None and grant.node_id == node_id and not grant.atoms & OWNING:
            end_grant(tx, node, grant)


def require_takeable(tx: Tx, node: Node, grant: Grant) -> None:
    """Check that the caller may take a grant on *node* back; that an owner is left is checked after.

    Raises:
        TooWide: it belongs to somebody above the caller.
        LastOwner: it is one's own ownership, and nobody else owns the thing for good.
        OwnOwnerGrant: it is one's own ownership; another owner may take it.
    """
    require_within_own(tx, node, grant.atoms, grant.until_at, is_giving=False)
    require_not_own(tx, node, grant)


def end_grant(tx: Tx, node: Node, grant: Grant) -> None:
    """Delete a grant on *node* that may be taken back, and say so in the audit."""
    tx.session.execute(delete(GrantRow).where(GrantRow.id == grant.id))
    tx.audit(
        f"{node.kind}:unshare",
        node.kind,
        node.id,
        node.name,
        before={"to": grant.who_name, "role": grant.role},
    )


def require_not_own(tx: Tx, node: Node, grant: Grant) -> None:
    """Refuse to end the caller's own ownership of a thing (security.md, "Ownership").

    Raises:
        LastOwner: nobody else owns it for good.
        OwnOwnerGrant: somebody else does, and may take it from them.
    """
    if grant.atoms & OWNING and grant.who_id == tx.actor.principal_id:
        others = set(permanent_owners(tx, node.id)) - {grant.who_id}
        raise OwnOwnerGrant(node.name) if others else LastOwner(node.name)


def list_grants(tx: Tx, node_id: str) -> list[Grant]:
    """Return the grants on a thing that its sharers may see; general access left out."""
    require(tx, share_action(tx, node_id), node_id)
    return [one for one in queries.grants_on(tx.session, node_id) if not is_open_set(one.who_id)]


def page_of_grants(
    tx: Tx, node_id: str, page: PageRequest, kinds: Sequence[str] | None = None
) -> Page[Grant]:
    """Return a page of what `list_grants` returns, of holders of *kinds* only if they are said.

    The latest are last; in the order `-created` they are first.

    Raises:
        Invalid: an unknown order, or a cursor that is not of this list.
    """
    require(tx, share_action(tx, node_id), node_id)
    return queries.page_of_grants(tx.session, node_id, page, kinds)


def preset_atoms(node: Node, role: str) -> int:
    """Return what a role gives on *node*.

    Raises:
        Invalid: there is no such role on things of its kind.
    """
    atoms = policy.presets[node.kind].get(role)
    if atoms is None:
        fault = FieldFault("role", f"one of {', '.join(policy.presets[node.kind])}")
        raise Invalid("Unknown role.", faults=[fault])
    return atoms


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
    if holder is None or not holder.is_active or holder.kind not in _SHARED_WITH:
        raise Invalid("Nobody of that name.", faults=[FieldFault("to", "unknown")], code="unknown-principal")
    require_inside(tx, node.org_id, holder)
    if holder.kind == "user" and atoms & OWNING and holder.cap < policy.rung_of(Atom.OWN):
        fault = FieldFault("role", f"{holder.name} is a server viewer; owners are publishers or above")
        raise Invalid("They cannot own it.", faults=[fault], code="owner-must-publish")
    return holder
