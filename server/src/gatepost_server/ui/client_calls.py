"""The page of what an application called."""

from urllib.parse import urlencode

from starlette.responses import Response

from gatepost_server import clients, dataapis
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.ui.clients import client_view
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages.call_log import CallLog, call_log, range_of, refused_of
from gatepost_server.ui.pages.client import shell
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()


@router.reads("/clients/{client_id}/calls", action="app:calls")
def calls(visit: SignedIn, client_id: str) -> Response:
    """Show what an application called, and what became of it."""
    state = ListState(f"/clients/{client_id}/calls", visit.query("range", "refused", "cursor"))
    span = range_of(state)
    with visit.call.read() as tx:
        view = client_view(tx, clients.require_client(tx, "app:calls", client_id), visit.url)
        totals = dataapis.count_client_calls(tx, client_id, span.begin(tx.now), span.step)
        page = PageRequest(cursor=state.value("cursor") or None)
        found = dataapis.list_client_calls(tx, client_id, page, is_refused=refused_of(state))
    asked = {"format": "csv", "refused": state.value("refused")}
    address = f"clients/{client_id}/calls"
    export = f"/api/v1/{address}?{urlencode({name: value for name, value in asked.items() if value})}"
    rows = [(one.call, one.api_name or one.call.api_id) for one in found.items]
    log = call_log(CallLog(totals, rows, "Data API", state, export, view.now, found.next))
    name = view.client.name
    content = shell(view, "calls", [log], f"gatepost clients calls {name} --since 7d", address)
    return visit.page(f"Calls of {name}", content, "applications")
