"""The page of a dataset's connection: where its rows come from, read again, stopped, ended."""

from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.kernel.errors import Conflict
from gatepost_server.ui.dataset_views import dataset_view
from gatepost_server.ui.pages import dataset_source as pages
from gatepost_server.ui.project_views import shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn

router = PageRouter()
_HERE = "/projects/{project}/datasets/{dataset}/source"


@router.reads(_HERE, action="dataset:read")
def source(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show where a dataset's rows come from, and how reading them goes."""
    with visit.call.read() as tx:
        found = projects.read_feed(tx, project, dataset)
        view = dataset_view(tx, project, dataset)
        content = pages.source(view, found, tx.now, visit.csrf, visit.url)
    return shown(visit, f"Source of {view.name}", content)


@router.makes(f"{_HERE}/refresh", action="dataset:refresh")
def refresh(visit: SignedIn, project: str, dataset: str) -> Response:
    """Read a dataset's rows again."""
    try:
        with visit.call.begin() as tx:
            projects.refresh(tx, project, dataset)
    except Conflict as error:
        return visit.go(_address(project, dataset), error.detail, is_good=False)
    return visit.go(_address(project, dataset), "Its rows are being read again.")


@router.makes(f"{_HERE}/cancel", action="dataset:refresh")
def cancel(visit: SignedIn, project: str, dataset: str) -> Response:
    """Stop reading a dataset's rows."""
    try:
        with visit.call.begin() as tx:
            projects.cancel_refresh(tx, project, dataset)
    except Conflict as error:
        return visit.go(_address(project, dataset), error.detail, is_good=False)
    return visit.go(_address(project, dataset), "The reading is being cancelled.")


@router.makes(f"{_HERE}/end", action="dataset:edit")
def end(visit: SignedIn, project: str, dataset: str) -> Response:
    """Let a dataset stand by itself; its rows stay."""
    try:
        with visit.call.begin() as tx:
            projects.end_feed(tx, project, dataset)
    except Conflict as error:
        return visit.go(_address(project, dataset), error.detail, is_good=False)
    return visit.go(_address(project, dataset), "It is read from no connection any more; its rows stay.")


def _address(project: str, dataset: str) -> str:
    return f"/projects/{project}/datasets/{dataset}/source"
