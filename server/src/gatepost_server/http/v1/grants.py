"""Sharing: who holds which role on an application, a source, a group, or a thing of a project."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from gatepost_server import apps, authz, identity
from gatepost_server.authz import Grant
from gatepost_server.http.v1.wire import Body, PageOut, ReceiptOut, Time, aware
from gatepost_server.kernel.errors import FieldFault, Invalid, Precondition
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["sharing"])

Shared = Annotated[Literal["apps", "sources", "groups", "datasets", "scenarios", "dashboards"], Path()]


class ToIn(Body):
    """Whom a role is given to, by name."""

    type: Literal["user", "group", "organization"]
    name: str


class GrantIn(Body):
    """A role to be given; `until` null means for good."""

    to: ToIn
    role: str
    until: datetime | None = None
    notify: bool = False
    note: str = Field("", max_length=500)


class GrantOut(BaseModel):
    """A role of somebody, from when until when, by whom."""

    id: str
    to: dict[str, str]
    role: str | None
    until: Time | None
    by: dict[str, str]
    note: str
    created_at: Time

    @classmethod
    def of(cls, grant: Grant) -> "GrantOut":
        """Present *grant*."""
        return cls(
            id=grant.id,
            to={"type": grant.who_kind, "id": grant.who_id, "name": grant.who_name, "label": grant.who_label},
            role=grant.role,
            until=grant.until_at,
            by={"id": grant.by_id, "name": grant.by_name},
            note=grant.reason,
            created_at=grant.from_at,
        )


@router.reads("/{shared}/{thing_id}/grants", action="app:share")
def list_grants(call: ApiCall, shared: Shared, thing_id: str) -> PageOut[GrantOut]:
    """List who holds which role on a thing."""
    with call.read() as tx:
        items = [GrantOut.of(one) for one in authz.list_grants(tx, _node(tx, shared, thing_id))]
        return PageOut(items=items, next=None)


@router.makes("/{shared}/{thing_id}/grants", status_code=201, action="app:share")
def give_role(call: ApiCall, shared: Shared, thing_id: str, body: GrantIn) -> GrantOut:
    """Give somebody a role on a thing."""
    if body.notify:
        raise Precondition("Mail is not set up on this server; share without notify.", code="mail-not-set-up")
    until = aware(body.until, "until")
    with call.begin() as tx:
        node_id = _node(tx, shared, thing_id)
        given: dict[str, Any] = {"until": until, "reason": body.note}
        return GrantOut.of(authz.give_role(tx, node_id, _principal(tx, body.to), body.role, **given))


@router.removes("/{shared}/{thing_id}/grants/{grant_id}", action="app:share")
def take_back(call: ApiCall, shared: Shared, thing_id: str, grant_id: str) -> ReceiptOut:
    """Take a role away; what it opened is closed when this answers."""
    with call.begin() as tx:
        authz.take_back(tx, _node(tx, shared, thing_id), grant_id)
    return ReceiptOut.of(call.house.collect_receipt())


def _node(tx: Tx, shared: str, thing_id: str) -> str:
    """Return the thing's node; an app may be named by its number too."""
    if shared == "apps":
        return apps.require_app(tx, "app:share", thing_id).id
    if shared == "groups":
        return authz.require(tx, "group:share", identity.group_meant(tx, thing_id)).id
    return authz.require(tx, f"{shared.removesuffix('s')}:share", thing_id).id


def _principal(tx: Tx, to: ToIn) -> str:
    if to.type == "user":
        user = identity.user_named(tx, to.name)
        found = user.id if user is not None else None
    else:
        principal = authz.find_principal(tx, to.type, to.name)
        found = principal.id if principal is not None else None
    if found is None:
        fault = FieldFault("to.name", f"there is no {to.type} of this name")
        raise Invalid("Nobody of that name.", faults=[fault], code="unknown-principal")
    return found
