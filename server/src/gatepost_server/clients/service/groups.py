"""Application groups: kept by administrators, found by everybody who asks for an application."""

from collections.abc import Sequence

from gatepost_server.authz import (
    Grant,
    Hidden,
    NodeKind,
    give_role,
    list_grants,
    own_new_node,
    own_organization,
    people_on,
    register_node,
    remove_node,
    rename_node,
    require,
    require_instance,
    require_self,
    take_back,
)
from gatepost_server.clients import queries
from gatepost_server.clients.errors import GroupInUse
from gatepost_server.clients.model import ClientGroup, checked_group_name
from gatepost_server.clients.service.people import users_named
from gatepost_server.clients.tables import ClientGroupRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx

_APPROVER = "approver"


def create_group(tx: Tx, name: str, approvers: Sequence[str] = ()) -> ClientGroup:
    """Make an application group; *approvers*, by username, decide about applications in it.

    Raises:
        Invalid: the name cannot be used, or there is nobody of a name.
        GroupNameTaken: there is a group of that name.
    """
    require_instance(tx, "client_group:create")
    name, org_id = checked_group_name(name), own_organization(tx)
    people = users_named(tx, approvers, "approvers")
    queries.require_group_name_free(tx.session, org_id, name)

    group_id = new_id("cgr", tx.now)
    node = register_node(tx, group_id, NodeKind.CLIENT_GROUP, name, parent_id=org_id)
    tx.session.add(
        ClientGroupRow(id=group_id, org_id=org_id, name=name, name_key=name.casefold(), created_at=tx.now)
    )
    tx.session.flush()
    own_new_node(tx, node)
    for one in people:
        give_role(tx, group_id, one.id, _APPROVER)
    after = {"name": name, "approvers": [one.username for one in people]}
    tx.audit("client_group:create", "client_group", group_id, name, after=after)
    return present(tx, [tx.session.get_one(ClientGroupRow, group_id)])[0]


def list_groups(tx: Tx, page: PageRequest) -> Page[ClientGroup]:
    """Return a page of the application groups of one's organization, by name."""
    require_self(tx, "client_group:find")
    found = queries.page_of_groups(tx.session, own_organization(tx), page)
    return Page(present(tx, found.items), found.next)


def get_group(tx: Tx, ref: str) -> ClientGroup:
    """Return an application group of one's organization, by its id or name.

    Raises:
        Hidden: there is none.
    """
    require_self(tx, "client_group:find")
    return present(tx, [_found(tx, ref, "client_group:find")])[0]


def change_group(
    tx: Tx, ref: str, *, name: str | None = None, approvers: Sequence[str] | None = None
) -> ClientGroup:
    """Give a group another name or other approvers; what is None stays.

    Raises:
        Invalid: the name cannot be used, or there is nobody of a name.
        GroupNameTaken: there is another group of that name.
    """
    row = _required(tx, "client_group:edit", ref)
    before = present(tx, [row])[0]
    if name is not None:
        checked = checked_group_name(name)
        queries.require_group_name_free(tx.session, row.org_id, checked, row.id)
        row.name, row.name_key = checked, checked.casefold()
        rename_node(tx, row.id, checked)
    if approvers is not None:
        _set_approvers(tx, row.id, approvers)
    tx.session.flush()
    changed = present(tx, [row])[0]
    tx.audit(
        "client_group:edit", "client_group", row.id, row.name,
        before={"name": before.name, "approvers": list(before.approvers)},
        after={"name": changed.name, "approvers": list(changed.approvers)},
    )  # fmt: skip
    return changed


def delete_group(tx: Tx, ref: str) -> ClientGroup:
    """Delete a group that holds no application.

    Raises:
        GroupInUse: it holds one.
    """
    row = _required(tx, "client_group:delete", ref)
    gone = present(tx, [row])[0]
    if gone.clients:
        raise GroupInUse(gone.name, gone.clients)
    tx.session.delete(row)
    tx.session.flush()
    remove_node(tx, gone.id)
    tx.audit("client_group:delete", "client_group", gone.id, gone.name)
    return gone


def group_for(tx: Tx, text: str, org_id: str | None = None) -> ClientGroupRow:
    """Return the group that an application is to be in, by its id or name.

    It is one of the organization of the application, or of the caller for one that is new.

    Raises:
        Invalid: there is none.
    """
    found = queries.group_meant(tx.session, org_id or own_organization(tx), text.strip())
    if found is None:
        fault = FieldFault("group", "there is no application group of this name")
        raise Invalid("Unknown application group.", faults=[fault])
    return found


def present(tx: Tx, rows: Sequence[ClientGroupRow]) -> list[ClientGroup]:
    """Return groups as people see them."""
    ids = [row.id for row in rows]
    approvers, counts = people_on(tx, ids, owners=False), queries.count_by_group(tx.session, ids)
    return [
        ClientGroup(
            row.id,
            row.name,
            row.created_at,
            [one.name for one in approvers.get(row.id, [])],
            counts.get(row.id, 0),
        )
        for row in rows
    ]


def require_group(tx: Tx, action: str, ref: str) -> str:
    """Return the id of a group by its id or name, for who may do *action* on it."""
    return _required(tx, action, ref).id


def _required(tx: Tx, action: str, ref: str) -> ClientGroupRow:
    meant = queries.group_meant(tx.session, own_organization(tx), ref)
    require(tx, action, ref if meant is None else meant.id)
    return _found(tx, ref, action)


def _found(tx: Tx, ref: str, action: str) -> ClientGroupRow:
    found = queries.group_meant(tx.session, own_organization(tx), ref)
    if found is None:
        raise Hidden(action, ref)
    return found


def _set_approvers(tx: Tx, group_id: str, approvers: Sequence[str]) -> None:
    wanted = {one.id for one in users_named(tx, approvers, "approvers")}
    now: list[Grant] = [one for one in list_grants(tx, group_id) if one.role == _APPROVER]
    for grant in now:
        if grant.who_id not in wanted:
            take_back(tx, group_id, grant.id)
    for user_id in sorted(wanted - {one.who_id for one in now}):
        give_role(tx, group_id, user_id, _APPROVER)
