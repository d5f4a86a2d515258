"""Taking back all that somebody gave, from the pages of applications, projects and what is in them."""

from starlette.responses import Response

from gatepost_server import apps, projects
from gatepost_server.authz import Node
from gatepost_server.store import Tx
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.dashboard_views import dashboard_view
from gatepost_server.ui.dataset_views import dataset_view
from gatepost_server.ui.pages.application_access import shared_app
from gatepost_server.ui.pages.dashboards import shared_dashboard
from gatepost_server.ui.pages.dataset_access import shared_dataset
from gatepost_server.ui.pages.project_settings import shared_project
from gatepost_server.ui.pages.sharing import Shared
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.taking_back import Sharing, ask, take
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

_GIVEN = "given-by/{giver}/remove"
_APP = f"/applications/{{app_id}}/access/{_GIVEN}"
_PROJECT = f"/projects/{{project}}/settings/permissions/{_GIVEN}"
_DATASET = f"/projects/{{project}}/datasets/{{dataset}}/access/{_GIVEN}"
_DASHBOARD = f"/projects/{{project}}/dashboards/{{dashboard}}/access/{_GIVEN}"


@router.reads(_APP, action="app:share")
def app_page(visit: SignedIn, app_id: str, giver: str) -> Response:
    """Ask before all that somebody gave on an application ends."""
    return ask(visit, _app(visit, app_id), giver)


@router.makes(_APP, action="app:share")
def take_of_app(visit: SignedIn, app_id: str, giver: str) -> Response:
    """Take back all that somebody gave on an application, or nothing."""
    return take(visit, _app(visit, app_id), giver)


@router.reads(_PROJECT, action="project:share")
def project_page(visit: SignedIn, project: str, giver: str) -> Response:
    """Ask before all that somebody gave on a project ends."""
    return ask(visit, _project(project), giver)


@router.makes(_PROJECT, action="project:share")
def take_of_project(visit: SignedIn, project: str, giver: str) -> Response:
    """Take back all that somebody gave on a project, or nothing."""
    return take(visit, _project(project), giver)


@router.reads(_DATASET, action="dataset:share")
def dataset_page(visit: SignedIn, project: str, dataset: str, giver: str) -> Response:
    """Ask before all that somebody gave on a dataset ends."""
    return ask(visit, _dataset(project, dataset), giver)


@router.makes(_DATASET, action="dataset:share")
def take_of_dataset(visit: SignedIn, project: str, dataset: str, giver: str) -> Response:
    """Take back all that somebody gave on a dataset, or nothing."""
    return take(visit, _dataset(project, dataset), giver)


@router.reads(_DASHBOARD, action="dashboard:share")
def dashboard_page(visit: SignedIn, project: str, dashboard: str, giver: str) -> Response:
    """Ask before all that somebody gave on a dashboard ends."""
    return ask(visit, _dashboard(project, dashboard), giver)


@router.makes(_DASHBOARD, action="dashboard:share")
def take_of_dashboard(visit: SignedIn, project: str, dashboard: str, giver: str) -> Response:
    """Take back all that somebody gave on a dashboard, or nothing."""
    return take(visit, _dashboard(project, dashboard), giver)


def _app(visit: Visit, app_id: str) -> Sharing:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = apps.require_app(tx, "app:share", app_id)
        return node, shared_app(app_row(tx, apps.get_app(tx, node.id), visit.call.house.settings))

    return Sharing(find, "applications")


def _project(project: str) -> Sharing:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = projects.require_project(tx, "project:share", project)
        return node, shared_project(project, node.name)

    return Sharing(find, "projects")


def _dataset(project: str, dataset: str) -> Sharing:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = projects.require_dataset(tx, "dataset:share", project, dataset)
        return node, shared_dataset(dataset_view(tx, project, dataset))

    return Sharing(find, "projects")


def _dashboard(project: str, dashboard: str) -> Sharing:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = projects.require_dashboard(tx, "dashboard:share", project, dashboard)
        return node, shared_dashboard(dashboard_view(tx, project, dashboard))

    return Sharing(find, "projects")
