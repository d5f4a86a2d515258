"""Taking back all that somebody gave, from the pages of everything that is shared."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import Response

from gatepost_server import apps, authz, projects
from gatepost_server.authz import Node
from gatepost_server.kernel.errors import Conflict, Denied
from gatepost_server.store import Tx
from gatepost_server.ui import sharing
from gatepost_server.ui.app_views import app_row
from gatepost_server.ui.dashboard_views import dashboard_view
from gatepost_server.ui.dataset_views import dataset_view
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.pages.application_access import shared_app
from gatepost_server.ui.pages.connection_sharing import shared_connection, shared_credential
from gatepost_server.ui.pages.dashboards import shared_dashboard
from gatepost_server.ui.pages.dataset_access import shared_dataset
from gatepost_server.ui.pages.project_settings import shared_project
from gatepost_server.ui.pages.retracting import Ending, take_all_dialog
from gatepost_server.ui.pages.sharing import Shared
from gatepost_server.ui.pages.source_access import shared_source
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.shell import Section
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

_GIVEN = "given-by/{giver}/remove"
_APP = f"/applications/{{app_id}}/access/{_GIVEN}"
_PROJECT = f"/projects/{{project}}/settings/permissions/{_GIVEN}"
_DATASET = f"/projects/{{project}}/datasets/{{dataset}}/access/{_GIVEN}"
_DASHBOARD = f"/projects/{{project}}/dashboards/{{dashboard}}/access/{_GIVEN}"
_SOURCE = f"/sources/{{source_id}}/access/{_GIVEN}"
_CONNECTION = f"/connections/{{connection_id}}/access/{_GIVEN}"
_CREDENTIAL = f"/credentials/{{credential_id}}/access/{_GIVEN}"


class _Place(NamedTuple):
    """How a thing is found that the caller shares, and the list of all things like it."""

    find: Callable[[Tx], tuple[Node, Shared]]
    section: Section
    away: str = ""


@router.reads(_APP, action="app:share")
def app_page(visit: SignedIn, app_id: str, giver: str) -> Response:
    """Ask before all that somebody gave on an application ends."""
    return _ask(visit, _app(visit, app_id), giver)


@router.makes(_APP, action="app:share")
def take_of_app(visit: SignedIn, app_id: str, giver: str) -> Response:
    """Take back all that somebody gave on an application, or nothing."""
    return _take(visit, _app(visit, app_id), giver)


@router.reads(_PROJECT, action="project:share")
def project_page(visit: SignedIn, project: str, giver: str) -> Response:
    """Ask before all that somebody gave on a project ends."""
    return _ask(visit, _project(project), giver)


@router.makes(_PROJECT, action="project:share")
def take_of_project(visit: SignedIn, project: str, giver: str) -> Response:
    """Take back all that somebody gave on a project, or nothing."""
    return _take(visit, _project(project), giver)


@router.reads(_DATASET, action="dataset:share")
def dataset_page(visit: SignedIn, project: str, dataset: str, giver: str) -> Response:
    """Ask before all that somebody gave on a dataset ends."""
    return _ask(visit, _dataset(project, dataset), giver)


@router.makes(_DATASET, action="dataset:share")
def take_of_dataset(visit: SignedIn, project: str, dataset: str, giver: str) -> Response:
    """Take back all that somebody gave on a dataset, or nothing."""
    return _take(visit, _dataset(project, dataset), giver)


@router.reads(_DASHBOARD, action="dashboard:share")
def dashboard_page(visit: SignedIn, project: str, dashboard: str, giver: str) -> Response:
    """Ask before all that somebody gave on a dashboard ends."""
    return _ask(visit, _dashboard(project, dashboard), giver)


@router.makes(_DASHBOARD, action="dashboard:share")
def take_of_dashboard(visit: SignedIn, project: str, dashboard: str, giver: str) -> Response:
    """Take back all that somebody gave on a dashboard, or nothing."""
    return _take(visit, _dashboard(project, dashboard), giver)


@router.reads(_SOURCE, action="source:share")
def source_page(visit: SignedIn, source_id: str, giver: str) -> Response:
    """Ask before all that somebody gave on a source ends."""
    return _ask(visit, _source(source_id), giver)


@router.makes(_SOURCE, action="source:share")
def take_of_source(visit: SignedIn, source_id: str, giver: str) -> Response:
    """Take back all that somebody gave on a source, or nothing."""
    return _take(visit, _source(source_id), giver)


@router.reads(_CONNECTION, action="connection:share")
def connection_page(visit: SignedIn, connection_id: str, giver: str) -> Response:
    """Ask before all that somebody gave on a connection ends."""
    return _ask(visit, _connection(connection_id), giver)


@router.makes(_CONNECTION, action="connection:share")
def take_of_connection(visit: SignedIn, connection_id: str, giver: str) -> Response:
    """Take back all that somebody gave on a connection, or nothing."""
    return _take(visit, _connection(connection_id), giver)


@router.reads(_CREDENTIAL, action="credential:share")
def credential_page(visit: SignedIn, credential_id: str, giver: str) -> Response:
    """Ask before all that somebody gave on a stored credential ends."""
    return _ask(visit, _credential(credential_id), giver)


@router.makes(_CREDENTIAL, action="credential:share")
def take_of_credential(visit: SignedIn, credential_id: str, giver: str) -> Response:
    """Take back all that somebody gave on a stored credential, or nothing."""
    return _take(visit, _credential(credential_id), giver)


def _source(source_id: str) -> _Place:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = authz.require(tx, "source:share", source_id)
        return node, shared_source(node.id, node.name)

    return _Place(find, "applications", "/sources")


def _connection(connection_id: str) -> _Place:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = authz.require(tx, "connection:share", connection_id)
        return node, shared_connection(node.id, node.name)

    return _Place(find, "data", "/connections")


def _credential(credential_id: str) -> _Place:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = authz.require(tx, "credential:share", credential_id)
        return node, shared_credential(node.id, node.name)

    return _Place(find, "data", "/credentials")


def _app(visit: Visit, app_id: str) -> _Place:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = apps.require_app(tx, "app:share", app_id)
        return node, shared_app(app_row(tx, apps.get_app(tx, node.id), visit.call.house.settings))

    return _Place(find, "applications")


def _project(project: str) -> _Place:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = projects.require_project(tx, "project:share", project)
        return node, shared_project(project, node.name)

    return _Place(find, "projects")


def _dataset(project: str, dataset: str) -> _Place:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = projects.require_dataset(tx, "dataset:share", project, dataset)
        return node, shared_dataset(dataset_view(tx, project, dataset))

    return _Place(find, "projects")


def _dashboard(project: str, dashboard: str) -> _Place:
    def find(tx: Tx) -> tuple[Node, Shared]:
        node = projects.require_dashboard(tx, "dashboard:share", project, dashboard)
        return node, shared_dashboard(dashboard_view(tx, project, dashboard))

    return _Place(find, "projects")


def _ask(visit: Visit, place: _Place, giver: str, *, fault: str = "", code: int = 200) -> Response:
    """Ask, naming all that ends; what others gave to the same holders is named beside it."""
    with visit.call.read() as tx:
        node, shared = place.find(tx)
        given = authz.given_by(tx, node, giver)
        held = [
            one for one in authz.list_grants(tx, node.id) if one.until_at is None or one.until_at > tx.now
        ]
        others = [one for one in held if one not in given]
        endings = [
            Ending(
                sharing.access_row(tx, visit, one),
                [sharing.access_row(tx, visit, other) for other in others if other.who_id == one.who_id],
            )
            for one in given
        ]
    content = take_all_dialog(shared, endings, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog("Take back all that somebody gave", content, place.section, code=code)


def _take(visit: Visit, place: _Place, giver: str) -> Response:
    """Take all of it back; it is refused everywhere when the page comes back."""
    try:
        with visit.call.begin() as tx:
            node, shared = place.find(tx)
            gone = authz.take_back_given_by(tx, node.id, giver)
            to = sharing.where_to(tx, node, shared.here, place.away or f"/{place.section}")
    except (Conflict, Denied) as error:
        sharing.unless_about_input(error)
        return _ask(visit, place, giver, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    by = "you" if gone[0].by_id == visit.person.id else gone[0].by_name
    from_whom = {one.who_id for one in gone}
    whom = f"{len(from_whom)} holders" if len(from_whom) > 1 else gone[0].who_label
    said = f"All that {by} gave on {node.name} is taken back from {whom}."
    return visit.go(to, f"{said} {receipt_words(receipt)}")
