"""A project's datasets: listed, made empty, renamed, deleted."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.authz import allowed_on
from gatepost_server.kernel.errors import Conflict, GatepostError, Invalid
from gatepost_server.projects import Shelf
from gatepost_server.ui.dataset_views import dataset_view, editor_of, present, typed_columns
from gatepost_server.ui.keys import receipt_words
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import datasets as pages
from gatepost_server.ui.pages.dataset_facts import ColumnLines
from gatepost_server.ui.pages.datasets import DatasetForm
from gatepost_server.ui.project_views import paged, project_view, shown
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Lines = Annotated[list[str] | None, Form(max_length=400)]

_ALL, _ONE = "/projects/{project}/datasets", "/projects/{project}/datasets/{dataset}"


@router.reads(_ALL, action="project:list")
def dataset_list(visit: SignedIn, project: str) -> Response:
    """List the datasets of a project that one may see."""
    state = ListState(f"/projects/{project}/datasets", visit.query("q", "sort", "cursor"))
    with visit.call.read() as tx:
        view = project_view(tx, project)
        found = projects.list_datasets(tx, project, paged(state))
        described = allowed_on(tx, "dataset:metadata", [one.id for one in found.items])
        words = {one.id: one.metadata.description for one in found.items if one.id in described}
        content = pages.dataset_list(
            view, present(tx, found.items, view.name), words, state, tx.now,
            csrf=visit.csrf, url=visit.url, next_cursor=found.next,
        )  # fmt: skip
    return shown(visit, f"Datasets of {view.name}", content)


@router.reads(f"{_ALL}/empty", action="project:add")
def empty_page(visit: SignedIn, project: str) -> Response:
    """Show the form that makes a dataset without rows."""
    return _empty_form(visit, project, DatasetForm(), editor_of([]))


@router.makes(f"{_ALL}/empty", action="project:add")
def make_empty(
    visit: SignedIn, project: str, name: Field = "", column_name: Lines = None, column_type: Lines = None
) -> Response:
    """Make a dataset without rows."""
    columns = typed_columns(column_name, column_type)
    try:
        with visit.call.begin() as tx:
            made = projects.create_dataset(tx, project, name=name.strip(), columns=columns or None)
    except (Invalid, Conflict) as error:
        form = faulty(DatasetForm(name), error)
        return _empty_form(visit, project, form, editor_of(columns, faults_of(error)), code=400)
    return visit.go(f"/projects/{project}/datasets/{made.id}", f"{made.name} is there, without rows.")


@router.reads(f"{_ONE}/rename", action="dataset:edit")
def rename_page(visit: SignedIn, project: str, dataset: str) -> Response:
    """Ask for a dataset's new name."""
    return _rename_form(visit, project, dataset, None)


@router.makes(f"{_ONE}/rename", action="dataset:edit")
def rename(visit: SignedIn, project: str, dataset: str, name: Field = "") -> Response:
    """Rename a dataset."""
    try:
        with visit.call.begin() as tx:
            made = projects.change_dataset(tx, project, dataset, name=name.strip())
    except (Invalid, Conflict) as error:
        return _rename_form(visit, project, dataset, faulty(DatasetForm(name), error))
    return visit.go(f"/projects/{project}/datasets/{made.id}", f"It is called {made.name} now.")


@router.reads(f"{_ONE}/delete", action="dataset:delete")
def delete_page(visit: SignedIn, project: str, dataset: str) -> Response:
    """Ask before a dataset is deleted."""
    return _ask_delete(visit, project, dataset)


@router.makes(f"{_ONE}/delete", action="dataset:delete")
def delete(visit: SignedIn, project: str, dataset: str, typed_name: Field = "") -> Response:
    """Delete a dataset whose name was typed."""
    with visit.call.read() as tx:
        name = projects.get_dataset(tx, project, dataset).name
    if typed_name.strip() != name:
        return _ask_delete(visit, project, dataset, fault=f"Type {name} to confirm.", code=400)
    with visit.call.begin() as tx:
        projects.delete_dataset(tx, project, dataset, Shelf(visit.call.house.folders.datasets))
    receipt = visit.call.house.collect_receipt()
    return visit.go(f"/projects/{project}/datasets", f"{name} is deleted. {receipt_words(receipt)}")


def faulty(form: DatasetForm, error: GatepostError) -> DatasetForm:
    """Return *form* with what is wrong with it; faults of lines stand in those."""
    faults = faults_of(error)
    if isinstance(error, projects.DatasetExists):
        faults = {"name": error.detail}
    own = {name: words for name, words in faults.items() if name in ("name", "bundle", "typed_name")}
    rest = [
        f"{name}: {words}" for name, words in faults.items() if name not in own and "columns." not in name
    ]
    fault = fault_of(error) if not faults else " ".join([error.detail, *rest]) if rest else ""
    return DatasetForm(form.name, own, fault)


def _empty_form(
    visit: Visit, project: str, form: DatasetForm, lines: ColumnLines, *, code: int = 200
) -> Response:
    with visit.call.read() as tx:
        projects.require_project(tx, "project:add", project)
    content = pages.empty_dialog(project, form, lines, visit.csrf, is_over=visit.is_over)
    return visit.dialog("Make an empty dataset", content, "projects", code=code)


def _rename_form(visit: Visit, project: str, dataset: str, form: DatasetForm | None) -> Response:
    with visit.call.read() as tx:
        projects.require_dataset(tx, "dataset:edit", project, dataset)
        view = dataset_view(tx, project, dataset)
    asked = form or DatasetForm(view.name)
    content = pages.rename_dialog(view, asked, visit.csrf, is_over=visit.is_over)
    return visit.dialog(f"Rename {view.name}", content, "projects", code=200 if form is None else 400)


def _ask_delete(visit: Visit, project: str, dataset: str, *, fault: str = "", code: int = 200) -> Response:
    with visit.call.read() as tx:
        projects.require_dataset(tx, "dataset:delete", project, dataset)
        view = dataset_view(tx, project, dataset)
    content = pages.delete_dialog(view, visit.csrf, fault=fault, is_over=visit.is_over)
    return visit.dialog(f"Delete {view.name}", content, "projects", code=code)
