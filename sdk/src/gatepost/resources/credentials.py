"""Stored credentials: written and never shown again."""

from collections.abc import Iterator, Mapping

from gatepost.connection_models import Associated, Checks
from gatepost.credential_models import StoredCredential
from gatepost.models import Receipt
from gatepost.resources.grants import GrantCalls
from gatepost.secret import Secret
from gatepost.shape import read
from gatepost.transport import Transport, segment


class CredentialCalls:
    """Calls about stored credentials; storing and changing them needs a session.

    `grants` is who may use one: using it is never to see it.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "credentials")

    def list(self, *, q: str | None = None) -> Iterator[StoredCredential]:
        """Yield the credentials one may see, by name."""
        return self._transport.pages(StoredCredential, "credentials", {"q": q})

    def get(self, credential_id: str) -> StoredCredential:
        """Return one credential."""
        return self._transport.get(StoredCredential, _path(credential_id))

    def create(
        self, name: str, secret: Mapping[str, Secret], *, user: str = "", type_: str = "basic"
    ) -> StoredCredential:
        """Store a credential; *secret* has the fields of its type: `{"password": Secret(…)}`.

        Raises:
            Denied: stored credentials are turned off on this server.
        """
        body = {"name": name, "type": type_, "user": user, **_revealed(secret)}
        return read(StoredCredential, self._transport.call("POST", "credentials", body=body))

    def change(
        self,
        credential_id: str,
        *,
        name: str | None = None,
        user: str | None = None,
        secret: Mapping[str, Secret] | None = None,
    ) -> StoredCredential:
        """Change a credential for all its connections; what is None stays. Needs a recent login."""
        said = {"name": name, "user": user}
        body = {field: value for field, value in said.items() if value is not None}
        body |= _revealed(secret or {})
        return read(StoredCredential, self._transport.call("PATCH", _path(credential_id), body=body))

    def delete(self, credential_id: str) -> Receipt:
        """Delete a credential."""
        return read(Receipt, self._transport.call("DELETE", _path(credential_id)))

    def connections(self, credential_id: str) -> Iterator[Associated]:
        """Yield the connections that a credential signs in at, as far as one may see them."""
        return self._transport.pages(Associated, f"{_path(credential_id)}/connections")

    def check(
        self, credential_id: str, *, user: str | None = None, secret: Mapping[str, Secret] | None = None
    ) -> Checks:
        """Try a credential at all its connections, with another user or secret if given; saves nothing."""
        body: dict[str, object] = dict(_revealed(secret or {}))
        if user is not None:
            body["user"] = user
        return read(Checks, self._transport.call("POST", f"{_path(credential_id)}/check", body=body))


def _path(credential_id: str) -> str:
    return f"credentials/{segment(credential_id)}"


def _revealed(secret: Mapping[str, Secret]) -> dict[str, str]:
    return {field: text.reveal() for field, text in secret.items()}
