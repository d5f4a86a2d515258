"""A project's dashboards: listed, made, seen, renamed, deleted."""

from typing import Annotated, Final

from fastapi import Form
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import may
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.projects import DashboardChange, Gallery, Limits, SeenDashboard, Shelf
from gatepost_server.ui.app_views import may_frame
from gatepost_server.ui.dashboard_views import dashboard_view, dashboard_views
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import dashboards as pages
from gatepost_server.ui.project_views import paged, project_view, shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.scenario_views import home_of
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
_ALL, _ONE = "/projects/{project}/dashboards", "/projects/{project}/dashboards/{dashboard}"
_SECONDS: Final = 30.0


@router.reads(_ALL, action="project:list")
def dashboard_list(visit: SignedIn, project: str) -> Response:
    """List the dashboards of a project that one may see."""
    state = ListState(f"/projects/{project}/dashboards", visit.query("q", "cursor"))
    with visit.call.read() as tx:
        view = project_view(tx, project)
        found = projects.list_dashboards(tx, project, paged(state))
        content = pages.dashboard_list(
            view, dashboard_views(tx, project, found.items), state, tx.now, visit.csrf, visit.url,
            next_cursor=found.next, may_add=may(tx, "project:add-dashboard", view.id),
        )  # fmt: skip
    return shown(visit, f"Dashboards of {view.name}", content)


@router.reads(f"{_ALL}/new", action="project:add-dashboard")
def new_page(visit: SignedIn, project: str) -> Response:
    """Ask for the name of a new dashboard."""
    return _new_form(visit, project, "")


@router.makes(f"{_ALL}/new", action="project:add-dashboard")
def create(visit: SignedIn, project: str, name: Field = "") -> Response:
    """Make a dashboard and go on to its tiles."""
    try:
        with visit.call.begin() as tx:
            made = projects.create_dashboard(tx, project, visit.call.house.tiles, DashboardChange(name, []))
    except (Invalid, Conflict) as error:
        return _new_form(visit, project, name, error)
    return visit.go(f"/projects/{project}/dashboards/{made.id}/edit", f"{made.name} is there. Add its tiles.")


@router.reads(_ONE, action="dashboard:view")
def dashboard_page(visit: SignedIn, project: str, dashboard: str) -> Response:
    """Show a dashboard as its viewer may see it now."""
    seen = projects.view_dashboard(_gallery(visit), project, dashboard)
    with visit.call.read() as tx:
        view, home = dashboard_view(tx, project, dashboard), home_of(tx, project)
    frames, origins = _frames(visit, seen)
    content = pages.view_page(view, home, seen, visit.csrf, visit.url, frames)
    return visit.page(view.name, content, "projects", frames=origins)


@router.reads(f"{_ONE}/rename", action="dashboard:edit")
def rename_page(visit: SignedIn, project: str, dashboard: str) -> Response:
    """Ask for a dashboard's new name."""
    return _rename_form(visit, project, dashboard, None)


@router.makes(f"{_ONE}/rename", action="dashboard:edit")
def rename(visit: SignedIn, project: str, dashboard: str, name: Field = "") -> Response:
    """Rename a dashboard."""
    try:
        with visit.call.begin() as tx:
            kinds = visit.call.house.tiles
            made = projects.change_dashboard(tx, project, dashboard, kinds, DashboardChange(name))
    except (Invalid, Conflict) as error:
        return _rename_form(visit, project, dashboard, name, error)
    return visit.go(f"/projects/{project}/dashboards/{made.id}/edit", f"It is called {made.name} now.")


@router.reads(f"{_ONE}/delete", action="dashboard:delete")
def delete_page(visit: SignedIn, project: str, dashboard: str) -> Response:
    """Ask before a dashboard is deleted."""
    with visit.call.read() as tx:
        projects.require_dashboard(tx, "dashboard:delete", project, dashboard)
        view = dashboard_view(tx, project, dashboard)
    content = ConfirmDialog(
        f"Delete the dashboard {view.name}?", "This cannot be undone.", f"{view.base}/delete",
        f"Delete {view.name}", visit.csrf, view.base,
        ["Who was given it loses it.", "The data that it shows stay."], is_over=visit.is_over,
    )  # fmt: skip
    return visit.dialog(f"Delete {view.name}", content, "projects")


@router.makes(f"{_ONE}/delete", action="dashboard:delete")
def delete(visit: SignedIn, project: str, dashboard: str) -> Response:
    """Delete a dashboard."""
    with visit.call.begin() as tx:
        name = projects.get_dashboard(tx, project, dashboard).name
        projects.delete_dashboard(tx, project, dashboard)
    return visit.go(f"/projects/{project}/dashboards", f"{name} is deleted.")


def _gallery(visit: Visit) -> Gallery:
    house, origin = visit.call.house, visit.call.origin
    return Gallery(
        viewer=visit.call.actor,
        read_as=lambda actor: house.uow.read(actor, origin),
        shelf=Shelf(house.folders.datasets),
        limits=Limits(memory_mb=house.settings.dataset_memory_mb, seconds=_SECONDS),
        kinds=house.tiles,
    )


def _frames(visit: Visit, seen: SeenDashboard) -> tuple[dict[str, str], list[str]]:
    """Return by application where it may be framed, and the origins that the page has to allow."""
    if not may_frame(visit.call.house.settings):
        return {}, []
    shown_apps = [one.content for one in seen.tiles if one.type == "app" and one.content is not None]
    origins = sorted({one["url"].rstrip("/") for one in shown_apps})
    return {one["id"]: one["content_url"] for one in shown_apps}, origins


def _new_form(visit: Visit, project: str, name: str, error: GatepostError | None = None) -> Response:
    with visit.call.read() as tx:
        projects.require_project(tx, "project:add-dashboard", project)
    here = f"/projects/{project}/dashboards"
    return _name_form(visit, ("New dashboard", f"{here}/new", "Create dashboard", here), name, error)


def _rename_form(
    visit: Visit, project: str, dashboard: str, name: str | None, error: GatepostError | None = None
) -> Response:
    with visit.call.read() as tx:
        projects.require_dashboard(tx, "dashboard:edit", project, dashboard)
        view = dashboard_view(tx, project, dashboard)
    words = (f"Rename {view.name}", f"{view.base}/rename", "Rename", view.base)
    return _name_form(visit, words, view.name if name is None else name, error)


def _name_form(
    visit: Visit, words: tuple[str, str, str, str], name: str, error: GatepostError | None
) -> Response:
    title, action, submit, back = words
    fault = ""
    if error is not None:
        fault = error.detail if isinstance(error, Conflict) else faults_of(error).get("name", fault_of(error))
    fields = [TextField("name", "Name", name, error=fault, is_first=True, max_length=100)]
    content = FormDialog(
        title, action, submit, fields, visit.csrf, back, is_over=visit.is_over, symbol="chart-area-line"
    )
    return visit.dialog(title, content, "projects", code=400 if error is not None else 200)
