"""Who holds which role on one thing."""

from collections.abc import Iterator
from datetime import datetime

from gatepost.models import Grant, Receipt
from gatepost.shape import read, stamp
from gatepost.transport import Transport, segment


class GrantCalls:
    """Calls about the grants on things of one type (`apps`, `sources`)."""

    def __init__(self, transport: Transport, type_: str) -> None:
        self._transport = transport
        self._type = type_

    def list(self, thing_id: str) -> Iterator[Grant]:
        """Yield who holds which role."""
        return self._transport.pages(Grant, f"{self._type}/{segment(thing_id)}/grants")

    def give(
        self,
        thing_id: str,
        *,
        to_type: str,
        to_name: str,
        role: str,
        until: datetime | None = None,
        notify: bool = False,
        note: str = "",
    ) -> Grant:
        """Give *to_name* (a user, group or organization) a role, until a moment or for good.

        Raises:
            Denied: one may not share, or not as much as that.
            Conflict: the role is held already.
        """
        body = {
            "to": {"type": to_type, "name": to_name},
            "role": role,
            "until": stamp(until) if until is not None else None,
            "notify": notify,
            "note": note,
        }
        return read(
            Grant, self._transport.call("POST", f"{self._type}/{segment(thing_id)}/grants", body=body)
        )

    def revoke(self, thing_id: str, grant_id: str) -> Receipt:
        """Take a role away; when this returns, the gates have forgotten it."""
        path = f"{self._type}/{segment(thing_id)}/grants/{segment(grant_id)}"
        return read(Receipt, self._transport.call("DELETE", path))
