"""Keeping client applications: listed, changed, deleted."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, not_, select

from gatepost_server.authz import (
    Node,
    end_given,
    give_role,
    held_by_grant,
    list_grants,
    may,
    policy,
    remove_node,
    rename_holder,
    rename_node,
    require,
    require_self,
    retire_holders,
    set_listed,
    take_back,
    visible,
)
from gatepost_server.clients import queries
from gatepost_server.clients.errors import AlreadyHosted, ClientNameTaken, NotApprover
from gatepost_server.clients.model import Client, checked_name, checked_scenario
from gatepost_server.clients.service.finding import row_for
from gatepost_server.clients.service.groups import group_for, require_group
from gatepost_server.clients.service.people import owners_named
from gatepost_server.clients.service.presenting import present
from gatepost_server.clients.tables import ClientRow, SecretRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx

_OWNING: Final = policy.mask("OWN")
SCOPES: Final = ("my", "not_joined", "all")


def list_clients(tx: Tx, page: PageRequest, scope: str = "my", group: str | None = None) -> Page[Client]:
    """Return a page of the applications that are the caller's, or of those that are not, latest first.

    `my` are those that they own or have joined, `not_joined` the others that they may know of,
    `all` both.

    Raises:
        Invalid: no such scope, or no such group.
    """
    require_self(tx, "client_group:find")
    if scope not in SCOPES:
        raise Invalid("Unknown scope.", faults=[FieldFault("scope", f"one of {', '.join(SCOPES)}")])
    mine = queries.among(held_by_grant(tx, "app:open"))
    conditions = [queries.among(visible(tx, "app:list"))]
    if scope != "all":
        conditions.append(mine if scope == "my" else not_(mine))
    group_id = None if not group else group_for(tx, group).id
    found = queries.page_of_clients(tx.session, page, conditions, group_id)
    return Page(present(tx, found.items), found.next)


def get_client(tx: Tx, client_id: str) -> Client:
    """Return a client application that one may know of."""
    require(tx, "app:list", client_id)
    return present(tx, [row_for(tx, "app:list", client_id, for_change=False)])[0]


def require_client(tx: Tx, action: str, client_id: str) -> Client:
    """Return a client application, for who may do *action* on it."""
    require(tx, action, client_id)
    return present(tx, [row_for(tx, action, client_id, for_change=False)])[0]


def shared_node(tx: Tx, kind: str, ref: str) -> str:
    """Return the node of a client application or (`client-groups`) of a group, for who may share it."""
    if kind == "client-groups":
        return require_group(tx, "client_group:share", ref)
    return require_client(tx, "app:share", ref).id


def change_client(
    tx: Tx,
    client_id: str,
    *,
    name: str | None = None,
    group: str | None = None,
    scenario: str | None = None,
    owners: Sequence[str] | None = None,
    is_listed: bool | None = None,
) -> Client:
    """Change what is said of a client application; what is None stays, the AppKey always.

    Raises:
        Invalid: a field cannot be used; an owner is a server viewer.
        ClientNameTaken: its group has another one of that name.
        LastOwner, OwnOwnerGrant: the caller would end their own ownership.
    """
    node = require(tx, "app:edit-client", client_id)
    row = row_for(tx, "app:edit-client", client_id)
    before = present(tx, [row])[0]
    if scenario is not None:
        row.scenario = checked_scenario(scenario)
    if group is not None:
        _move(tx, row, node, group)
    if name is not None:
        row.name = checked_name(name)
        row.name_key = row.name.casefold()
    with tx.session.no_autoflush:
        if queries.is_name_taken(tx.session, row.group_id, row.name, row.id):
            raise ClientNameTaken(row.name)
    if row.name != before.name:
        rename_holder(tx, row.id, row.name)
        if not row.is_hosted:
            rename_node(tx, row.id, row.name)
    if is_listed is not None and is_listed != row.is_listed:
        row.is_listed = is_listed
        set_listed(tx, "app:edit-client", row.id, is_listed=is_listed)
    if owners is not None and set(owners) != {one.username for one in before.owners}:
        require(tx, "app:owners", client_id)
        _set_owners(tx, row.id, owners)
    row.updated_at = tx.now
    changed = present(tx, [row])[0]
    tx.audit("client:edit", "app", node.id, row.name, before=_told(before), after=_told(changed))
    return changed


def become_hosted(tx: Tx, client_id: str) -> Node:
    """Let a client application be a hosted one too, for who owns it; its content is for others to make.

    Raises:
        AlreadyHosted: it is one.
    """
    node = require(tx, "app:edit-client", client_id)
    row = row_for(tx, "app:edit-client", client_id)
    if row.is_hosted:
        raise AlreadyHosted(row.name)
    row.is_hosted, row.updated_at = True, tx.now
    return node


def delete_client(tx: Tx, client_id: str) -> Client:
    """Delete a client application with its secrets; of a hosted one, what made it a client.

    Its AppKey is never given out again.
    """
    require(tx, "app:delete", client_id)
    row = row_for(tx, "app:delete", client_id)
    gone, is_hosted = present(tx, [row])[0], row.is_hosted
    if is_hosted:
        _let_go_of_members(tx, client_id)
    forget_client(tx, client_id)
    if not is_hosted:
        remove_node(tx, client_id)
    tx.audit("client:delete", "app", client_id, gone.name, before={"app_key": gone.app_key})
    return gone


def forget_client(tx: Tx, app_id: str) -> None:
    """Let an application be no client any more, if it is one; for who deletes it, so no right is asked."""
    if tx.session.get(ClientRow, app_id) is None:
        return
    tx.session.execute(delete(SecretRow).where(SecretRow.client_id == app_id))
    tx.session.execute(delete(ClientRow).where(ClientRow.id == app_id))
    retire_holders(tx, [app_id])


def _move(tx: Tx, row: ClientRow, node: Node, text: str) -> None:
    """Put an application into another group, for who may approve what comes into that one."""
    group = group_for(tx, text, node.org_id)
    if group.id != row.group_id:
        if not may(tx, "client_group:approve", group.id):
            raise NotApprover(group.name)
        row.group_id = group.id


def _let_go_of_members(tx: Tx, client_id: str) -> None:
    """Take back what a client's members got, and what the organization did: the application goes on."""
    signing = select(SecretRow.grant_id).where(SecretRow.client_id == client_id)
    given = [one for one in tx.session.scalars(signing.distinct()) if one is not None]
    end_given(tx, "app:delete", client_id, given)
    set_listed(tx, "app:delete", client_id, is_listed=False)


def _set_owners(tx: Tx, client_id: str, owners: Sequence[str]) -> None:
    """Give ownership before it is taken, so that somebody is left; who owns is no member besides."""
    wanted = {one.id for one in owners_named(tx, owners)}
    now = tx.now
    grants = [
        one
        for one in list_grants(tx, client_id)
        if one.who_kind == "user" and one.from_at <= now and (one.until_at is None or one.until_at > now)
    ]
    owning = [one for one in grants if one.atoms & _OWNING]
    for user_id in sorted(wanted - {one.who_id for one in owning}):
        give_role(tx, client_id, user_id, "owner")
    for grant in owning:
        if grant.who_id not in wanted:
            take_back(tx, client_id, grant.id)
    for grant in grants:
        if grant.who_id in wanted and not grant.atoms & _OWNING:
            take_back(tx, client_id, grant.id)


def _told(one: Client) -> dict[str, object]:
    return {
        "name": one.name, "group": one.group_name, "scenario": one.scenario, "listed": one.is_listed,
        "owners": [owner.username for owner in one.owners],
    }  # fmt: skip
