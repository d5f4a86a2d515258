"""Where connections may lead: the administrators' list of private places."""

from collections.abc import Iterator

from gatepost.administered import EgressCheck, EgressEntry
from gatepost.shape import read
from gatepost.transport import Transport, segment


class EgressCalls:
    """Calls about the places that connections may lead to; administrators only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, q: str | None = None) -> Iterator[EgressEntry]:
        """Yield the private places that are let through, oldest first."""
        return self._transport.pages(EgressEntry, "egress", {"q": q})

    def add(self, entry: str, *, note: str = "") -> EgressEntry:
        """Let connections lead to `address:port`, a network or a host name, from the next one on.

        Raises:
            Invalid: it is none of the three.
            Conflict: it is on the list.
        """
        return read(EgressEntry, self._transport.call("POST", "egress", body={"entry": entry, "note": note}))

    def remove(self, entry_id: str) -> None:
        """Take an entry from the list; connections to it are refused from the next one on."""
        self._transport.call("DELETE", f"egress/{segment(entry_id)}")

    def check(self, host: str, port: int) -> EgressCheck:
        """Say whether connections may lead to a place, address by address; nothing is connected."""
        answer = self._transport.call("GET", "egress/check", query={"host": host, "port": port})
        return read(EgressCheck, answer)
