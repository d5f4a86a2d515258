"""The page of the keys with which an application acts: its own, and those of its visitors."""

from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.ui.app_views import app_view, shown
from gatepost_server.ui.pages.app_keys import keys_tab
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()


@router.reads("/applications/{app_id}/keys", action="app:read")
def keys(visit: SignedIn, app_id: str) -> Response:
    """Show for whom an application acts by which key, how far, and the keys that it had."""
    with visit.call.read() as tx:
        found, way = apps.list_app_keys(tx, app_id), apps.read_way(tx, app_id)
        view = app_view(tx, apps.get_app(tx, app_id), visit.call.house.settings)
        viewer = tx.actor.principal_id or ""
        content = keys_tab(view, found, way, viewer, now=tx.now, csrf=visit.csrf, url=visit.url)
    return shown(visit, view, content)
