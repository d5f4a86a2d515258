"""Organizations: planted, renamed, and how far sharing may go between them (§4.6, rule 3)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from gatepost_server.authz.errors import OutsideOrganization
from gatepost_server.authz.model import INSTANCE, ORGANIZATION, Principal, signed_in
from gatepost_server.authz.policy import NodeKind
from gatepost_server.authz.service.asking import may_on_instance, subject_of
from gatepost_server.authz.tables import NodeRow, OrganizationRow, PrincipalRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.store import Tx


@dataclass(frozen=True)
class Organization:
    """A tenant: people and things that others know nothing of, unless both allow it."""

    id: str
    name: str
    allows_outside_sharing: bool
    created_at: datetime


def plant_organization(tx: Tx, org_id: str, name: str, *, allows_outside_sharing: bool) -> Organization:
    """Make an organization and its open set; rights and the name are the caller's to check."""
    tx.session.add(
        NodeRow(
            id=org_id, kind=NodeKind.ORGANIZATION, name=name, parent_id=INSTANCE, org_id=org_id,
            created_at=tx.now,
        )
    )  # fmt: skip
    for set_id, kind, label in (
        (org_id, "organization", name),
        (signed_in(org_id), "everyone", "All signed-in users"),
    ):
        tx.session.add(
            PrincipalRow(id=set_id, kind=kind, name=label, label=label, org_id=org_id, is_active=True, cap=0)
        )
    tx.session.flush()
    row = OrganizationRow(id=org_id, name_key=name.casefold(), allows_outside_sharing=allows_outside_sharing)
    tx.session.add(row)
    tx.session.flush()
    return Organization(org_id, name, allows_outside_sharing, tx.now)


def alter_organization(tx: Tx, org_id: str, *, name: str, allows_outside_sharing: bool) -> None:
    """Write another name and whether sharing outside is allowed; both have been checked."""
    tx.session.execute(update(NodeRow).where(NodeRow.id == org_id).values(name=name))
    tx.session.execute(update(PrincipalRow).where(PrincipalRow.id == org_id).values(name=name, label=name))
    tx.session.execute(
        update(OrganizationRow)
        .where(OrganizationRow.id == org_id)
        .values(name_key=name.casefold(), allows_outside_sharing=allows_outside_sharing)
    )


def organizations(tx: Tx) -> list[Organization]:
    """Return every organization by name; whether the caller may know of them is not asked."""
    rows = tx.session.execute(
        select(OrganizationRow, NodeRow.name, NodeRow.created_at)
        .join(NodeRow, NodeRow.id == OrganizationRow.id)
        .order_by(OrganizationRow.name_key)
    )
    return [Organization(row.id, name, row.allows_outside_sharing, at) for row, name, at in rows]


def page_of_organizations(tx: Tx, page: PageRequest) -> Page[Organization]:
    """Return a page of the organizations that the caller may know of, by name, searched by it.

    Raises:
        Invalid: the cursor is not of this list.
    """
    query = (
        select(OrganizationRow, NodeRow.name, NodeRow.created_at)
        .join(NodeRow, NodeRow.id == OrganizationRow.id)
        .where(OrganizationRow.id.in_(known_organizations(tx)))
    )
    for word in page.q.split()[:8]:
        query = query.where(NodeRow.name.icontains(word, autoescape=True))
    position = page.position()
    if position is not None:
        query = query.where(OrganizationRow.name_key > position[0])
    rows = tx.session.execute(query.order_by(OrganizationRow.name_key).limit(page.limit + 1))
    found = [Organization(row.id, name, row.allows_outside_sharing, at) for row, name, at in rows]
    return page_from(found, page, lambda one: (one.name.casefold(),))


def own_organization(tx: Tx) -> str:
    """Return the id of the caller's organization."""
    return subject_of(tx).org_id or ORGANIZATION


def known_organizations(tx: Tx) -> list[str]:
    """Return the organizations whose people and groups the caller may know of.

    One's own; when it allows sharing outside, those that do too; for administrators all.
    """
    if may_on_instance(tx, "organization:list"):
        return list(tx.session.scalars(select(OrganizationRow.id)))
    own = own_organization(tx)
    open_ones = _open_ones(tx)
    return [own, *sorted(open_ones - {own})] if own in open_ones else [own]


def require_inside(tx: Tx, org_id: str | None, holder: Principal) -> None:
    """Refuse somebody of another organization than *org_id*, unless both allow sharing outside.

    To who may not know of that organization they are unknown, as if they did not exist.

    Raises:
        OutsideOrganization: the caller may know of them.
        Invalid: the caller may not.
    """
    if holder.org_id is None or may_cross(tx, org_id, holder.org_id):
        return
    if holder.org_id in known_organizations(tx):
        raise OutsideOrganization(holder.label)
    raise Invalid("Nobody of that name.", faults=[FieldFault("to", "unknown")], code="unknown-principal")


def may_cross(tx: Tx, one_id: str | None, other_id: str | None) -> bool:
    """Tell whether something of one organization may reach another: within one, or both allow it."""
    open_ones = _open_ones(tx) if one_id != other_id else {one_id}
    return one_id is None or (one_id in open_ones and other_id in open_ones)


def _open_ones(tx: Tx) -> set[str]:
    return set(tx.session.scalars(select(OrganizationRow.id).where(OrganizationRow.allows_outside_sharing)))
