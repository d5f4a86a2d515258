"""The page of a dataset's connection: where its rows come from, read again, stopped, ended."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Form
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import require
from gatepost_server.kernel.errors import Conflict
from gatepost_server.projects import NotFed, Wanted
from gatepost_server.ui.connection_trial import TypedLogin, typed_login
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.dataset_views import dataset_view
from gatepost_server.ui.pages import dataset_source as pages
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.pages.signing_in import Purpose
from gatepost_server.ui.project_views import shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.signing_in import asked, settled
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()
_HERE = "/projects/{project}/datasets/{dataset}/source"
_SIGN_IN = f"{_HERE}/sign-in"


@router.reads(_HERE, action="dataset:read")
def source(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show where a dataset's rows come from, and how reading them goes."""
    with visit.call.read() as tx:
        found = projects.read_feed(tx, project, dataset)
        view = dataset_view(tx, project, dataset)
        refreshers = projects.refreshers_of(tx, project, dataset).found
        content = pages.source(view, found, refreshers, tx.now, visit.csrf, visit.url)
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


@router.reads(_SIGN_IN, action="dataset:edit")
def sign_in_page(
    visit: SignedIn,
    project: str,
    dataset: str,
    scenario: str = "",
    other: str = "",
    type: str = "",  # noqa: A002
) -> Response:
    """Ask as whom a dataset's rows are to be read from now on."""
    of, purpose, _ = _signing_in(visit, project, dataset, scenario)
    return asked(visit, of, purpose, other, type)


@router.makes(_SIGN_IN, action="dataset:edit")
def sign_in(
    visit: SignedIn,
    project: str,
    dataset: str,
    sent: Annotated[TypedLogin, Depends(typed_login)],
    scenario: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Read a dataset's rows with another account, within the rights of who says so."""
    of, purpose, wanted = _signing_in(visit, project, dataset, scenario)

    def read_again(credential_id: str | None) -> Response:
        with visit.call.begin() as tx:
            projects.set_feed(tx, project, dataset, replace(wanted, credential_id=credential_id))
        return visit.go(purpose.back, "Its rows are being read with this account.")

    try:
        return settled(visit, of, purpose, sent, read_again)
    except Conflict as error:
        return visit.go(purpose.back, error.detail, is_good=False)


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


def _signing_in(
    visit: Visit, project: str, dataset: str, scenario: str
) -> tuple[ConnectionView, Purpose, Wanted]:
    with visit.call.read() as tx:
        for action in ("dataset:edit", "dataset:write"):
            node = projects.require_dataset(tx, action, project, dataset)
        found = projects.read_feed(tx, project, dataset)
        if found is None:
            raise NotFed(node.name)
        require(tx, "connection:use", found.wanted.connection_id)
        of = view_of(tx, visit, found.wanted.connection_id)
    back = f"/projects/{project}/scenarios/{quote(scenario, safe='')}" if scenario else ""
    return of, pages.signing_in(node.name, _address(project, dataset), back, scenario), found.wanted


def _address(project: str, dataset: str) -> str:
    return f"/projects/{project}/datasets/{dataset}/source"
