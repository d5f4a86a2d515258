"""Authorized objects of a project's dashboards, its export, and the import of another."""

from typing import Annotated

from fastapi import Form
from starlette.responses import FileResponse, Response

from gatepost_server import jobs, projects
from gatepost_server.authz import Hidden
from gatepost_server.jobs import Job
from gatepost_server.kernel.errors import Conflict, Denied, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.pages import project_sending as pages
from gatepost_server.ui.project_views import project_view, shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
_AUTHORIZED = "/projects/{project}/settings/dashboards"
_EXPORT = "/projects/{project}/settings/export"
_SHOWN = 20


@router.reads(_AUTHORIZED, action="project:authorize")
def authorized(visit: SignedIn, project: str) -> Response:
    """Show which datasets viewers of dashboards see as somebody else may."""
    with visit.call.read() as tx:
        found = projects.list_authorizations(tx, project)
        view = project_view(tx, project)
        content = pages.authorized(view, found, tx.now, visit.url)
    return shown(visit, f"Authorized objects of {view.name}", content)


@router.reads(f"{_AUTHORIZED}/new", action="project:authorize")
def new_page(visit: SignedIn, project: str) -> Response:
    """Show the form that authorizes a dataset."""
    return _form(visit, project, "")


@router.makes(f"{_AUTHORIZED}/new", action="project:authorize")
def authorize(visit: SignedIn, project: str, dataset: Field = "") -> Response:
    """Authorize a dataset beside those that are."""
    try:
        with visit.call.begin() as tx:
            projects.authorize_dataset(tx, project, dataset)
    except (Invalid, Denied, Hidden) as error:
        return _form(visit, project, dataset, error.detail)
    return visit.go(f"/projects/{project}/settings/dashboards", f"{dataset} is authorized.")


@router.reads(_AUTHORIZED + "/{dataset}/remove", action="project:authorize")
def withdraw_page(visit: SignedIn, project: str, dataset: str) -> Response:
    """Ask before a dataset is no longer authorized."""
    with visit.call.read() as tx:
        found = projects.list_authorizations(tx, project)
    one = next((each for each in found if each.dataset_id == dataset), None)
    if one is None:
        raise Hidden("project:authorize", dataset)
    content = pages.withdraw_dialog(project, one, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Withdraw", content, "projects")


@router.makes(_AUTHORIZED + "/{dataset}/remove", action="project:authorize")
def withdraw(visit: SignedIn, project: str, dataset: str) -> Response:
    """No longer authorize a dataset."""
    with visit.call.begin() as tx:
        projects.withdraw_dataset(tx, project, dataset)
    return visit.go(f"/projects/{project}/settings/dashboards", "It is no longer authorized.")


@router.reads(_EXPORT, action="project:export")
def exports(visit: SignedIn, project: str) -> Response:
    """Show one's exports of a project."""
    with visit.call.read() as tx:
        projects.require_project(tx, "project:export", project)
        view = project_view(tx, project)
        content = pages.exports(view, _mine(tx, view.id), tx.now, visit.csrf, visit.url)
    return shown(visit, f"Export of {view.name}", content)


@router.makes(_EXPORT, action="project:export")
def export(visit: SignedIn, project: str) -> Response:
    """Ask for an archive of a project."""
    here = f"/projects/{project}/settings/export"
    try:
        with visit.call.begin() as tx:
            projects.start_export(tx, project)
    except Conflict as error:
        return visit.go(here, error.detail, is_good=False)
    return visit.go(here, "The archive is being written.")


@router.reads(_EXPORT + "/{job_id}", action="project:export")
def download(visit: SignedIn, project: str, job_id: str) -> Response:
    """Answer with the archive that an export has written."""
    with visit.call.begin() as tx:
        path = projects.find_export(tx, project, job_id, visit.call.house.folders.exports)
    return FileResponse(path, media_type="application/gzip", filename=f"{project}.gatepost.tar.gz")


@router.makes(_EXPORT + "/{job_id}/cancel", action="job:cancel")
def cancel(visit: SignedIn, project: str, job_id: str) -> Response:
    """Cancel an export."""
    here = f"/projects/{project}/settings/export"
    try:
        with visit.call.begin() as tx:
            jobs.cancel(tx, job_id)
    except Conflict as error:
        return visit.go(here, error.detail, is_good=False)
    return visit.go(here, "The export is being cancelled.")


def _mine(tx: Tx, project_id: str) -> list[Job]:
    found = jobs.list_jobs(tx, PageRequest(q=project_id, limit=_SHOWN)).items
    return [one for one in found if one.kind == projects.EXPORT]


def _form(visit: Visit, project: str, chosen: str, fault: str = "") -> Response:
    with visit.call.read() as tx:
        projects.require_project(tx, "project:authorize", project)
        found = projects.list_datasets(tx, project, PageRequest(limit=MAX_LIMIT)).items
    names = [one.name for one in found]
    content = pages.authorize_dialog(project, names, chosen, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog("Authorize a dataset", content, "projects", code=400 if fault else 200)
