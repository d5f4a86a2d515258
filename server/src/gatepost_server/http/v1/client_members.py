"""Members and secrets of client applications."""

from pydantic import Field

from gatepost_server import clients
from gatepost_server.http.v1.client_shapes import (
    MemberOut,
    SecretOut,
    SecretText,
    ValidityIn,
    validity_of,
)
from gatepost_server.http.v1.wire import Body, PageOut, ReceiptOut
from gatepost_server.kernel.secret import Secret
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["clients"])


class MembersIn(Body):
    """People to be let in, by username, and for how long."""

    users: list[str] = Field(max_length=50)
    validity: ValidityIn


class MemberChange(Body):
    """For how long from now on."""

    validity: ValidityIn


class SecretIn(Body):
    """A secret to be made: random or chosen, of the application or a member.

    With `overlap_seconds` it takes the place of the earlier ones of the same holder.
    """

    member: str | None = None
    custom_secret: str | None = None
    overlap_seconds: int | None = None
    validity: ValidityIn = "permanent"


@router.reads("/clients/{client_id}/members", action="app:members")
def list_members(call: ApiCall, client_id: str) -> PageOut[MemberOut]:
    """List who may use the application besides its owners."""
    with call.read() as tx:
        found = clients.list_members(tx, client_id)
        return PageOut(items=[MemberOut.of(one) for one in found], next=None)


@router.makes("/clients/{client_id}/members", status_code=201, action="app:admit")
def add_members(call: ApiCall, client_id: str, body: MembersIn) -> PageOut[MemberOut]:
    """Let people use the application, each with a secret of their own; all of them or nobody."""
    with call.begin() as tx:
        validity = validity_of(tx, body.validity)
        added = clients.add_members(tx, call.house.signing, client_id, body.users, validity)
        return PageOut(items=[MemberOut.of(one) for one in added], next=None)


@router.changes("/clients/{client_id}/members/{user}", action="app:admit")
def change_member(call: ApiCall, client_id: str, user: str, body: MemberChange) -> MemberOut:
    """Let a membership end at another time; the member's secret follows."""
    with call.begin() as tx:
        out = MemberOut.of(clients.change_member(tx, client_id, user, validity_of(tx, body.validity)))
    call.house.collect_receipt()
    return out


@router.removes("/clients/{client_id}/members/{user}", action="app:members")
def remove_member(call: ApiCall, client_id: str, user: str) -> ReceiptOut:
    """End a membership, and the member's secret with it."""
    with call.begin() as tx:
        clients.remove_member(tx, client_id, user)
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/clients/{client_id}/secrets", action="app:secrets")
def list_secrets(call: ApiCall, client_id: str) -> PageOut[SecretOut]:
    """List the secrets, never their texts; members see their own."""
    with call.read() as tx:
        found = clients.list_secrets(tx, client_id)
        return PageOut(items=[SecretOut.of(one, tx.now) for one in found], next=None)


@router.makes("/clients/{client_id}/secrets", status_code=201, action="app:make-secret")
def make_secret(call: ApiCall, client_id: str, body: SecretIn) -> SecretOut:
    """Make another secret; its text stands in this answer, a member's only if you are that member."""
    custom = None if body.custom_secret is None else Secret(body.custom_secret)
    with call.begin() as tx:
        made, text = clients.make_secret(
            tx,
            call.house.signing,
            client_id,
            member=body.member,
            custom=custom,
            overlap_s=body.overlap_seconds,
            until=validity_of(tx, body.validity).ends_at(tx.now),
        )
        out = SecretOut.of(made, tx.now, app_secret=None if text is None else text.reveal())
    if body.overlap_seconds is not None:
        call.house.collect_receipt()
    return out


@router.makes("/clients/{client_id}/secrets/{secret_id}/reveal", action="app:reveal-secret")
def reveal_secret(call: ApiCall, client_id: str, secret_id: str) -> SecretText:
    """Show a secret once more, to the owners or to the member whose it is."""
    with call.begin() as tx:
        text = clients.reveal_secret(tx, call.house.signing, client_id, secret_id)
        return SecretText(app_secret=text.reveal())


@router.removes("/clients/{client_id}/secrets/{secret_id}", action="app:end-secret")
def end_secret(call: ApiCall, client_id: str, secret_id: str) -> ReceiptOut:
    """Delete a secret; the next call signed with it is refused."""
    with call.begin() as tx:
        clients.end_secret(tx, client_id, secret_id)
    return ReceiptOut.of(call.house.collect_receipt())
