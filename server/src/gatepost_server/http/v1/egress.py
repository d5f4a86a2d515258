"""Where connections may lead: the administrators' list of private places, and what it makes of one."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from gatepost_server import instance
from gatepost_server.egress import SAYS, Judged
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, Time, page_out
from gatepost_server.instance import EgressEntry
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["instance"])


class EntryIn(Body):
    """A private place: `address:port`, a network as `10.1.0.0/16`, or a host name; and what it is for."""

    entry: str
    note: str = ""


class EntryOut(BaseModel):
    """An entry of the list, and who added it when."""

    id: str
    entry: str
    note: str
    added_at: Time
    by: str

    @classmethod
    def of(cls, one: EgressEntry) -> "EntryOut":
        """Present an entry."""
        return cls(id=one.id, entry=one.entry, note=one.note, added_at=one.added_at, by=one.by_name)


class AddressOut(BaseModel):
    """An address, whether it may be dialed, the rule that decides, and the entry that opens it."""

    address: str
    allowed: bool
    rule: str
    says: str
    entry: str | None

    @classmethod
    def of(cls, one: Judged) -> "AddressOut":
        """Present a judged address."""
        return cls(
            address=str(one.address),
            allowed=one.may_be_dialed,
            rule=one.rule.value,
            says=SAYS[one.rule],
            entry=one.entry,
        )


class CheckOut(BaseModel):
    """Whether a place may be dialed: all its addresses have to be. Nobody knows a name without any."""

    host: str
    port: int
    allowed: bool
    addresses: list[AddressOut]


@router.reads("/egress", action="settings:read")
def list_entries(call: ApiCall, page: PageQuery) -> PageOut[EntryOut]:
    """List the private places that connections may lead to, oldest first."""
    with call.read() as tx:
        return page_out(instance.list_egress(tx, page), EntryOut.of)


@router.makes("/egress", status_code=201, action="settings:change")
def add_entry(call: ApiCall, body: EntryIn) -> EntryOut:
    """Let connections lead to a private place, from the next one on."""
    with call.begin() as tx:
        return EntryOut.of(instance.add_egress(tx, body.entry, body.note))


@router.removes("/egress/{entry_id}", status_code=204, action="settings:change")
def remove_entry(call: ApiCall, entry_id: str) -> None:
    """Take a private place from the list; connections to it are refused from the next one on."""
    with call.begin() as tx:
        instance.remove_egress(tx, entry_id)


@router.reads("/egress/check", action="settings:read")
def check_place(call: ApiCall, host: Annotated[str, Query(max_length=300)] = "", port: int = 0) -> CheckOut:
    """Say whether connections may lead to a place, address by address; nothing is connected."""
    with call.read() as tx:
        dialer = instance.asking_dialer(tx, call.house.own)
    found = instance.judge_place(dialer, host, port)
    return CheckOut(
        host=host,
        port=port,
        allowed=bool(found) and all(one.may_be_dialed for one in found),
        addresses=[AddressOut.of(one) for one in found],
    )
