"""Client applications: programs that call with an AppKey; their secrets, members and groups."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from gatepost.api_models import ClientCall, RecentCaller
from gatepost.client_models import (
    ClientApplication,
    ClientGroup,
    ClientMember,
    ClientSecret,
    ClientSecretText,
)
from gatepost.models import Receipt
from gatepost.resources.apis import ClientApiCalls
from gatepost.resources.data_sources import ClientDatasetCalls
from gatepost.resources.grants import GrantCalls
from gatepost.secret import Secret
from gatepost.shape import read
from gatepost.transport import Transport, segment

Validity = Mapping[str, object] | str
"""`{"days": 30}`, `{"until": "…"}` or `"permanent"`."""


class ClientGroupCalls:
    """Calls about application groups; `grants` is who approves in one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "client-groups")

    def list(self, *, q: str | None = None) -> Iterator[ClientGroup]:
        """Yield the groups of one's organization."""
        return self._transport.pages(ClientGroup, "client-groups", {"q": q})

    def get(self, group: str) -> ClientGroup:
        """Return a group by its id or name."""
        return self._transport.get(ClientGroup, f"client-groups/{segment(group)}")

    def create(self, name: str, approvers: Sequence[str] = ()) -> ClientGroup:
        """Make a group, in which *approvers* (usernames) decide; for administrators."""
        body = {"name": name, "approvers": list(approvers)}
        return read(ClientGroup, self._transport.call("POST", "client-groups", body=body))

    def change(
        self, group: str, *, name: str | None = None, approvers: Sequence[str] | None = None
    ) -> ClientGroup:
        """Give a group another name or other approvers; what is None stays."""
        said = {"name": name, "approvers": None if approvers is None else [*approvers]}
        body = {field: value for field, value in said.items() if value is not None}
        return read(ClientGroup, self._transport.call("PATCH", f"client-groups/{segment(group)}", body=body))

    def delete(self, group: str) -> Receipt:
        """Delete a group that holds no application."""
        return read(Receipt, self._transport.call("DELETE", f"client-groups/{segment(group)}"))


