"""Groups: made, renamed and deleted; found by everybody of the organization."""

from datetime import datetime

from gatepost_server.authz import (
    Hidden,
    Membership,
    NodeKind,
    NotAMember,
    add_member,
    dissolve,
    find_principal,
    known_organizations,
    may_on_instance,
    members_of,
    own_new_node,
    own_organization,
    register_node,
    register_set,
    remove_member,
    rename_set,
    require,
    require_instance,
    require_self,
)
from gatepost_server.identity import queries
from gatepost_server.identity.errors import NameTaken
from gatepost_server.identity.model import Group, checked_set_name
from gatepost_server.identity.service.people import user_named
from gatepost_server.identity.tables import GroupRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx


def create_group(tx: Tx, name: str, organization: str | None = None) -> Group:
    """Make an empty group, in one's own organization if none is named.

    Its maker owns it there; groups of other organizations belong to administrators as such.

    Raises:
        Invalid: the name cannot be used, or there is no such organization.
        NameTaken: the organization has a group of that name.
    """
    require_instance(tx, "group:create")
    org_id = own_organization(tx) if organization is None else queries.organization_meant(tx, organization)
    checked = checked_set_name(name)
    if queries.group_id_by_name(tx, org_id, checked) is not None:
        raise NameTaken("a group", checked)
    group_id = new_id("grp", tx.now)
    node = register_node(tx, group_id, NodeKind.GROUP, checked, parent_id=org_id)
    register_set(tx, group_id, "group", checked, org_id)
    tx.session.add(
        GroupRow(id=group_id, org_id=org_id, name=checked, name_key=checked.casefold(), created_at=tx.now)
    )
    tx.session.flush()
    if org_id == own_organization(tx):
        own_new_node(tx, node)
    tx.audit("group:create", "group", group_id, checked)
    return queries.group(tx, group_id)


def rename_group(tx: Tx, group_id: str, name: str) -> Group:
    """Give a group another name; whatever it holds stays.

    Raises:
        Invalid: the name cannot be used.
        NameTaken: the organization has another group of that name.
    """
    require(tx, "group:edit", group_id)
    before, checked = queries.group(tx, group_id), checked_set_name(name)
    if queries.group_id_by_name(tx, before.org_id, checked) not in (None, group_id):
        raise NameTaken("a group", checked)
    row = tx.session.get_one(GroupRow, group_id)
    row.name, row.name_key = checked, checked.casefold()
    rename_set(tx, group_id, checked)
    tx.audit("group:edit", "group", group_id, checked, before={"name": before.name}, after={"name": checked})
    return queries.group(tx, group_id)


def delete_group(tx: Tx, group_id: str) -> None:
    """Delete a group with everything that it holds.

    Raises:
        TooWide: it holds more than the caller.
        LastOwner: a thing would be left without an owner for good.
    """
    require(tx, "group:delete", group_id)
    tx.session.delete(tx.session.get_one(GroupRow, group_id))
    tx.session.flush()
    dissolve(tx, group_id)


def get_group(tx: Tx, group_id: str) -> Group:
    """Return a group that the caller may know of."""
    require(tx, "group:list", group_id)
    return queries.group(tx, group_id)


def find_groups(tx: Tx, page: PageRequest) -> Page[Group]:
    """Return groups by name: all to administrators, those of the own organization to others.

    The door shows only names of them to others.
    """
    if not may_see_all_groups(tx):
        require_self(tx, "group:find")
    return queries.page_of_groups(tx, page, known_organizations(tx))


def may_see_all_groups(tx: Tx) -> bool:
    """Tell whether the caller sees groups in full."""
    return may_on_instance(tx, "group:all")


def group_meant(tx: Tx, text: str) -> str:
    """Return the id of the group that is meant by an id or a name.

    Whether the caller may know of it is asked by what is done with it.

    Raises:
        Hidden: no group of that name in an organization that the caller may know of.
    """
    if text.startswith("grp_"):
        return text
    found = find_principal(tx, "group", text)
    if found is None:
        raise Hidden("group:list", text)
    return found.id


def join_group(
    tx: Tx, group_id: str, kind: str, name: str, *, from_at: datetime | None, until: datetime | None
) -> Membership:
    """Put a person or a group, by name, into a group for a time; see `authz.add_member`."""
    require(tx, "group:add", group_id)
    member_id = _named(tx, kind, name)
    if member_id is None:
        fault = FieldFault("name", f"there is no {kind} of this name")
        raise Invalid("Nobody of that name.", faults=[fault], code="unknown-principal")
    return add_member(tx, group_id, member_id, from_at=from_at, until=until)


def leave_group(tx: Tx, group_id: str, kind: str, name: str) -> list[Membership]:
    """Take a person or a group, by name, out of a group; see `authz.remove_member`."""
    group = require(tx, "group:remove", group_id)
    member_id = _named(tx, kind, name)
    if member_id is None:
        raise NotAMember(group.name)
    return remove_member(tx, group_id, member_id)


def list_members(tx: Tx, group_id: str, page: PageRequest) -> Page[Membership]:
    """Return who is in a group or will be; needs READ on it."""
    return members_of(tx, group_id, page)


def _named(tx: Tx, kind: str, name: str) -> str | None:
    if kind == "user":
        user = user_named(tx, name)
        return None if user is None else user.id
    found = find_principal(tx, kind, name)
    return None if found is None else found.id
