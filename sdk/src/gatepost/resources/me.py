"""Oneself: who the server takes the caller for."""

from gatepost.models import Me, Receipt, User
from gatepost.secret import Secret
from gatepost.shape import read
from gatepost.transport import Transport


class MeCalls:
    """Calls about the caller."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> Me:
        """Return who calls, and through which key."""
        return self._transport.get(Me, "me")

    def edit(self, display_name: str, email: str) -> User:
        """Change one's own name and address; needs a session."""
        body = {"display_name": display_name, "email": email}
        return read(User, self._transport.call("PATCH", "me", body=body))

    def change_password(self, old: Secret, new: Secret) -> Receipt:
        """Change one's own password; needs a session, and ends one's other ones.

        Raises:
            Invalid: the old one is wrong, or the new one too weak.
            Denied: a key calls.
        """
        body = {"old": old.reveal(), "new": new.reveal()}
        return read(Receipt, self._transport.call("POST", "me/password", body=body))

    def log_out(self) -> None:
        """End the session that calls."""
        self._transport.call("POST", "logout")
