"""Oneself: who the server takes the caller for."""

from gatepost.models import Me
from gatepost.secret import Secret
from gatepost.transport import Transport


class MeCalls:
    """Calls about the caller."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> Me:
        """Return who calls, and through which key."""
        return self._transport.get(Me, "me")

    def change_password(self, old: Secret, new: Secret) -> None:
        """Change one's own password; needs a session.

        Raises:
            Invalid: the new one is too weak.
            Denied: the old one is wrong, or a key calls.
        """
        self._transport.call("POST", "me/password", body={"old": old.reveal(), "new": new.reveal()})

    def log_out(self) -> None:
        """End the session that calls."""
        self._transport.call("POST", "logout")
