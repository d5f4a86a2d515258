"""What can be done with keys of every kind, and the calls about those that hold rights of their own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from gatepost.key_models import GlobalKey, IssuedGlobalKey, IssuedProjectKey, ProjectKey, RotatedKey
from gatepost.models import Key, Receipt
from gatepost.shape import read, stamp
from gatepost.transport import Transport, segment

K = TypeVar("K", bound=Key)


class PolicyDefault:
    """Says that the server chooses the expiry."""


POLICY_DEFAULT = PolicyDefault()
Expiry = datetime | PolicyDefault | None


def said_about(
    name: str | None = None,
    description: str | None = None,
    expires_at: Expiry = POLICY_DEFAULT,
    ip_allowlist: Sequence[str] | None = None,
) -> dict[str, object]:
    """Return the fields that every kind of key has; what is left out is not sent."""
    body: dict[str, object] = {}
    if name is not None:
        body["name"] = name
    if description is not None:
        body["description"] = description
    if not isinstance(expires_at, PolicyDefault):
        body["expires_at"] = stamp(expires_at) if expires_at is not None else None
    if ip_allowlist is not None:
        body["ip_allowlist"] = ";".join(ip_allowlist)
    return body


class KeptKeys(Generic[K]):
    """Calls about one bunch of keys: one's own, those of a project, or the global ones."""

    def __init__(self, transport: Transport, model: type[K], path: str) -> None:
        self._transport, self._model, self._path = transport, model, path

    def list(
        self, *, q: str | None = None, sort: str | None = None, status: str | None = None
    ) -> Iterator[K]:
        """Yield keys; *status* is `active`, `disabled`, `expired` or `revoked`, left out: all."""
        return self._transport.pages(self._model, self._path, {"q": q, "sort": sort, "status": status})

    def get(self, key_id: str) -> K:
        """Return one key.

        Raises:
            NotFound: there is none of this id, or it was deleted.
        """
        return self._transport.get(self._model, self._at(key_id))

    def change(
        self,
        key_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        expires_at: Expiry = POLICY_DEFAULT,
        ip_allowlist: Sequence[str] | None = None,
        is_enabled: bool | None = None,
    ) -> K:
        """Change what is said about a key; what is left out stays, an empty allowlist is lifted.

        A key that may be worth more afterwards needs a session with a recent password.
        """
        body = said_about(name, description, expires_at, ip_allowlist)
        if is_enabled is not None:
            body["is_enabled"] = is_enabled
        return read(self._model, self._transport.call("PATCH", self._at(key_id), body=body))

    def rotate(self, key_id: str, *, overlap: timedelta = timedelta(0)) -> RotatedKey:
        """Give a key a new secret; the old one counts on for *overlap*, at most seven days."""
        body = {"overlap_seconds": int(overlap.total_seconds())}
        return read(RotatedKey, self._transport.call("POST", f"{self._at(key_id)}/rotate", body=body))

    def end_old(self, key_id: str) -> Receipt:
        """End a rotated key's old secret now."""
        return read(Receipt, self._transport.call("POST", f"{self._at(key_id)}/end-old"))

    def delete(self, key_id: str) -> Receipt:
        """Delete a key; when this returns, the gates named in the receipt have forgotten it.

        Raises:
            NotFound: there is no such key of the caller's.
        """
        return read(Receipt, self._transport.call("DELETE", self._at(key_id)))

    def _at(self, key_id: str) -> str:
        return f"{self._path}/{segment(key_id)}"


class HeldKeys(KeptKeys[K]):
    """Calls about keys that hold rights of their own."""

    def set_run_as(self, key_id: str, username: str | None) -> K:
        """Name a key's associated user, or none.

        Raises:
            Denied: they have not agreed, and the caller is no administrator.
        """
        path = f"{self._at(key_id)}/run-as"
        return read(self._model, self._transport.call("PUT", path, body={"user": username}))


class ProjectKeys(HeldKeys[ProjectKey]):
    """Calls about the keys of one project."""

    def __init__(self, transport: Transport, project: str) -> None:
        super().__init__(transport, ProjectKey, f"projects/{segment(project)}/keys")

    def create(
        self,
        name: str,
        *,
        permissions: Sequence[str] = (),
        datasets: Mapping[str, Sequence[str]] | None = None,
        run_as: str | None = None,
        sponsor: str | None = None,
        allowed_origins: Sequence[str] = (),
        description: str = "",
        expires_at: Expiry = POLICY_DEFAULT,
        ip_allowlist: Sequence[str] | None = None,
    ) -> IssuedProjectKey:
        """Make a key that holds *permissions* on the project and what *datasets* says on single ones.

        Raises:
            Denied: a permission that the caller does not hold, or an associated user who has not agreed.
            Invalid: a field is not acceptable.
        """
        body = {
            **said_about(name, description, expires_at, ip_allowlist),
            "permissions": list(permissions),
            "datasets": {dataset: list(given) for dataset, given in (datasets or {}).items()},
            "run_as": run_as,
            "sponsor": sponsor,
            "allowed_origins": list(allowed_origins),
        }
        return read(IssuedProjectKey, self._transport.call("POST", self._path, body=body))

    def set_permissions(
        self,
        key_id: str,
        permissions: Sequence[str] = (),
        datasets: Mapping[str, Sequence[str]] | None = None,
    ) -> ProjectKey:
        """Replace all that a key holds."""
        given = {dataset: list(names) for dataset, names in (datasets or {}).items()}
        body = {"permissions": list(permissions), "datasets": given}
        return read(ProjectKey, self._transport.call("PUT", f"{self._at(key_id)}/permissions", body=body))

    def set_origins(self, key_id: str, origins: Sequence[str]) -> ProjectKey:
        """Say pages of which origins may call with a key."""
        path, body = f"{self._at(key_id)}/allowed-origins", {"origins": list(origins)}
        return read(ProjectKey, self._transport.call("PUT", path, body=body))

    def adopt(self, key_id: str) -> ProjectKey:
        """Answer for a key from now on, instead of who does."""
        return read(ProjectKey, self._transport.call("POST", f"{self._at(key_id)}/adopt"))


class GlobalKeys(HeldKeys[GlobalKey]):
    """Calls about the global keys, for administrators."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, GlobalKey, "admin/keys")

    def create(
        self,
        name: str,
        *,
        projects: Mapping[str, Sequence[str]] | None = None,
        global_admin: bool = False,
        run_as: str | None = None,
        description: str = "",
        expires_at: Expiry = POLICY_DEFAULT,
        ip_allowlist: Sequence[str] | None = None,
    ) -> IssuedGlobalKey:
        """Make a key that holds permissions on *projects*, or administers the whole server."""
        body = {
            **said_about(name, description, expires_at, ip_allowlist),
            **_rights(projects, is_global_admin=global_admin),
            "run_as": run_as,
        }
        return read(IssuedGlobalKey, self._transport.call("POST", self._path, body=body))

    def set_permissions(
        self,
        key_id: str,
        *,
        projects: Mapping[str, Sequence[str]] | None = None,
        global_admin: bool = False,
    ) -> GlobalKey:
        """Replace all that a key holds."""
        body = _rights(projects, is_global_admin=global_admin)
        return read(GlobalKey, self._transport.call("PUT", f"{self._at(key_id)}/permissions", body=body))


def _rights(projects: Mapping[str, Sequence[str]] | None, *, is_global_admin: bool) -> dict[str, object]:
    given = {project: list(names) for project, names in (projects or {}).items()}
    return {"global_admin": is_global_admin, "projects": given}
