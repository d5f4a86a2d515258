"""The tiles of a dashboard: added, changed, moved, removed."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import Hidden
from gatepost_server.kernel.errors import Conflict, GatepostError
from gatepost_server.projects import DashboardChange
from gatepost_server.ui.dashboard_views import INPUT, dashboard_view, faults_in, typed_tile
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import Hidden as HiddenField
from gatepost_server.ui.pages import dashboards as pages
from gatepost_server.ui.pages.dashboards import DashboardView
from gatepost_server.ui.pages.tile_forms import FORMS, fields_of, symbol_of, words_of
from gatepost_server.ui.project_views import shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.scenario_views import home_of
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Tiles = list[Mapping[str, Any]]
Again = Callable[[GatepostError], Response]
_EDIT = "/projects/{project}/dashboards/{dashboard}/edit"
_TILES = "/projects/{project}/dashboards/{dashboard}/tiles"


@router.reads(_EDIT, action="dashboard:edit")
def edit_dashboard(visit: SignedIn, project: str, dashboard: str) -> Response:
    """Show the tiles of a dashboard in their order."""
    view = _view(visit, project, dashboard)
    with visit.call.read() as tx:
        home = home_of(tx, project)
    return shown(visit, f"Edit {view.name}", pages.edit_page(view, home, visit.csrf, visit.url))


@router.reads(f"{_TILES}/new", action="dashboard:edit")
def new_page(visit: SignedIn, project: str, dashboard: str, type: str = "table", seen: str = "") -> Response:  # noqa: A002  # its name on the wire
    """Show the form that adds a tile."""
    view = _view(visit, project, dashboard)
    kind = type if type in FORMS else "table"
    return _form(visit, view, f"{view.base}/tiles/new?seen={seen}", {"type": kind})


@router.makes(f"{_TILES}/new", action="dashboard:edit")
async def add(visit: SignedIn, project: str, dashboard: str, seen: str = "") -> Response:
    """Add a tile at the end."""
    sent = await visit.request.form()
    kind = str(sent.get("type", ""))
    tile = typed_tile(sent, kind if kind in FORMS else "table")

    def save() -> Response:
        view = _view(visit, project, dashboard)
        count = len(view.tiles or ())
        again = partial(_again, visit, view, f"{view.base}/tiles/new?seen={seen}", tile, count)
        return _save(visit, view, seen, [*(view.tiles or ()), tile], again)

    return await run_in_threadpool(save)


@router.reads(_TILES + "/{at}/edit", action="dashboard:edit")
def edit_page(visit: SignedIn, project: str, dashboard: str, at: int, seen: str = "") -> Response:
    """Show a tile in its form."""
    view = _view(visit, project, dashboard)
    return _form(visit, view, f"{view.base}/tiles/{at}/edit?seen={seen}", _tile(view, at))


@router.makes(_TILES + "/{at}/edit", action="dashboard:edit")
async def edit(visit: SignedIn, project: str, dashboard: str, at: int, seen: str = "") -> Response:
    """Change a tile."""
    sent = await visit.request.form()

    def save() -> Response:
        view = _view(visit, project, dashboard)
        old = _tile(view, at)
        tile = typed_tile(sent, str(old["type"])) | {"id": old["id"]}
        again = partial(_again, visit, view, f"{view.base}/tiles/{at}/edit?seen={seen}", tile, at)
        tiles = list(view.tiles or ())
        return _save(visit, view, seen, [*tiles[:at], tile, *tiles[at + 1 :]], again)

    return await run_in_threadpool(save)


@router.makes(_TILES + "/{at}/up", action="dashboard:edit")
def up(visit: SignedIn, project: str, dashboard: str, at: int, seen: str = "") -> Response:
    """Let a tile come before the one that is before it."""
    return _move(visit, _view(visit, project, dashboard), at, -1, seen)


@router.makes(_TILES + "/{at}/down", action="dashboard:edit")
def down(visit: SignedIn, project: str, dashboard: str, at: int, seen: str = "") -> Response:
    """Let a tile come after the one that is after it."""
    return _move(visit, _view(visit, project, dashboard), at, 1, seen)


@router.makes(_TILES + "/{at}/remove", action="dashboard:edit")
def remove(visit: SignedIn, project: str, dashboard: str, at: int, seen: str = "") -> Response:
    """Take a tile off the dashboard."""
    view = _view(visit, project, dashboard)
    _tile(view, at)
    tiles = list(view.tiles or ())
    return _save(visit, view, seen, [*tiles[:at], *tiles[at + 1 :]])


def _move(visit: Visit, view: DashboardView, at: int, by: int, seen: str) -> Response:
    moved, tiles = _tile(view, at), list(view.tiles or ())
    if not 0 <= at + by < len(tiles):
        return visit.go(f"{view.base}/edit")
    rest = [*tiles[:at], *tiles[at + 1 :]]
    return _save(visit, view, seen, [*rest[: at + by], moved, *rest[at + by :]])


def _save(visit: Visit, view: DashboardView, seen: str, tiles: Tiles, again: Again | None = None) -> Response:
    """Keep *tiles* instead of those that were seen; nothing is changed when they are others by now."""
    here = f"{view.base}/edit"
    try:
        _require_seen(view, seen)
        with visit.call.begin() as tx:
            kinds, wanted = visit.call.house.tiles, DashboardChange(tiles=tiles)
            projects.change_dashboard(tx, view.key, view.id, kinds, wanted)
    except Conflict as error:
        return visit.go(here, error.detail, is_good=False)
    except INPUT as error:
        return again(error) if again is not None else visit.go(here, error.detail, is_good=False)
    return visit.go(here, "The tiles are saved.")


def _require_seen(view: DashboardView, seen: str) -> None:
    if seen and view.seen != seen:
        raise Conflict("The dashboard was changed meanwhile; nothing was saved. Do it again.")


def _view(visit: Visit, project: str, dashboard: str) -> DashboardView:
    with visit.call.read() as tx:
        projects.require_dashboard(tx, "dashboard:edit", project, dashboard)
        return dashboard_view(tx, project, dashboard)


def _tile(view: DashboardView, at: int) -> Mapping[str, Any]:
    tiles = view.tiles or ()
    if not 0 <= at < len(tiles):
        raise Hidden("dashboard:edit", view.id)
    return tiles[at]


def _again(
    visit: Visit, view: DashboardView, action: str, tile: Mapping[str, Any], at: int, error: GatepostError
) -> Response:
    faults, fault = faults_in(error, at)
    return _form(visit, view, action, tile, faults=faults, fault=fault, code=400)


def _form(
    visit: Visit,
    view: DashboardView,
    action: str,
    tile: Mapping[str, Any],
    *,
    faults: Mapping[str, str] | None = None,
    fault: str = "",
    code: int = 200,
) -> Response:
    kind = str(tile["type"])
    fields = [HiddenField("type", kind), *fields_of(kind, tile, faults or {})]
    content = FormDialog(
        words_of(kind), action, "Save tile", fields, visit.csrf, f"{view.base}/edit",
        sentence=f"A tile of {view.name}.", fault=fault,
        is_over=visit.is_over, symbol=symbol_of(kind),
    )  # fmt: skip
    return visit.dialog("Tile", content, "projects", code=code)
