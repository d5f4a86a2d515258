"""Dashboards of a project: made, seen, changed; and what their viewers see by others' rights."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from gatepost_server import projects
from gatepost_server.authz import allowed_on
from gatepost_server.http.v1.wire import Body, PageOut, SortedPageQuery, Time
from gatepost_server.projects import (
    Authorization,
    Dashboard,
    DashboardChange,
    Gallery,
    Limits,
    SeenDashboard,
    SeenTile,
    Shelf,
)
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall
from gatepost_server.web.call import Call

router = ActionRouter(tags=["dashboards"])
_ALL, _ONE = "/projects/{project}/dashboards", "/projects/{project}/dashboards/{dashboard}"
_AUTHORIZED = "/projects/{project}/dashboard-authorizations"
_SECONDS = 30.0


class DashboardIn(Body):
    """A dashboard to be made. Each tile has a `type`, a `title`, a `width` and fields of its kind."""

    name: str
    tiles: list[dict[str, Any]] = Field([], max_length=100)


class DashboardChangeIn(Body):
    """What to change; absent fields stay, `tiles` replaces them all."""

    name: str | None = None
    tiles: list[dict[str, Any]] | None = Field(None, max_length=100)


class DashboardOut(BaseModel):
    """A dashboard; its tiles are null for who may see it, but not read how it is made."""

    id: str
    project: str
    name: str
    tiles: list[dict[str, Any]] | None
    created_at: Time
    updated_at: Time


class SeenTileOut(BaseModel):
    """A tile for this viewer. `content` is null unless `state` is shown; `by` authorized its data."""

    id: str
    type: str
    title: str
    width: str
    state: str
    content: dict[str, Any] | None
    reason: str | None
    by: str | None

    @classmethod
    def of(cls, tile: SeenTile) -> "SeenTileOut":
        """Present *tile*."""
        return cls(
            id=tile.id, type=tile.type, title=tile.title, width=tile.width, state=tile.state,
            content=None if tile.content is None else dict(tile.content), reason=tile.reason, by=tile.by,
        )  # fmt: skip


class SeenDashboardOut(BaseModel):
    """A dashboard as this viewer sees it now."""

    id: str
    name: str
    seen_at: Time
    tiles: list[SeenTileOut]

    @classmethod
    def of(cls, seen: SeenDashboard) -> "SeenDashboardOut":
        """Present *seen*."""
        return cls(
            id=seen.id,
            name=seen.name,
            seen_at=seen.seen_at,
            tiles=[SeenTileOut.of(one) for one in seen.tiles],
        )


class ObjectBody(Body):
    """Something whose data viewers of dashboards see by somebody else's rights."""

    type: Literal["dataset"]
    name: str


class AuthorizationsIn(Body):
    """The whole list of authorized objects."""

    objects: list[ObjectBody] = Field(max_length=1000)


class AuthorizationOut(BaseModel):
    """An authorized object; `is_effective` is false when its authorizer may not read it any more."""

    type: Literal["dataset"]
    id: str
    name: str
    by: dict[str, str]
    given_at: Time
    is_effective: bool


class AuthorizationsOut(BaseModel):
    """The authorized objects of a project."""

    objects: list[AuthorizationOut]

    @classmethod
    def of(cls, found: Sequence[Authorization]) -> "AuthorizationsOut":
        """Present *found*."""
        objects = [
            AuthorizationOut(
                type="dataset", id=one.dataset_id, name=one.dataset, by={"id": one.by_id, "name": one.by},
                given_at=one.given_at, is_effective=one.is_effective,
            )
            for one in found
        ]  # fmt: skip
        return cls(objects=objects)


@router.makes(_ALL, status_code=201, action="project:add-dashboard")
def create_dashboard(call: ApiCall, project: str, body: DashboardIn) -> DashboardOut:
    """Make a dashboard; whoever makes it owns it."""
    wanted = DashboardChange(body.name, body.tiles)
    with call.begin() as tx:
        return _shown(tx, [projects.create_dashboard(tx, project, call.house.tiles, wanted)])[0]


@router.reads(_ALL, action="project:list")
def list_dashboards(call: ApiCall, project: str, page: SortedPageQuery) -> PageOut[DashboardOut]:
    """List the dashboards of a project that one may see."""
    with call.read() as tx:
        found = projects.list_dashboards(tx, project, page)
        return PageOut(items=_shown(tx, found.items), next=found.next)


@router.reads(_ONE, action="dashboard:list")
def get_dashboard(call: ApiCall, project: str, dashboard: str) -> DashboardOut:
    """Return how a dashboard is made, by name or id."""
    with call.read() as tx:
        return _shown(tx, [projects.get_dashboard(tx, project, dashboard)])[0]


@router.changes(_ONE, action="dashboard:edit")
def change_dashboard(call: ApiCall, project: str, dashboard: str, body: DashboardChangeIn) -> DashboardOut:
    """Rename a dashboard or replace its tiles."""
    wanted = DashboardChange(body.name, body.tiles)
    with call.begin() as tx:
        return _shown(tx, [projects.change_dashboard(tx, project, dashboard, call.house.tiles, wanted)])[0]


@router.removes(_ONE, action="dashboard:delete", status_code=204)
def delete_dashboard(call: ApiCall, project: str, dashboard: str) -> None:
    """Delete a dashboard; the data that it showed stay."""
    with call.begin() as tx:
        projects.delete_dashboard(tx, project, dashboard)


@router.reads(_ONE + "/view", action="dashboard:view")
def view_dashboard(call: ApiCall, project: str, dashboard: str) -> SeenDashboardOut:
    """Return what a dashboard shows this viewer now, tile by tile."""
    return SeenDashboardOut.of(projects.view_dashboard(gallery_of(call), project, dashboard))


@router.reads(_AUTHORIZED, action="project:authorize")
def list_authorizations(call: ApiCall, project: str) -> AuthorizationsOut:
    """List what viewers of a project's dashboards see by somebody else's rights."""
    with call.read() as tx:
        return AuthorizationsOut.of(projects.list_authorizations(tx, project))


@router.replaces(_AUTHORIZED, action="project:authorize")
def replace_authorizations(call: ApiCall, project: str, body: AuthorizationsIn) -> AuthorizationsOut:
    """Replace the list; the caller must be able to read each object now."""
    with call.begin() as tx:
        found = projects.replace_authorizations(tx, project, [one.name for one in body.objects])
        return AuthorizationsOut.of(found)


def gallery_of(call: Call) -> Gallery:
    """Return what seeing dashboards takes, for whoever calls."""
    house = call.house
    return Gallery(
        viewer=call.actor,
        read_as=lambda actor: house.uow.read(actor, call.origin),
        shelf=Shelf(house.folders.datasets),
        limits=Limits(memory_mb=house.settings.dataset_memory_mb, seconds=_SECONDS),
        kinds=house.tiles,
    )


def _shown(tx: Tx, found: Sequence[Dashboard]) -> list[DashboardOut]:
    """Present dashboards, of each what the caller may know."""
    read = allowed_on(tx, "dashboard:read", [one.id for one in found])
    return [
        DashboardOut(
            id=one.id,
            project=one.project_key,
            name=one.name,
            tiles=[dict(tile) for tile in one.tiles] if one.id in read else None,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )
        for one in found
    ]
