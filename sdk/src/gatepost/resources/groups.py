"""Groups: who is in which, from when until when."""

from collections.abc import Iterator
from datetime import datetime

from gatepost.administered import Group, Member
from gatepost.models import Receipt
from gatepost.resources.grants import GrantCalls
from gatepost.shape import read, stamp
from gatepost.transport import Transport, segment


class GroupCalls:
    """Calls about groups; a group is named by its id or its name."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "groups")

    def list(self, *, q: str | None = None) -> Iterator[Group]:
        """Yield groups whose name matches *q*."""
        return self._transport.pages(Group, "groups", {"q": q})

    def get(self, group: str) -> Group:
        """Return one group."""
        return self._transport.get(Group, f"groups/{segment(group)}")

    def create(self, name: str, *, organization: str | None = None) -> Group:
        """Make an empty group, in one's own organization if none is named.

        Raises:
            Conflict: the organization has a group of that name.
        """
        body = {"name": name, **({"organization": organization} if organization is not None else {})}
        return read(Group, self._transport.call("POST", "groups", body=body))

    def rename(self, group: str, name: str) -> Group:
        """Give a group another name; what it holds stays."""
        return read(Group, self._transport.call("PATCH", f"groups/{segment(group)}", body={"name": name}))

    def delete(self, group: str) -> Receipt:
        """Delete a group with every role that it holds.

        Raises:
            Conflict: something would be left without an owner.
        """
        return read(Receipt, self._transport.call("DELETE", f"groups/{segment(group)}"))

    def members(self, group: str, *, q: str | None = None) -> Iterator[Member]:
        """Yield who is in a group, or will be."""
        return self._transport.pages(Member, f"groups/{segment(group)}/members", {"q": q})

    def add(
        self,
        group: str,
        name: str,
        *,
        kind: str = "user",
        from_: datetime | None = None,
        until: datetime | None = None,
    ) -> Member:
        """Put a person (or, of *kind* group, a group) into a group, for a time or for good.

        Raises:
            Denied: the group holds more than the caller, at some moment of that time.
            Conflict: they are in it at that time already, or it would be in itself.
        """
        window = {"from": from_, "until": until}
        body = {field: stamp(moment) for field, moment in window.items() if moment is not None}
        return read(Member, self._transport.call("PUT", _place(group, kind, name), body=body))

    def remove(self, group: str, name: str, *, kind: str = "user") -> Receipt:
        """Take somebody out of a group; when this returns, the gates have forgotten it."""
        return read(Receipt, self._transport.call("DELETE", _place(group, kind, name)))


def _place(group: str, kind: str, name: str) -> str:
    return f"groups/{segment(group)}/members/{segment(kind)}/{segment(name)}"
