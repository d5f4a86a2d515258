"""Sharing an application with people outside."""

from collections.abc import Sequence

from gatepost.external_models import External, Sent, SentList
from gatepost.models import Receipt
from gatepost.shape import read
from gatepost.transport import Transport, segment


class ExternalCalls:
    """Calls about external sharing of applications, named by id or number."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, app_id: str) -> External:
        """Return who outside may open an application, and who is signed in."""
        return self._transport.get(External, _path(app_id))

    def set(
        self,
        app_id: str,
        *,
        enabled: bool,
        allowed: Sequence[str] | None = None,
        confirmed: Sequence[str] = (),
    ) -> External:
        """Let people outside in, or no more; None leaves the list of domains and addresses as it is.

        *confirmed* are domains that are meant although everybody can have an address there.

        Raises:
            Invalid: entries that cannot be used; each is named.
            Conflict: it is to be turned on, and there is no mail server.
        """
        body: dict[str, object] = {"enabled": enabled, "confirmed": list(confirmed)}
        if allowed is not None:
            body["allowed"] = list(allowed)
        return read(External, self._transport.call("PUT", _path(app_id), body=body))

    def invite(self, app_id: str, emails: Sequence[str] | None = None) -> tuple[Sent, ...]:
        """Mail a way in to every full address of the list, or to some that it lets in."""
        body = {} if emails is None else {"emails": list(emails)}
        answer = self._transport.call("POST", f"{_path(app_id)}/invitations", body=body)
        return read(SentList, answer).items

    def end(self, app_id: str, guest_id: str) -> Receipt:
        """End the session of a guest; while their address is listed they can ask for a new mail."""
        return read(Receipt, self._transport.call("DELETE", f"{_path(app_id)}/guests/{segment(guest_id)}"))


def _path(app_id: str) -> str:
    return f"apps/{segment(app_id)}/external"
