"""API keys: one's own, those of projects, the global ones."""

from collections.abc import Iterator, Sequence

from gatepost.key_models import AnyKey, Consents, KeyText
from gatepost.models import IssuedKey, Key, Receipt
from gatepost.resources.kept_keys import (
    POLICY_DEFAULT,
    Expiry,
    GlobalKeys,
    KeptKeys,
    ProjectKeys,
    said_about,
)
from gatepost.secret import Secret
from gatepost.shape import read
from gatepost.transport import Transport, segment

__all__ = ["POLICY_DEFAULT", "KeyCalls"]


class KeyCalls(KeptKeys[Key]):
    """Calls about one's own API keys, and the way to those of projects and of the server."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, Key, "keys")

    def of_project(self, project: str) -> ProjectKeys:
        """Return the calls about the keys of a project, by its key."""
        return ProjectKeys(self._transport, project)

    def of_server(self) -> GlobalKeys:
        """Return the calls about the global keys, for administrators."""
        return GlobalKeys(self._transport)

    def everybodys(
        self,
        *,
        q: str | None = None,
        kind: str | None = None,
        owner: str | None = None,
        status: str | None = None,
    ) -> Iterator[AnyKey]:
        """Yield keys of every kind and everybody, latest first, for administrators."""
        wanted = {"q": q, "kind": kind, "owner": owner, "status": status}
        return self._transport.pages(AnyKey, "admin/keys/all", wanted)

    def delete_anybodys(self, key_id: str) -> Receipt:
        """Delete anybody's key, as an administrator."""
        return read(Receipt, self._transport.call("DELETE", f"admin/keys/all/{segment(key_id)}"))

    def reveal(self, key_id: str) -> Secret:
        """Return the text of an application's key again; for the user whom the application acts for.

        Needs a session with a recent password, and is written into the trail.

        Raises:
            NotFound: there is no such key of the caller's.
            Conflict: a key of another kind, whose text is kept nowhere.
        """
        return read(KeyText, self._transport.call("POST", f"{self._at(key_id)}/reveal")).key

    def agree(self, project: str) -> None:
        """Agree to be the associated user of a project's keys."""
        self._transport.call("PUT", f"me/run-as/{segment(project)}")

    def agreed(self) -> Sequence[str]:
        """Return the projects whose keys one agreed to be the associated user of, by their keys."""
        return self._transport.get(Consents, "me/run-as").projects

    def disagree(self, project: str) -> Receipt:
        """Agree no longer; the next call with such a key does not act for one."""
        return read(Receipt, self._transport.call("DELETE", f"me/run-as/{segment(project)}"))

    def create(
        self,
        name: str,
        *,
        expires_at: Expiry = POLICY_DEFAULT,
        role: str | None = None,
        ip_allowlist: Sequence[str] | None = None,
        description: str | None = None,
    ) -> IssuedKey:
        """Make a key; needs a session, and its `key` is shown this once.

        *expires_at* None means never, where the instance allows it; left out, the
        instance decides. *role* may only be lower than one's own.

        Raises:
            Denied: a key calls (keys may not create keys), or never is not allowed.
            Invalid: a field is not acceptable.
        """
        body = said_about(name, description, expires_at, ip_allowlist)
        if role is not None:
            body["role"] = role
        return read(IssuedKey, self._transport.call("POST", "keys", body=body))
