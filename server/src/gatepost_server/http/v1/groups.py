"""Groups and their members: who is in which, from when until when."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict

from gatepost_server import identity
from gatepost_server.authz import Membership
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, Time, aware, page_out
from gatepost_server.identity import Group
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["groups"])


def _on_the_wire(field: str) -> str:
    """Return the name of a field whose word Python keeps for itself (`from`)."""
    return field.rstrip("_")


MemberKind = Annotated[Literal["user", "group"], Path()]


class GroupIn(Body):
    """A group to be made; without an organization in one's own."""

    name: str
    organization: str | None = None


class GroupChange(Body):
    """Another name."""

    name: str


class WindowIn(Body):
    """When somebody is a member: from a moment (null: now) until before another (null: for good)."""

    from_: datetime | None = None
    until: datetime | None = None

    model_config = ConfigDict(alias_generator=_on_the_wire, extra="forbid")


class GroupBrief(BaseModel):
    """A group as everybody of its organization may know of it, to give it a role."""

    id: str
    name: str


class GroupOut(GroupBrief):
    """A group in full."""

    organization: str
    created_at: Time

    @classmethod
    def of(cls, group: Group) -> "GroupOut":
        """Present *group*."""
        return cls(id=group.id, name=group.name, organization=group.organization, created_at=group.created_at)


class MemberOut(BaseModel):
    """A person or a group in a group, from when until before when (null: for good)."""

    type: str
    id: str
    name: str
    label: str
    from_: Time
    until: Time | None

    model_config = ConfigDict(alias_generator=_on_the_wire, populate_by_name=True)

    @classmethod
    def of(cls, one: Membership) -> "MemberOut":
        """Present a membership."""
        return cls(
            type=one.member.kind,
            id=one.member.id,
            name=one.member.name,
            label=one.member.label,
            from_=one.from_at,
            until=one.until_at,
        )


@router.makes("/groups", status_code=201, action="group:create")
def create_group(call: ApiCall, body: GroupIn) -> GroupOut:
    """Make an empty group."""
    with call.begin() as tx:
        return GroupOut.of(identity.create_group(tx, body.name, body.organization))


@router.reads("/groups", action="group:find", response_model=None)
def list_groups(call: ApiCall, page: PageQuery) -> PageOut[GroupOut] | PageOut[GroupBrief]:
    """List groups: all of them in full to administrators, names of one's organization to others."""
    with call.read() as tx:
        found = identity.find_groups(tx, page)
        if identity.may_see_all_groups(tx):
            return page_out(found, GroupOut.of)
        return page_out(found, lambda one: GroupBrief(id=one.id, name=one.name))


@router.reads("/groups/{group}", action="group:list")
def get_group(call: ApiCall, group: str) -> GroupOut:
    """Return one group, named by id or name."""
    with call.read() as tx:
        return GroupOut.of(identity.get_group(tx, identity.group_meant(tx, group)))


@router.changes("/groups/{group}", action="group:edit")
def rename_group(call: ApiCall, group: str, body: GroupChange) -> GroupOut:
    """Give a group another name; what it holds stays."""
    with call.begin() as tx:
        return GroupOut.of(identity.rename_group(tx, identity.group_meant(tx, group), body.name))


@router.removes("/groups/{group}", action="group:delete")
def delete_group(call: ApiCall, group: str) -> ReceiptOut:
    """Delete a group with every role that it holds; what they opened is closed when this answers."""
    with call.begin() as tx:
        identity.delete_group(tx, identity.group_meant(tx, group))
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/groups/{group}/members", action="group:members")
def list_members(call: ApiCall, group: str, page: PageQuery) -> PageOut[MemberOut]:
    """List who is in a group, or will be."""
    with call.read() as tx:
        return page_out(identity.list_members(tx, identity.group_meant(tx, group), page), MemberOut.of)


@router.replaces("/groups/{group}/members/{kind}/{name}", action="group:add")
def join_group(call: ApiCall, group: str, kind: MemberKind, name: str, body: WindowIn) -> MemberOut:
    """Put a person or a group into a group, for a time or for good."""
    window = {"from_at": aware(body.from_, "from"), "until": aware(body.until, "until")}
    with call.begin() as tx:
        group_id = identity.group_meant(tx, group)
        return MemberOut.of(identity.join_group(tx, group_id, kind, name, **window))


@router.removes("/groups/{group}/members/{kind}/{name}", action="group:remove")
def leave_group(call: ApiCall, group: str, kind: MemberKind, name: str) -> ReceiptOut:
    """Take somebody out of a group; what it opened for them is closed when this answers."""
    with call.begin() as tx:
        identity.leave_group(tx, identity.group_meant(tx, group), kind, name)
    return ReceiptOut.of(call.house.collect_receipt())
