"""Application groups: where client applications are asked for, and who decides there."""

from pydantic import Field

from gatepost_server import clients
from gatepost_server.http.v1.client_shapes import ClientGroupOut
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["clients"])


class GroupIn(Body):
    """A group to be made; `approvers` are usernames."""

    name: str
    approvers: list[str] = Field(default_factory=list)


class GroupChange(Body):
    """What may be changed of a group; absent fields stay."""

    name: str | None = None
    approvers: list[str] | None = None


@router.reads("/client-groups", action="client_group:find")
def list_groups(call: ApiCall, page: PageQuery) -> PageOut[ClientGroupOut]:
    """List the application groups of your organization, by name."""
    with call.read() as tx:
        return page_out(clients.list_groups(tx, page), ClientGroupOut.of)


@router.makes("/client-groups", status_code=201, action="client_group:create")
def create_group(call: ApiCall, body: GroupIn) -> ClientGroupOut:
    """Make an application group."""
    with call.begin() as tx:
        return ClientGroupOut.of(clients.create_group(tx, body.name, body.approvers))


@router.reads("/client-groups/{client_group}", action="client_group:find")
def get_group(call: ApiCall, client_group: str) -> ClientGroupOut:
    """Return an application group by its id or name."""
    with call.read() as tx:
        return ClientGroupOut.of(clients.get_group(tx, client_group))


@router.changes("/client-groups/{client_group}", action="client_group:edit")
def change_group(call: ApiCall, client_group: str, body: GroupChange) -> ClientGroupOut:
    """Give a group another name, or other approvers."""
    if body.name is None and body.approvers is None:
        raise Invalid("Nothing to change.", faults=[FieldFault("body", "send name or approvers")])
    with call.begin() as tx:
        changed = clients.change_group(tx, client_group, name=body.name, approvers=body.approvers)
        return ClientGroupOut.of(changed)


@router.removes("/client-groups/{client_group}", action="client_group:delete")
def delete_group(call: ApiCall, client_group: str) -> ReceiptOut:
    """Delete a group that holds no application."""
    with call.begin() as tx:
        clients.delete_group(tx, client_group)
    return ReceiptOut.of(call.house.collect_receipt())