class ClientCalls:
    """Calls about client applications; `groups` is where they are, `grants` who owns and uses one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.groups = ClientGroupCalls(transport)
        self.grants = GrantCalls(transport, "clients")
        self.apis = ClientApiCalls(transport)
        self.datasets = ClientDatasetCalls(transport)

    def list(
        self, *, scope: str = "my", q: str | None = None, group: str | None = None
    ) -> Iterator[ClientApplication]:
        """Yield one's own and joined applications (`my`), the others (`not_joined`), or `all`."""
        asked = {"scope": scope, "q": q, "group": group}
        return self._transport.pages(ClientApplication, "clients", asked)

    def get(self, client_id: str) -> ClientApplication:
        """Return one application."""
        return self._transport.get(ClientApplication, _path(client_id))

    def create(
        self,
        name: str,
        group: str,
        owners: Sequence[str],
        *,
        scenario: str = "",
        custom: tuple[str, Secret] | None = None,
        ip_allowlist: str | None = None,
        app: str | None = None,
        validity: Validity = "permanent",
    ) -> ClientApplication:
        """Make an application without a request, for administrators; its secret is in the answer.

        *custom* are an AppKey and an AppSecret of one's own; with *app* a hosted application
        gets an AppKey.

        Raises:
            Conflict: the name or the AppKey is taken.
        """
        body: dict[str, object] = {
            "name": name, "group": group, "owners": list(owners), "scenario": scenario, "validity": validity,
        }  # fmt: skip
        if custom is not None:
            body |= {"app_key": custom[0], "app_secret": custom[1].reveal()}
        body |= {"ip_allowlist": ip_allowlist} if ip_allowlist else {}
        body |= {"app": app} if app else {}
        return read(ClientApplication, self._transport.call("POST", "clients", body=body))

    def change(
        self,
        client_id: str,
        *,
        name: str | None = None,
        group: str | None = None,
        scenario: str | None = None,
        owners: Sequence[str] | None = None,
        listed: bool | None = None,
    ) -> ClientApplication:
        """Change what is said of an application; what is None stays."""
        said: dict[str, object] = {
            "name": name, "group": group, "scenario": scenario, "listed": listed,
            "owners": None if owners is None else [*owners],
        }  # fmt: skip
        body = {field: value for field, value in said.items() if value is not None}
        return read(ClientApplication, self._transport.call("PATCH", _path(client_id), body=body))

    def delete(self, client_id: str) -> Receipt:
        """Delete an application; a hosted one stays, without its AppKey."""
        return read(Receipt, self._transport.call("DELETE", _path(client_id)))

    def set_allowlist(
        self, client_id: str, entries: str, *, enabled: bool = True, trust: bool = False
    ) -> ClientApplication:
        """Say from where it may call: addresses and networks with `;` between them.

        With *trust* calls from there need no signature; networks are /24 (IPv6: /64) at most then,
        and only what reads is called.
        """
        body = {"enabled": enabled, "entries": entries, "mode": "trust" if trust else "require"}
        path = f"{_path(client_id)}/ip-allowlist"
        return read(ClientApplication, self._transport.call("PUT", path, body=body))

    def set_compatible(self, client_id: str, *, enabled: bool) -> ClientApplication:
        """Let it call in the form of vendors' clients, on the compatible path; or no longer."""
        path = f"{_path(client_id)}/compatible"
        return read(ClientApplication, self._transport.call("PUT", path, body={"enabled": enabled}))

    def set_debugging(self, client_id: str, minutes: int) -> ClientApplication:
        """Let refused calls show what was to be signed for so many minutes, at most 60; 0 ends it."""
        path = f"{_path(client_id)}/debugging"
        return read(ClientApplication, self._transport.call("PUT", path, body={"minutes": minutes}))

    def members(self, client_id: str) -> Iterator[ClientMember]:
        """Yield who may use it besides its owners."""
        return self._transport.pages(ClientMember, f"{_path(client_id)}/members")

    def add_members(self, client_id: str, users: Sequence[str], validity: Validity) -> None:
        """Let people use it, each with a secret of their own; all of them or nobody."""
        body = {"users": list(users), "validity": validity}
        self._transport.call("POST", f"{_path(client_id)}/members", body=body)

    def change_member(self, client_id: str, user: str, validity: Validity) -> ClientMember:
        """Let a membership end at another time."""
        path = f"{_path(client_id)}/members/{segment(user)}"
        return read(ClientMember, self._transport.call("PATCH", path, body={"validity": validity}))

    def remove_member(self, client_id: str, user: str) -> Receipt:
        """End a membership, and the member's secret."""
        return read(Receipt, self._transport.call("DELETE", f"{_path(client_id)}/members/{segment(user)}"))

    def calls(
        self,
        client_id: str,
        *,
        api: str | None = None,
        refused: bool | None = None,
        since: datetime | None = None,
    ) -> Iterator[ClientCall]:
        """Yield the calls that it made, the latest first; of one *api* (id, slug or number) or all."""
        asked = {
            "api": api,
            "refused": None if refused is None else str(refused).lower(),
            "since": None if since is None else since.isoformat(),
        }
        return self._transport.pages(ClientCall, f"{_path(client_id)}/calls", asked)

    def recent_callers(self, client_id: str) -> Iterator[RecentCaller]:
        """Yield from where it called in the last seven days, the busiest first: who needs its next secret."""
        return self._transport.pages(RecentCaller, f"{_path(client_id)}/callers")

    def secrets(self, client_id: str) -> Iterator[ClientSecret]:
        """Yield its secrets, never their texts; to a member their own."""
        return self._transport.pages(ClientSecret, f"{_path(client_id)}/secrets")

    def make_secret(
        self,
        client_id: str,
        *,
        member: str | None = None,
        custom: Secret | None = None,
        overlap_seconds: int | None = None,
        validity: Validity = "permanent",
    ) -> ClientSecret:
        """Make another secret; with *overlap_seconds* it takes the place of the earlier ones."""
        body: dict[str, object] = {"validity": validity}
        body |= {"member": member} if member else {}
        body |= {"custom_secret": custom.reveal()} if custom is not None else {}
        body |= {"overlap_seconds": overlap_seconds} if overlap_seconds is not None else {}
        return read(ClientSecret, self._transport.call("POST", f"{_path(client_id)}/secrets", body=body))

    def reveal_secret(self, client_id: str, secret_id: str) -> Secret:
        """Return the text of a secret once more: to owners, or to the member whose it is."""
        path = f"{_path(client_id)}/secrets/{segment(secret_id)}/reveal"
        return read(ClientSecretText, self._transport.call("POST", path)).app_secret

    def end_secret(self, client_id: str, secret_id: str) -> Receipt:
        """Delete a secret; the next call signed with it is refused."""
        path = f"{_path(client_id)}/secrets/{segment(secret_id)}"
        return read(Receipt, self._transport.call("DELETE", path))


def _path(client_id: str) -> str:
    return f"clients/{segment(client_id)}"
