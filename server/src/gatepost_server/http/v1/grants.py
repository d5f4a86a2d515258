"""Sharing: who holds which role on an application, a source, a group, or a thing of a project."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field

from gatepost_server import apps, authz, clients, identity, projects, sharing
from gatepost_server.authz import Effect, Grant, policy
from gatepost_server.http.v1.wire import Body, PageOut, ReceiptOut, SortedPageQuery, Time, aware, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.sharing import Told
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["sharing"])

Shared = Annotated[
    Literal[
        "apps",
        "sources",
        "projects",
        "groups",
        "datasets",
        "scenarios",
        "dashboards",
        "apis",
        "usecases",
        "connections",
        "credentials",
        "clients",
        "client-groups",
    ],
    Path(),
]

Giver = Annotated[
    str, Query(min_length=1, max_length=200, description="a username, a key's name, or the id of `by`")
]


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


class ToldOut(BaseModel):
    """Whether mail goes out about a share, and if not, why."""

    sent: bool
    reason: str | None


class GrantOut(BaseModel):
    """A role of somebody, from when until when, by whom; `mail` answers `notify`.

    `permissions` are what it gives by itself; where single ones were given, `role` is null.
    """

    id: str
    to: dict[str, str]
    role: str | None
    permissions: list[str]
    until: Time | None
    by: dict[str, str]
    note: str
    created_at: Time
    mail: ToldOut | None = None

    @classmethod
    def of(cls, grant: Grant, told: Told | None = None) -> "GrantOut":
        """Present *grant*, and whether it was told."""
        return cls(
            mail=None if told is None else ToldOut(sent=told.is_mailed, reason=told.why_not or None),
            id=grant.id,
            to={"type": grant.who_kind, "id": grant.who_id, "name": grant.who_name, "label": grant.who_label},
            role=grant.role,
            permissions=policy.names(grant.atoms),
            until=grant.until_at,
            by={"id": grant.by_id, "name": grant.by_name},
            note=grant.reason,
            created_at=grant.from_at,
        )


class RehearsalIn(Body):
    """A share that is only tried."""

    to: list[ToIn] = Field(min_length=1, max_length=50)
    role: str


class EffectOut(BaseModel):
    """Whom a share would let in.

    `not_counted` names groups whose members you may not see; whoever is in them gets in too.
    """

    gain_entry: int
    have_it_already: int
    names: list[str]
    from_outside: int
    not_counted: list[str]

    @classmethod
    def of(cls, effect: Effect) -> "EffectOut":
        """Present *effect*."""
        return cls(
            gain_entry=effect.gain,
            have_it_already=effect.had,
            names=list(effect.names),
            from_outside=effect.outside,
            not_counted=list(effect.unread),
        )


@router.reads("/{shared}/{thing_id}/grants", action="app:share")
def list_grants(call: ApiCall, shared: Shared, thing_id: str, page: SortedPageQuery) -> PageOut[GrantOut]:
    """List who holds which role on a thing, latest last; sort by `-created` for latest first."""
    with call.read() as tx:
        return page_out(authz.page_of_grants(tx, _node(tx, shared, thing_id), page), GrantOut.of)


@router.makes("/{shared}/{thing_id}/grants", status_code=201, action="app:share")
def give_role(call: ApiCall, shared: Shared, thing_id: str, body: GrantIn) -> GrantOut:
    """Give somebody a role on a thing; with `notify` they are told by mail, if there is a mail server."""
    until = aware(body.until, "until")
    with call.begin() as tx:
        node_id = _node(tx, shared, thing_id)
        link = _page_of(call, tx, shared, node_id) if body.notify else None
        who = [_principal(tx, body.to)]
        given = sharing.share(tx, node_id, who, body.role, until, note=body.note, link=link)
        return GrantOut.of(given.grants[0], given.told)


@router.makes("/{shared}/{thing_id}/grants/rehearse", action="app:share")
def rehearse(call: ApiCall, shared: Shared, thing_id: str, body: RehearsalIn) -> EffectOut:
    """Say whom a share would let in, and give nobody anything."""
    with call.read() as tx:
        node_id = _node(tx, shared, thing_id)
        who = [_principal(tx, one) for one in body.to]
        return EffectOut.of(authz.rehearse(tx, node_id, who, body.role))


@router.removes("/{shared}/{thing_id}/grants/{grant_id}", action="app:share")
def take_back(call: ApiCall, shared: Shared, thing_id: str, grant_id: str) -> ReceiptOut:
    """Take a role away; what it opened is closed when this answers."""
    with call.begin() as tx:
        authz.take_back(tx, _node(tx, shared, thing_id), grant_id)
    return ReceiptOut.of(call.house.collect_receipt())


@router.removes("/{shared}/{thing_id}/grants", action="app:share")
def take_back_given_by(call: ApiCall, shared: Shared, thing_id: str, given_by: Giver) -> ReceiptOut:
    """Take away everything that somebody gave on a thing, or nothing if some of it may not be taken."""
    with call.begin() as tx:
        authz.take_back_given_by(tx, _node(tx, shared, thing_id), given_by)
    return ReceiptOut.of(call.house.collect_receipt())


def _page_of(call: ApiCall, tx: Tx, shared: str, node_id: str) -> str:
    """Return the address of the page of a shared thing; a project's things are found from the list."""
    places = {"apps": "applications", "usecases": "use-cases"}
    in_projects = shared in {"datasets", "scenarios", "dashboards", "apis"}
    page = "projects" if in_projects else f"{places.get(shared, shared)}/{node_id}"
    if shared == "projects":
        page = f"projects/{projects.project_keys(tx, [node_id])[node_id]}"
    return f"{call.house.settings.public_url()}/{page}"


def _node(tx: Tx, shared: str, thing_id: str) -> str:
    """Return the thing's node; an app may be named by its number too, a project by its key."""
    if shared == "apps":
        return apps.require_app(tx, "app:share", thing_id).id
    if shared == "groups":
        return authz.require(tx, "group:share", identity.group_meant(tx, thing_id)).id
    if shared == "projects":
        return projects.require_project_meant(tx, "project:share", thing_id).id
    if shared in ("clients", "client-groups"):
        return clients.shared_node(tx, shared, thing_id)
    if shared == "datasets":
        return projects.require_dataset_of(tx, "dataset:share", thing_id).id
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
