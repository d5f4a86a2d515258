"""The saved query of a dataset: shown, typed, dropped."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import ActionDenied
from gatepost_server.kernel.errors import Invalid
from gatepost_server.projects import QueryRefused
from gatepost_server.ui.dataset_views import dataset_view
from gatepost_server.ui.pages import dataset_query as pages
from gatepost_server.ui.project_views import shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Long = Annotated[str, Form(max_length=200_000)]

_HERE = "/projects/{project}/datasets/{dataset}/query"


@router.reads(_HERE, action="dataset:read")
def query(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show the query that fills a dataset when it is refreshed."""
    return _page(visit, project, dataset)


@router.makes(_HERE, action="dataset:edit")
def save(visit: SignedIn, project: str, dataset: str, query: Long = "") -> Response:
    """Save the query that was typed."""
    with visit.call.read() as tx:
        projects.may_save_query(tx, project, dataset)
    try:
        read = projects.examined(query, visit.call.house.folders.datasets)
        with visit.call.begin() as tx:
            projects.save_query(tx, project, dataset, read)
    except (Invalid, QueryRefused, ActionDenied) as error:
        said = " ".join(faults_of(error).values()) or fault_of(error)
        return _page(visit, project, dataset, typed=query, fault=said, code=400)
    return visit.go(_address(project, dataset), "The query is saved. A scenario that refreshes it runs it.")


@router.makes(f"{_HERE}/clear", action="dataset:edit")
def clear(visit: SignedIn, project: str, dataset: str) -> Response:
    """Let a dataset be without a query again."""
    with visit.call.begin() as tx:
        projects.save_query(tx, project, dataset, None)
    return visit.go(_address(project, dataset), "It has no query any more.")


def _page(
    visit: Visit, project: str, dataset: str, *, typed: str | None = None, fault: str = "", code: int = 200
) -> Response:
    with visit.call.read() as tx:
        found = projects.read_query(tx, project, dataset)
        view, now = dataset_view(tx, project, dataset), tx.now
    content = pages.query(view, found, typed, now, visit.csrf, visit.url, fault=fault)
    return shown(visit, f"Query of {view.name}", content, code=code)


def _address(project: str, dataset: str) -> str:
    return f"/projects/{project}/datasets/{dataset}/query"
