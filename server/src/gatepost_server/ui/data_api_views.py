"""From data APIs of the domain to what their pages show."""

from collections.abc import Sequence

from starlette.responses import Response

from gatepost_server import connections, dataapis, projects
from gatepost_server.authz import allowed_on, may
from gatepost_server.dataapis import DataApi
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.component import Component
from gatepost_server.ui.pages.data_api import ApiView
from gatepost_server.ui.visits import Visit

_VERBS = ("call", "calls", "edit", "versions", "publish", "authorize", "share", "delete")


def api_view(tx: Tx, project: str, ref: str) -> ApiView:
    """Present a data API, with what the caller may see of it and do to it.

    Raises:
        Hidden: there is none that the caller may know of.
    """
    one = dataapis.get_api(tx, project, ref)
    view = api_views(tx, [one])[0]
    callers = None
    if "authorize" in view.may:
        page = dataapis.list_authorizations(tx, project, one.id, PageRequest(limit=200))
        callers = len({given.client_id for given in page.items})
    return ApiView(one, view.project, view.may, _reads(tx, one), callers)


def api_views(tx: Tx, found: Sequence[DataApi]) -> list[ApiView]:
    """Present data APIs as lists show them."""
    ids = [one.id for one in found]
    allowed = {verb: allowed_on(tx, f"api:{verb}", ids) for verb in _VERBS}
    names: dict[str, str] = {}
    for one in found:
        if one.project_key not in names:
            seen = may(tx, "project:list", one.project_id)
            names[one.project_key] = projects.get_project(tx, one.project_key).name if seen else ""
    return [
        ApiView(one, names[one.project_key], frozenset(verb for verb in _VERBS if one.id in allowed[verb]))
        for one in found
    ]


def _reads(tx: Tx, one: DataApi) -> str:
    """Return where an API reads and as whom, as far as its editor may see these."""
    latest = one.latest
    if latest is None:
        return ""
    known = connections.seen_names(tx, [latest.connection_id])
    name = known.get(latest.connection_id, "a connection that you may not see")
    if latest.credential_id is None:
        return name
    logins = connections.seen_logins(tx, [latest.credential_id])
    return f"{name} as {logins.get(latest.credential_id, 'somebody whose account you may not see')}"


def shown(visit: Visit, title: str, content: Component, *, code: int = 200) -> Response:
    """Answer with a page of a data API."""
    return visit.page(title, content, "data", code=code)
