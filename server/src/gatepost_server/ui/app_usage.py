"""The page of what an application used."""

from typing import Final

from starlette.responses import Response

from gatepost_server import apps
from gatepost_server.apps import UsageRange
from gatepost_server.ui.app_views import app_view, shown
from gatepost_server.ui.pages.application_usage import usage_tab
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()

_COARSE: Final = 4 * 3600
"""Seconds: a month is drawn in points of four hours, of which a chart shows each."""


@router.reads("/applications/{app_id}/usage", action="app:read")
def usage(visit: SignedIn, app_id: str, range: UsageRange = UsageRange.DAY) -> Response:  # noqa: A002 — its name in the address
    """Show what an application used in the last hour, day or month, and its limits."""
    house, step = visit.call.house, _COARSE if range is UsageRange.MONTH else None
    with visit.call.read() as tx:
        found = apps.read_usage(tx, app_id, range, house.folders, step=step)
        view = app_view(tx, apps.get_app(tx, app_id), house.settings)
        content = usage_tab(view, found, tx.now, visit.csrf, visit.url)
    return shown(visit, view, content)
