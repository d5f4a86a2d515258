"""People: what every signed-in caller may see, and what administrators may do."""

from collections.abc import Iterator

from gatepost.models import CreatedUser, Receipt, User
from gatepost.secret import Secret
from gatepost.shape import read
from gatepost.transport import Transport, segment


class UserCalls:
    """Calls about people; all but `list` are an administrator's."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[User]:
        """Yield people whose name matches *q*."""
        return self._transport.pages(User, "users", {"q": q, "sort": sort})

    def create(
        self, username: str, *, email: str, display_name: str, role: str, password: Secret | None = None
    ) -> CreatedUser:
        """Add a person; without *password* the answer to a session holds a one-time one.

        Raises:
            Conflict: the username is taken.
            Invalid: a field is not acceptable.
        """
        body = {"username": username, "email": email, "display_name": display_name, "role": role}
        if password is not None:
            body["password"] = password.reveal()
        return read(CreatedUser, self._transport.call("POST", "users", body=body))

    def set_role(self, user: str, role: str) -> Receipt:
        """Change a server role; what the person may no longer do ends at once."""
        return self._change(user, {"role": role})

    def deactivate(self, user: str) -> Receipt:
        """Close an account: its sessions and keys end at once."""
        return self._change(user, {"is_active": False})

    def activate(self, user: str) -> Receipt:
        """Open a closed account again; its old sessions stay ended."""
        return self._change(user, {"is_active": True})

    def reset(self, user: str) -> object:
        """Start a password reset, and return what the server says about it."""
        return self._transport.call("POST", f"users/{segment(user)}/reset")

    def end_sessions(self, user: str) -> Receipt:
        """Sign a person out everywhere."""
        return read(Receipt, self._transport.call("DELETE", f"users/{segment(user)}/sessions"))

    def _change(self, user: str, fields: dict[str, object]) -> Receipt:
        return read(Receipt, self._transport.call("PATCH", f"users/{segment(user)}", body=fields))
