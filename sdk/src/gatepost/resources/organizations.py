"""Organizations: tenants that know nothing of each other, unless both allow it."""

from collections.abc import Iterator

from gatepost.administered import Organization, OrganizationChange
from gatepost.shape import read
from gatepost.transport import Transport, segment


class OrganizationCalls:
    """Calls about organizations; all but `list` are an administrator's."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, q: str | None = None) -> Iterator[Organization]:
        """Yield the organizations that the caller may know of and whose name matches *q*."""
        return self._transport.pages(Organization, "organizations", {"q": q})

    def get(self, org_id: str) -> Organization:
        """Return one organization that the caller may know of."""
        return self._transport.get(Organization, f"organizations/{segment(org_id)}")

    def create(self, name: str, *, allows_outside_sharing: bool = False) -> Organization:
        """Make an organization.

        Raises:
            Conflict: the name is taken.
        """
        body = {"name": name, "allows_outside_sharing": allows_outside_sharing}
        return read(Organization, self._transport.call("POST", "organizations", body=body))

    def change(
        self, org_id: str, *, name: str | None = None, allows_outside_sharing: bool | None = None
    ) -> OrganizationChange:
        """Rename it, or let it share outside; forbidding that ends what was shared at once."""
        wanted = {"name": name, "allows_outside_sharing": allows_outside_sharing}
        body = {field: value for field, value in wanted.items() if value is not None}
        path = f"organizations/{segment(org_id)}"
        return read(OrganizationChange, self._transport.call("PATCH", path, body=body))
