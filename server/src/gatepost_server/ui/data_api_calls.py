"""The page of who called a data API."""

from urllib.parse import urlencode

from starlette.responses import Response

from gatepost_server import dataapis
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.ui.data_api_views import api_view, shown
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages.call_log import CallLog, call_log, range_of, refused_of
from gatepost_server.ui.pages.data_api import page
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()


@router.reads("/projects/{project}/apis/{api}/calls", action="api:calls")
def calls(visit: SignedIn, project: str, api: str) -> Response:
    """Show who called a data API, and what became of it."""
    with visit.call.read() as tx:
        dataapis.require_api(tx, "api:calls", project, api)
        view, now = api_view(tx, project, api), tx.now
        state = ListState(f"{view.base}/calls", visit.query("q", "range", "refused", "cursor"))
        span = range_of(state)
        totals = dataapis.count_calls(tx, project, api, span.begin(now), span.step)
        wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
        found = dataapis.list_calls(tx, project, api, wanted, is_refused=refused_of(state))
    asked = {"format": "csv", "q": state.value("q"), "refused": state.value("refused")}
    query = urlencode({name: value for name, value in asked.items() if value})
    export = f"/api/v1/projects/{project}/apis/{view.one.id}/calls?{query}"
    rows = [(one, one.caller_name) for one in found.items]
    log = CallLog(totals, rows, "Caller", state, export, now, found.next, "Find by who called")
    return shown(
        visit, f"Calls of {view.one.name}", page(view, "calls", [call_log(log)], now, visit.csrf, visit.url)
    )
