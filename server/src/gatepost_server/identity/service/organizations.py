"""Organizations: made and changed by administrators, known to their people."""

from gatepost_server.authz import (
    Ended,
    Organization,
    alter_organization,
    close_border,
    known_organizations,
    may_on_instance,
    organizations,
    page_of_organizations,
    plant_organization,
    require_instance,
    require_self,
)
from gatepost_server.identity import queries
from gatepost_server.identity.errors import NameTaken, UnknownOrganization
from gatepost_server.identity.model import checked_set_name
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.store import Tx


def create_organization(tx: Tx, name: str, *, allows_outside_sharing: bool) -> Organization:
    """Make an organization; people come into it when they are created in it or moved.

    Raises:
        Invalid: the name cannot be used.
        NameTaken: another one has it.
    """
    require_instance(tx, "organization:create")
    checked = checked_set_name(name)
    _require_free(tx, checked)
    org_id = new_id("org", tx.now)
    tx.memo.pop("organizations", None)
    made = plant_organization(tx, org_id, checked, allows_outside_sharing=allows_outside_sharing)
    tx.audit(
        "organization:create", "organization", org_id, checked,
        after={"allows_outside_sharing": allows_outside_sharing},
    )  # fmt: skip
    return made


def change_organization(
    tx: Tx, org_id: str, *, name: str | None = None, allows_outside_sharing: bool | None = None
) -> tuple[Organization, Ended]:
    """Rename an organization, or open or close it for sharing.

    Closing ends at once whatever was shared across its border; returns what ended. Opening
    gives nobody anything by itself.

    Raises:
        UnknownOrganization: no such organization.
        Invalid: the name cannot be used.
        NameTaken: another one has it.
    """
    require_instance(tx, "organization:edit")
    before = _existing(tx, org_id)
    after_name = before.name if name is None else checked_set_name(name)
    allows = before.allows_outside_sharing if allows_outside_sharing is None else allows_outside_sharing
    if after_name.casefold() != before.name.casefold():
        _require_free(tx, after_name)
    tx.memo.pop("organizations", None)
    alter_organization(tx, org_id, name=after_name, allows_outside_sharing=allows)
    is_closing = before.allows_outside_sharing and not allows
    ended = close_border(tx, org_id, tx.actor.principal_id) if is_closing else Ended(0, 0, ())
    tx.audit(
        "organization:edit", "organization", org_id, after_name,
        before={"name": before.name, "allows_outside_sharing": before.allows_outside_sharing},
        after={
            "name": after_name, "allows_outside_sharing": allows,
            "ended_grants": ended.grants, "ended_memberships": ended.memberships,
        },
    )  # fmt: skip
    return _existing(tx, org_id), ended


def find_organizations(tx: Tx) -> list[Organization]:
    """Return the organizations that the caller may know of, by name."""
    if not may_on_instance(tx, "organization:list"):
        require_self(tx, "organization:find")
    known = set(known_organizations(tx))
    return [one for one in organizations(tx) if one.id in known]


def list_organizations(tx: Tx, page: PageRequest) -> Page[Organization]:
    """Return a page of what `find_organizations` returns, searched by name."""
    if not may_on_instance(tx, "organization:list"):
        require_self(tx, "organization:find")
    return page_of_organizations(tx, page)


def get_organization(tx: Tx, org_id: str) -> Organization:
    """Return an organization that the caller may know of.

    Raises:
        UnknownOrganization: there is none, or none for them.
    """
    found = next((one for one in find_organizations(tx) if one.id == org_id), None)
    if found is None:
        raise UnknownOrganization
    return found


def _existing(tx: Tx, org_id: str) -> Organization:
    found = next((one for one in organizations(tx) if one.id == org_id), None)
    if found is None:
        raise UnknownOrganization
    return found


def _require_free(tx: Tx, name: str) -> None:
    if queries.organization_by_name(tx, name) is not None:
        raise NameTaken("an organization", name)
