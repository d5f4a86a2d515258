"""What a project exposes to others, and takes back."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import ActionDenied, Hidden, TooWide, may
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.ui.endings import end_of
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import project_settings as pages
from gatepost_server.ui.pages.project_settings import ExposeForm
from gatepost_server.ui.project_views import project_view, shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Names = Annotated[list[str] | None, Form(max_length=20)]

_HERE = "/projects/{project}/settings/exposed"


@router.reads(_HERE, action="project:read")
def exposed(visit: SignedIn, project: str) -> Response:
    """Show what a project exposes to others, and others to it."""
    state = ListState(f"/projects/{project}/settings/exposed", visit.query("q", "cursor"))
    wanted = PageRequest(q=state.value("q"), cursor=state.value("cursor") or None)
    with visit.call.read() as tx:
        found, view = projects.list_exposed(tx, project, wanted), project_view(tx, project)
        ids = [one for each in found.items for one in (each.from_project_id, each.project_id)]
        content = pages.exposed(
            view, found, projects.project_keys(tx, ids), state, tx.now, visit.url,
            may_expose=may(tx, "project:expose", view.id),
        )  # fmt: skip
    return shown(visit, f"Exposed elements of {view.name}", content)


@router.reads(f"{_HERE}/new", action="project:expose")
def new_page(visit: SignedIn, project: str) -> Response:
    """Show the form that exposes a dataset."""
    return _form(visit, project, ExposeForm(dataset=visit.request.query_params.get("dataset", "")))


@router.makes(f"{_HERE}/new", action="project:expose")
def expose(
    visit: SignedIn,
    project: str,
    *,
    dataset: Field = "",
    to_project: Field = "",
    permissions: Names = None,
    ends: Field = "",
    until: Field = "",
) -> Response:
    """Let the people of another project use a dataset."""
    chosen, target = tuple(permissions or ()), to_project.strip().upper()
    form = ExposeForm(dataset, target, chosen, ends, until)
    try:
        with visit.call.begin() as tx:
            projects.require_project(tx, "project:expose", project)
            made = projects.expose_dataset(
                tx, project, dataset.strip(), to_project=target, permissions=chosen,
                until=end_of(ends, until, tx.now),
            )  # fmt: skip
    except ActionDenied:
        raise
    except (Invalid, Conflict, TooWide, Hidden) as error:
        return _form(visit, project, _faulty(visit, project, form, error))
    said = f"{made.dataset_name} is exposed to {made.project_name}."
    return visit.go(f"/projects/{project}/settings/exposed", said)


@router.reads(_HERE + "/{exposure}/end", action="project:expose")
def end_page(visit: SignedIn, project: str, exposure: str) -> Response:
    """Ask before an exposure is taken back."""
    return _ask_end(visit, project, exposure)


@router.makes(_HERE + "/{exposure}/end", action="project:expose")
def end(visit: SignedIn, project: str, exposure: str) -> Response:
    """Take back what a project exposes."""
    try:
        with visit.call.begin() as tx:
            gone = projects.end_exposure(tx, project, exposure)
    except TooWide as error:
        return _ask_end(visit, project, exposure, fault=error.detail, code=409)
    receipt = visit.call.house.collect_receipt()
    said = f"{gone.dataset_name} is taken back from {gone.project_name}. {receipt_words(receipt)}"
    return visit.go(f"/projects/{project}/settings/exposed", said)


def _ask_end(visit: Visit, project: str, exposure: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        found = projects.get_exposure(tx, project, exposure)
    content = pages.end_dialog(project, found, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog(f"Take {found.dataset_name} back", content, "projects", code=code)


def _form(visit: Visit, project: str, form: ExposeForm) -> Response:
    with visit.call.read() as tx:
        projects.require_project(tx, "project:expose", project)
        some = PageRequest(limit=MAX_LIMIT)
        datasets = [one.name for one in projects.list_datasets(tx, project, some).items]
        keys = [one.key for one in projects.list_projects(tx, some).items if one.key != project]
    content = pages.expose_dialog(project, form, datasets, keys, visit.csrf, is_over=visit.is_over)
    code = 400 if form.faults or form.fault else 200
    return visit.dialog("Expose a dataset", content, "projects", code=code)


def _faulty(visit: Visit, project: str, form: ExposeForm, error: GatepostError) -> ExposeForm:
    faults: Mapping[str, str] = faults_of(error)
    if isinstance(error, Hidden):
        faults = _missing(visit, project, form)
    return ExposeForm(
        form.dataset, form.to_project, form.permissions, form.ends, form.until, faults,
        "" if faults else fault_of(error),
    )  # fmt: skip


def _missing(visit: Visit, project: str, form: ExposeForm) -> Mapping[str, str]:
    """Say which of the two is not there, or not to be seen."""
    with visit.call.read() as tx:
        try:
            projects.get_dataset(tx, project, form.dataset.strip())
        except Hidden:
            return {"dataset": "The project has no such dataset."}
    return {"to_project": "There is no such project that you may see."}
