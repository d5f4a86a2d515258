"""Organizations: tenants that know nothing of each other, unless both allow it."""

from pydantic import BaseModel

from gatepost_server import identity
from gatepost_server.authz import Organization, may_on_instance
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, Time, page_out
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["organizations"])


class OrganizationIn(Body):
    """An organization to be made."""

    name: str
    allows_outside_sharing: bool = False


class OrganizationChange(Body):
    """What to change; absent fields stay."""

    name: str | None = None
    allows_outside_sharing: bool | None = None


class OrganizationBrief(BaseModel):
    """An organization as its people know it."""

    id: str
    name: str


class OrganizationOut(OrganizationBrief):
    """An organization in full, for administrators."""

    allows_outside_sharing: bool
    created_at: Time

    @classmethod
    def of(cls, one: Organization) -> "OrganizationOut":
        """Present an organization."""
        return cls(
            id=one.id,
            name=one.name,
            allows_outside_sharing=one.allows_outside_sharing,
            created_at=one.created_at,
        )


class OrganizationChanged(ReceiptOut):
    """The organization after the change, and what ended because its border was closed."""

    organization: OrganizationOut
    ended: dict[str, int]
    moved: list[dict[str, str]]


@router.makes("/organizations", status_code=201, action="organization:create")
def create_organization(call: ApiCall, body: OrganizationIn) -> OrganizationOut:
    """Make an organization."""
    allows = body.allows_outside_sharing
    with call.begin() as tx:
        made = identity.create_organization(tx, body.name, allows_outside_sharing=allows)
        return OrganizationOut.of(made)


@router.reads("/organizations", action="organization:find", response_model=None)
def list_organizations(
    call: ApiCall, page: PageQuery
) -> PageOut[OrganizationOut] | PageOut[OrganizationBrief]:
    """List organizations: all in full to administrators; to others their own and those open to it."""
    with call.read() as tx:
        found = identity.list_organizations(tx, page)
        if may_on_instance(tx, "organization:list"):
            return page_out(found, OrganizationOut.of)
        return page_out(found, lambda one: OrganizationBrief(id=one.id, name=one.name))


@router.reads("/organizations/{org_id}", action="organization:find", response_model=None)
def get_organization(call: ApiCall, org_id: str) -> OrganizationOut | OrganizationBrief:
    """Return one organization that the caller may know of."""
    with call.read() as tx:
        found = identity.get_organization(tx, org_id)
        if may_on_instance(tx, "organization:list"):
            return OrganizationOut.of(found)
        return OrganizationBrief(id=found.id, name=found.name)


@router.changes("/organizations/{org_id}", action="organization:edit")
def change_organization(call: ApiCall, org_id: str, body: OrganizationChange) -> OrganizationChanged:
    """Rename an organization, or let it share outside; forbidding that ends what was shared."""
    with call.begin() as tx:
        found, ended = identity.change_organization(
            tx, org_id, name=body.name, allows_outside_sharing=body.allows_outside_sharing
        )
    receipt = ReceiptOut.of(call.house.collect_receipt())
    return OrganizationChanged(
        **receipt.model_dump(),
        organization=OrganizationOut.of(found),
        ended={"grants": ended.grants, "memberships": ended.memberships},
        moved=[{"kind": kind, "id": node_id, "to": heir} for kind, node_id, heir in ended.moved],
    )
