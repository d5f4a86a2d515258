"""The places where one is signed in."""

from collections.abc import Iterator

from gatepost.models import Receipt, Session
from gatepost.shape import read
from gatepost.transport import Transport, segment


class SessionCalls:
    """Calls about one's own sessions."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Session]:
        """Yield one's sessions."""
        return self._transport.pages(Session, "sessions")

    def end(self, session_id: str) -> Receipt:
        """Sign out there; when this returns, the gates have forgotten the session."""
        return read(Receipt, self._transport.call("DELETE", f"sessions/{segment(session_id)}"))
