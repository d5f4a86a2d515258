"""Who holds which role on one thing."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from gatepost.models import Effect, Grant, Receipt
from gatepost.shape import read, stamp
from gatepost.transport import Transport, segment


class GrantCalls:
    """Calls about the grants on things of one type (`apps`, `projects`, `datasets`, …), named by their ids.

    An application may be named by its number too, a project by its key, a group by its name.
    """

    def __init__(self, transport: Transport, type_: str) -> None:
        self._transport = transport
        self._type = type_

    def list(self, thing_id: str, *, q: str | None = None, sort: str | None = None) -> Iterator[Grant]:
        """Yield who holds which role: whose name matches *q*, latest last, or first by `-created`."""
        path = f"{self._type}/{segment(thing_id)}/grants"
        return self._transport.pages(Grant, path, {"q": q, "sort": sort})

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

        With *notify* they are told by mail, with the *note*; `mail` of the grant says whether
        one goes out.

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

    def rehearse(self, thing_id: str, *, to: Sequence[tuple[str, str]], role: str) -> Effect:
        """Say whom giving *role* to some (type and name of each) would let in; give nothing."""
        body = {"to": [{"type": type_, "name": name} for type_, name in to], "role": role}
        path = f"{self._type}/{segment(thing_id)}/grants/rehearse"
        return read(Effect, self._transport.call("POST", path, body=body))

    def revoke(self, thing_id: str, grant_id: str) -> Receipt:
        """Take a role away; when this returns, the gates have forgotten it."""
        path = f"{self._type}/{segment(thing_id)}/grants/{segment(grant_id)}"
        return read(Receipt, self._transport.call("DELETE", path))

    def revoke_given_by(self, thing_id: str, giver: str) -> Receipt:
        """Take away everything that *giver* gave on it: a username, a key's name, or the id in `by`.

        Raises:
            NotFound: they gave nothing there.
            Denied: some of it may not be taken away; all of it stays.
            Conflict: nobody would be left who owns it; all of it stays.
        """
        path = f"{self._type}/{segment(thing_id)}/grants"
        return read(Receipt, self._transport.call("DELETE", path, query={"given_by": giver}))
