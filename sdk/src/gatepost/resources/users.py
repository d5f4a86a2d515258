"""People: what every signed-in caller may see, and what administrators may do."""

from collections.abc import Iterator

from gatepost.models import CreatedUser, Key, Receipt, Reset, User, UserChange
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

    def get(self, user_id: str) -> User:
        """Return one person in full."""
        return self._transport.get(User, f"users/{segment(user_id)}")

    def keys(self, user_id: str, *, q: str | None = None) -> Iterator[Key]:
        """Yield a person's keys, latest first."""
        return self._transport.pages(Key, f"users/{segment(user_id)}/keys", {"q": q})

    def delete_key(self, user_id: str, key_id: str) -> Receipt:
        """Delete a person's key; when this returns, the gates have forgotten it."""
        path = f"users/{segment(user_id)}/keys/{segment(key_id)}"
        return read(Receipt, self._transport.call("DELETE", path))

    def create(
        self,
        username: str,
        *,
        email: str,
        display_name: str,
        role: str,
        password: Secret | None = None,
        organization: str | None = None,
    ) -> CreatedUser:
        """Add a person; without *password* the answer to a session holds a one-time one.

        Without an *organization* they belong to the caller's.

        Raises:
            Conflict: the username is taken.
            Invalid: a field is not acceptable.
        """
        body = {"username": username, "email": email, "display_name": display_name, "role": role}
        if password is not None:
            body["password"] = password.reveal()
        if organization is not None:
            body["organization"] = organization
        return read(CreatedUser, self._transport.call("POST", "users", body=body))

    def set_role(self, user_id: str, role: str) -> UserChange:
        """Change a server role; what the person may no longer do ends at once."""
        return self._change(user_id, {"role": role})

    def set_email(self, user_id: str, email: str) -> UserChange:
        """Say which mail address is a person's; one that they wrote themselves is confirmed by that."""
        return self._change(user_id, {"email": email})

    def move(self, user_id: str, organization: str) -> UserChange:
        """Let a person belong to another organization; what they held elsewhere ends."""
        return self._change(user_id, {"organization": organization})

    def deactivate(self, user_id: str) -> UserChange:
        """Close an account: its sessions and keys end at once."""
        return self._change(user_id, {"is_active": False})

    def activate(self, user_id: str) -> UserChange:
        """Open a closed account again; its old sessions stay ended."""
        return self._change(user_id, {"is_active": True})

    def reset(self, user_id: str) -> Reset:
        """Start a password reset: the old password and all sessions end now."""
        return read(Reset, self._transport.call("POST", f"users/{segment(user_id)}/reset"))

    def end_sessions(self, user_id: str) -> Receipt:
        """Sign a person out everywhere."""
        return read(Receipt, self._transport.call("DELETE", f"users/{segment(user_id)}/sessions"))

    def _change(self, user_id: str, fields: dict[str, object]) -> UserChange:
        return read(UserChange, self._transport.call("PATCH", f"users/{segment(user_id)}", body=fields))
