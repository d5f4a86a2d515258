"""The catalog: every dataset that one may see, of whatever project."""

from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import allowed_on
from gatepost_server.ui.dataset_views import present
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import catalog as pages
from gatepost_server.ui.project_views import paged
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()


@router.reads(pages.HOME, action="dataset:list")
def catalog(visit: SignedIn) -> Response:
    """List the datasets that one may see."""
    state = ListState(pages.HOME, visit.query("q", "sort", "cursor"))
    with visit.call.read() as tx:
        found = projects.list_all_datasets(tx, paged(state))
        described = allowed_on(tx, "dataset:metadata", [one.id for one in found.items])
        words = {one.id: one.metadata.description for one in found.items if one.id in described}
        content = pages.catalog(
            present(tx, found.items, ""), words, state, tx.now, url=visit.url, next_cursor=found.next
        )
    return visit.page("Catalog", content, "data")
