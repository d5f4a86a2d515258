"""Files that become the rows of a dataset: of a new one, appended, or instead of those that are there."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final

from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.kernel.errors import FieldFault, GatepostError, Invalid
from gatepost_server.projects import Column, Content, Incoming, Limits, Mode, Shelf
from gatepost_server.ui.dataset_views import dataset_view
from gatepost_server.ui.datasets import faulty
from gatepost_server.ui.pages import datasets as pages
from gatepost_server.ui.pages.datasets import FILES, DatasetForm
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.uploading import receive_upload, text_of
from gatepost_server.ui.visits import Sending, SignedIn, Visit
from gatepost_server.web.receiving import Received

router = PageRouter()

_ALL, _ONE = "/projects/{project}/datasets", "/projects/{project}/datasets/{dataset}"
_CONTENTS: Final = {
    "csv": Content.CSV,
    "parquet": Content.PARQUET,
    "json": Content.JSON,
    "ndjson": Content.NDJSON,
    "jsonl": Content.NDJSON,
    "arrow": Content.ARROW,
}


@router.reads(f"{_ALL}/new", action="project:add")
def new_page(visit: SignedIn, project: str) -> Response:
    """Show the form that makes a dataset of a file."""
    return _new_form(visit, project, DatasetForm())


@router.makes(f"{_ALL}/new", action="project:add")
async def upload(visit: Sending, project: str) -> Response:
    """Make a dataset of a file; one of that name that is there already is left alone."""

    def judge() -> None:
        with visit.call.read() as tx:
            projects.require_project(tx, "project:add", project)

    def use(received: Received) -> Response:
        name, shelf = text_of(received, "name").strip(), _shelf(visit)
        with _taken_in(visit, received, None) as incoming, visit.call.begin() as tx:
            projects.create_dataset(tx, project, name=name)
            made = projects.write_rows(tx, project, name, Mode.OVERWRITE, incoming, shelf)
        return visit.go(f"/projects/{project}/datasets/{made.id}", f"{made.name} has {_counted(made.rows)}.")

    def again(received: Received, error: GatepostError) -> Response:
        return _new_form(visit, project, faulty(DatasetForm(text_of(received, "name")), error), code=400)

    folder = visit.call.house.folders.datasets
    return await receive_upload(visit, judge=judge, use=use, again=again, folder=folder)


@router.reads(f"{_ONE}/append", action="dataset:write")
def append_page(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show the form that appends rows."""
    return _write_form(visit, project, dataset, Mode.APPEND, DatasetForm())


@router.makes(f"{_ONE}/append", action="dataset:write")
async def append(visit: Sending, project: str, dataset: str) -> Response:
    """Append the rows of a file."""
    return await _write(visit, project, dataset, Mode.APPEND)


@router.reads(f"{_ONE}/overwrite", action="dataset:write")
def overwrite_page(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show the form that overwrites rows."""
    return _write_form(visit, project, dataset, Mode.OVERWRITE, DatasetForm())


@router.makes(f"{_ONE}/overwrite", action="dataset:write")
async def overwrite(visit: Sending, project: str, dataset: str) -> Response:
    """Let the rows of a file be those of a dataset whose name was typed."""
    return await _write(visit, project, dataset, Mode.OVERWRITE)


async def _write(visit: Visit, project: str, dataset: str, mode: Mode) -> Response:
    def judge() -> None:
        with visit.call.read() as tx:
            projects.require_dataset(tx, "dataset:write", project, dataset)

    def use(received: Received) -> Response:
        with visit.call.read() as tx:
            expected = projects.expected_columns(tx, project, dataset, mode)
            name = projects.get_dataset(tx, project, dataset).name
        if mode is Mode.OVERWRITE and text_of(received, "typed_name").strip() != name:
            fault = FieldFault("typed_name", f"type {name} to confirm")
            raise Invalid("The name was not typed.", faults=[fault])
        with _taken_in(visit, received, expected) as incoming, visit.call.begin() as tx:
            made = projects.write_rows(tx, project, dataset, mode, incoming, _shelf(visit))
        return visit.go(
            f"/projects/{project}/datasets/{made.id}", f"{made.name} has {_counted(made.rows)} now."
        )

    def again(_received: Received, error: GatepostError) -> Response:
        return _write_form(visit, project, dataset, mode, faulty(DatasetForm(), error), code=400)

    folder = visit.call.house.folders.datasets
    return await receive_upload(visit, judge=judge, use=use, again=again, folder=folder)


def _taken_in(
    visit: Visit, received: Received, expected: Sequence[Column] | None
) -> AbstractContextManager[Incoming]:
    house = visit.call.house
    path, now = received.file(), house.uow.clock.now()
    limits = Limits(memory_mb=house.settings.dataset_memory_mb)
    return projects.taken_in(_content(received.file_name), path, _shelf(visit), now, expected, limits)


def _content(file_name: str) -> Content:
    found = _CONTENTS.get(file_name.rpartition(".")[2].lower())
    if found is None:
        fault = FieldFault("bundle", f"its name has to end in one of {FILES.replace(',', ', ')}")
        raise Invalid("This is no file of rows.", faults=[fault])
    return found


def _counted(rows: int) -> str:
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"


def _shelf(visit: Visit) -> Shelf:
    return Shelf(visit.call.house.folders.datasets)


def _new_form(visit: Visit, project: str, form: DatasetForm, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        projects.require_project(tx, "project:add", project)
    limit = visit.call.house.settings.upload_limit_mb
    content = pages.upload_dialog(project, form, visit.csrf, limit, visit.url, is_over=visit.is_over)
    return visit.dialog("Upload a dataset", content, "projects", code=code)


def _write_form(
    visit: Visit, project: str, dataset: str, mode: Mode, form: DatasetForm, *, code: int = 200
) -> Response:
    with visit.call.read() as tx:
        projects.require_dataset(tx, "dataset:write", project, dataset)
        view = dataset_view(tx, project, dataset)
    limit = visit.call.house.settings.upload_limit_mb
    content = pages.write_dialog(view, mode.value, form, visit.csrf, limit, visit.url, is_over=visit.is_over)
    return visit.dialog(view.name, content, "projects", code=code)
