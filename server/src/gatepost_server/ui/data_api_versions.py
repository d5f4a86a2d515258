"""The versions of a data API: seen, compared, published, worked on."""

from starlette.responses import Response

from gatepost_server import dataapis
from gatepost_server.dataapis import Stage, UnknownVersion, Version
from gatepost_server.store import Tx
from gatepost_server.ui.data_api_views import api_view, shown
from gatepost_server.ui.keys import news_words
from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import data_api_versions as pages
from gatepost_server.ui.pages.data_api import ApiView
from gatepost_server.ui.project_views import paged
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()

_HERE = "/projects/{project}/apis/{api}/versions"


@router.reads(_HERE, action="api:versions")
def version_list(visit: SignedIn, project: str, api: str) -> Response:
    """List the versions of a data API."""
    with visit.call.read() as tx:
        view = _view(tx, "api:versions", project, api)
        state = ListState(f"{view.base}/versions", visit.query("cursor"))
        found = dataapis.list_versions(tx, project, api, paged(state))
        content = pages.versions(
            view, found.items, state, tx.now, visit.csrf, visit.url, next_cursor=found.next
        )
    return shown(visit, f"Versions of {view.one.name}", content)


@router.reads(_HERE + "/{number}/compare", action="api:versions")
def compare(visit: SignedIn, project: str, api: str, number: int, before: int = 1) -> Response:
    """Show what is different in a version, seen from another."""
    with visit.call.read() as tx:
        view = _view(tx, "api:versions", project, api)
        pair = [dataapis.get_version(tx, project, api, one) for one in (before, number)]
        content = pages.comparison(view, pair[0], pair[1], tx.now, visit.csrf, visit.url)
    return shown(visit, f"{view.one.name}: v{before} and v{number}", content)


@router.reads(_HERE + "/{number}/publish", action="api:publish")
def publish_page(visit: SignedIn, project: str, api: str, number: int) -> Response:
    """Ask before programs get another version."""
    with visit.call.read() as tx:
        view = _view(tx, "api:publish", project, api)
        wanted = dataapis.get_version(tx, project, api, number)
        live = _live(tx, view)
    content = ConfirmDialog(
        f"Publish version {number} of {view.one.name}?", "An earlier version can be published again.",
        f"{view.base}/versions/{number}/publish", f"Publish v{number}", visit.csrf, view.base,
        pages.effects(view, live, wanted), is_over=visit.is_over, is_danger=False, symbol="rocket",
    )  # fmt: skip
    return visit.dialog(f"Publish v{number}", content, "data")


@router.makes(_HERE + "/{number}/publish", action="api:publish")
def publish(visit: SignedIn, project: str, api: str, number: int) -> Response:
    """Let programs get a version."""
    with visit.call.begin() as tx:
        made = dataapis.publish_api(tx, project, api, number)
    news = news_words(visit.call.house.collect_receipt())
    said = f"Version {number} of {made.name} is in production. {news}"
    return visit.go(f"/projects/{project}/apis/{made.id}/versions", said)


@router.makes(_HERE + "/{number}/develop", action="api:publish")
def develop(visit: SignedIn, project: str, api: str, number: int) -> Response:
    """Work on from a version: what is saved next comes after it."""
    with visit.call.begin() as tx:
        made = dataapis.publish_api(tx, project, api, number, Stage.DEVELOPMENT)
    visit.call.house.collect_receipt()
    return visit.go(f"/projects/{project}/apis/{made.id}/design", f"Version {number} is in development now.")


def _view(tx: Tx, action: str, project: str, api: str) -> ApiView:
    dataapis.require_api(tx, action, project, api)
    return api_view(tx, project, api)


def _live(tx: Tx, view: ApiView) -> Version | None:
    number = view.one.production_version
    if number is None:
        return None
    try:
        return dataapis.get_version(tx, view.one.project_key, view.one.id, number)
    except UnknownVersion:
        return None
