"""Client applications: made, listed, changed and deleted."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from gatepost_server import clients
from gatepost_server.clients import IpAllowlist, NewClient
from gatepost_server.http.v1.client_shapes import ClientOut, IpAllowlistIn, ValidityIn, validity_of
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["clients"])


class ClientIn(Body):
    """A client application to be made; with `app` a hosted one gets an AppKey.

    `ip_allowlist` is a text of entries, which turns the list on, or says both.
    """

    name: str
    group: str
    owners: list[str] = Field(default_factory=list)
    scenario: str = ""
    app_key: str | None = None
    app_secret: str | None = None
    ip_allowlist: IpAllowlistIn | str | None = None
    listed: bool | None = None
    app: str | None = None
    validity: ValidityIn = "permanent"

    def wanted(self) -> NewClient:
        """Return what is to be made."""
        return NewClient(
            self.name,
            self.group,
            self.owners,
            self.scenario,
            self.app_key,
            None if self.app_secret is None else Secret(self.app_secret),
            allowlist_of(self.ip_allowlist),
            self.listed,
            self.app,
        )


class ClientChange(Body):
    """What may be changed of a client application; absent fields stay, and the AppKey always."""

    name: str | None = None
    group: str | None = None
    scenario: str | None = None
    owners: list[str] | None = None
    listed: bool | None = None


def allowlist_of(sent: IpAllowlistIn | str | None) -> IpAllowlist:
    """Return an allowlist as it was sent, in whichever form."""
    if sent is None or isinstance(sent, str):
        return IpAllowlist(bool(sent and sent.strip()), sent or "")
    return sent.value()


def _scope(
    scope: Annotated[str, Query(max_length=20)] = "my",
    group: Annotated[str | None, Query(max_length=200)] = None,
) -> tuple[str, str | None]:
    return scope, group


@router.reads("/clients", action="client_group:find")
def list_clients(
    call: ApiCall, page: PageQuery, which: Annotated[tuple[str, str | None], Depends(_scope)]
) -> PageOut[ClientOut]:
    """List the applications that you own or have joined (`my`), the others (`not_joined`), or `all`."""
    with call.read() as tx:
        return page_out(clients.list_clients(tx, page, *which), ClientOut.of)


@router.makes("/clients", status_code=201, action="client:create")
def create_client(call: ApiCall, body: ClientIn) -> ClientOut:
    """Make a client application without a request; its AppSecret stands in this answer."""
    with call.begin() as tx:
        until = validity_of(tx, body.validity).ends_at(tx.now)
        made = clients.create_client(tx, call.house.signing, body.wanted(), until)
        return ClientOut.of(made.client, app_secret=made.app_secret.reveal())


@router.reads("/clients/{client_id}", action="app:list")
def get_client(call: ApiCall, client_id: str) -> ClientOut:
    """Return a client application, as far as you may know of it."""
    with call.read() as tx:
        return ClientOut.of(clients.get_client(tx, client_id))


@router.changes("/clients/{client_id}", action="app:edit-client")
def change_client(call: ApiCall, client_id: str, body: ClientChange) -> ClientOut:
    """Change name, group, scenario, owners, or whether it is listed."""
    if not body.model_fields_set:
        fault = FieldFault("body", "send name, group, scenario, owners or listed")
        raise Invalid("Nothing to change.", faults=[fault])
    with call.begin() as tx:
        changed = clients.change_client(
            tx,
            client_id,
            name=body.name,
            group=body.group,
            scenario=body.scenario,
            owners=body.owners,
            is_listed=body.listed,
        )
        out = ClientOut.of(changed)
    call.house.collect_receipt()
    return out


@router.removes("/clients/{client_id}", action="app:delete")
def delete_client(call: ApiCall, client_id: str) -> ReceiptOut:
    """Delete a client application with its secrets; a hosted one stays, without its AppKey."""
    with call.begin() as tx:
        clients.delete_client(tx, client_id)
    return ReceiptOut.of(call.house.collect_receipt())


@router.replaces("/clients/{client_id}/ip-allowlist", action="app:edit-client")
def set_allowlist(call: ApiCall, client_id: str, body: IpAllowlistIn) -> ClientOut:
    """Say from where the application may call, and whether calls from there are signed."""
    with call.begin() as tx:
        out = ClientOut.of(clients.set_allowlist(tx, client_id, body.value()))
    call.house.collect_receipt()
    return out


class CompatibleIn(Body):
    """Whether calls may come on the compatible path too."""

    enabled: bool


@router.replaces("/clients/{client_id}/compatible", action="app:edit-client")
def set_compatible(call: ApiCall, client_id: str, body: CompatibleIn) -> ClientOut:
    """Let the application call in the form of vendors' clients, on the compatible path; or no longer."""
    with call.begin() as tx:
        out = ClientOut.of(clients.set_compatible(tx, client_id, is_on=body.enabled))
    call.house.collect_receipt()
    return out


class DebuggingIn(Body):
    """For how many minutes from now on, at most 60; 0 turns it off."""

    minutes: int


@router.replaces("/clients/{client_id}/debugging", action="app:edit-client")
def set_debugging(call: ApiCall, client_id: str, body: DebuggingIn) -> ClientOut:
    """Let refused calls show what was to be signed, for an hour at most; it ends by itself."""
    with call.begin() as tx:
        out = ClientOut.of(clients.set_debugging(tx, client_id, body.minutes))
    call.house.collect_receipt()
    return out
