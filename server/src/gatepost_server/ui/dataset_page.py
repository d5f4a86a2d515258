"""The page of one dataset: the first rows, columns, what is said of it, what was done; and its file."""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import Form as FormField
from starlette.responses import Response, StreamingResponse

from gatepost_server import projects
from gatepost_server.authz import ActionDenied
from gatepost_server.kernel.errors import Conflict, Denied, GatepostError, Invalid, Unavailable
from gatepost_server.projects import DataTooHeavy, DataUnreadable, Form, Limits, Metadata, Plan, Shelf
from gatepost_server.ui.dataset_views import MOST_TYPED, dataset_view, editor_of, typed_columns
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages import dataset as pages
from gatepost_server.ui.pages import dataset_facts
from gatepost_server.ui.pages.dataset import PREVIEWED, WIDEST, DatasetView
from gatepost_server.ui.pages.dataset_facts import MetadataForm
from gatepost_server.ui.project_settings import json_object
from gatepost_server.ui.project_views import paged, shown, told
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.visits import SignedIn, Visit, faults_of

router = PageRouter()

Field = Annotated[str, FormField(max_length=5000)]
Long = Annotated[str, FormField(max_length=200_000)]
Lines = Annotated[list[str] | None, FormField(max_length=400)]

_ONE = "/projects/{project}/datasets/{dataset}"
_MEDIA: Final = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.PARQUET: "application/vnd.apache.parquet",
    Form.JSON: "application/json",
}


@router.reads(_ONE, action="dataset:list")
def preview(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show the first rows of a dataset."""
    with visit.call.read() as tx:
        view, now = dataset_view(tx, project, dataset), tx.now
    rows, trouble = None, ""
    if "rows" in view.may:
        try:
            rows = _first_rows(visit, view)
        except (Denied, DataTooHeavy, DataUnreadable, Unavailable) as error:
            if isinstance(error, ActionDenied):
                raise
            trouble = error.detail
    content = pages.preview(view, rows, now, visit.csrf, visit.url, trouble=trouble)
    return shown(visit, view.name, content)


@router.reads(f"{_ONE}/download", action="dataset:export")
def download(visit: SignedIn, project: str, dataset: str, format: Form = Form.CSV) -> Response:  # noqa: A002  # its name in the address
    """Answer with the rows as a file to keep; the trail says so."""
    named: list[str] = []

    def plan() -> Plan:
        with visit.call.begin() as tx:
            found = projects.plan_rows(tx, project, dataset, is_export=True)
        named.append(found.dataset.name)
        return found

    wanted = format if format in _MEDIA else Form.CSV
    rows = projects.stream_rows(plan, _shelf(visit), wanted, _limits(visit))
    name = f'attachment; filename="{named[-1]}.{wanted.value}"'
    return StreamingResponse(rows, media_type=_MEDIA[wanted], headers={"content-disposition": name})


@router.reads(f"{_ONE}/schema", action="dataset:schema")
def schema(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show the columns of a dataset."""
    return _schema(visit, project, dataset)


@router.makes(f"{_ONE}/schema", action="dataset:set-schema")
def set_schema(
    visit: SignedIn, project: str, dataset: str, column_name: Lines = None, column_type: Lines = None
) -> Response:
    """Declare the columns that were typed."""
    columns = typed_columns(column_name, column_type)
    try:
        with visit.call.begin() as tx:
            made = projects.declare_columns(tx, project, dataset, columns)
    except (Invalid, Conflict) as error:
        return _schema(visit, project, dataset, error=error, typed=columns)
    return visit.go(
        f"/projects/{project}/datasets/{made.id}/schema", f"The columns of {made.name} are declared."
    )


@router.makes(f"{_ONE}/schema/declare", action="dataset:set-schema")
def declare(visit: SignedIn, project: str, dataset: str) -> Response:
    """Declare the columns that a dataset has."""
    with visit.call.begin() as tx:
        held = projects.read_columns(tx, project, dataset)
        made = projects.declare_columns(tx, project, dataset, held.columns)
    return visit.go(
        f"/projects/{project}/datasets/{made.id}/schema", f"The columns of {made.name} are declared."
    )


@router.reads(f"{_ONE}/metadata", action="dataset:metadata")
def metadata(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show what is said of a dataset."""
    with visit.call.read() as tx:
        held = projects.read_metadata(tx, project, dataset)
    custom = json.dumps(held.custom, indent=2, ensure_ascii=False)
    return _metadata(visit, project, dataset, MetadataForm(held.description, ", ".join(held.tags), custom))


@router.makes(f"{_ONE}/metadata", action="dataset:describe")
def describe(
    visit: SignedIn, project: str, dataset: str, description: Long = "", tags: Field = "", custom: Long = ""
) -> Response:
    """Replace what is said of a dataset."""
    words = [one.strip() for one in tags.split(",") if one.strip()]
    try:
        with visit.call.begin() as tx:
            said = Metadata(description.replace("\r\n", "\n"), words, json_object(custom, "custom"))
            projects.describe_dataset(tx, project, dataset, said)
    except Invalid as error:
        form = MetadataForm(description, tags, custom, faults_of(error) or {"custom": error.detail})
        return _metadata(visit, project, dataset, form, code=400)
    return visit.go(f"/projects/{project}/datasets/{dataset}/metadata", "What is said of it is saved.")


@router.reads(f"{_ONE}/history", action="dataset:read")
def history(visit: SignedIn, project: str, dataset: str) -> Response:
    """Show what was done to a dataset."""
    state = ListState(f"/projects/{project}/datasets/{dataset}/history", visit.query("cursor"))
    with visit.call.read() as tx:
        found = projects.read_history(tx, project, dataset, paged(state))
        view = dataset_view(tx, project, dataset)
        content = dataset_facts.history(
            view, told(tx, found.items), state, tx.now, visit.csrf, visit.url, next_cursor=found.next
        )
    return shown(visit, f"History of {view.name}", content)


def _first_rows(visit: Visit, view: DatasetView) -> list[dict[str, Any]]:
    """Return the first rows as objects, with the first columns only."""
    names = [one.name for one in (view.columns or ())[:WIDEST]]
    if not names:
        return []

    def plan() -> Plan:
        with visit.call.read() as tx:
            return projects.plan_rows(tx, view.key, view.id, columns=names, limit=PREVIEWED)

    found: Iterator[bytes] = projects.stream_rows(plan, _shelf(visit), Form.JSON, _limits(visit))
    rows: list[dict[str, Any]] = json.loads(b"".join(found))
    return rows


def _schema(
    visit: Visit,
    project: str,
    dataset: str,
    *,
    error: GatepostError | None = None,
    typed: list[projects.Column] | None = None,
) -> Response:
    with visit.call.read() as tx:
        held = projects.read_columns(tx, project, dataset)
        view, now = dataset_view(tx, project, dataset), tx.now
    lines, faults = None, faults_of(error) if error is not None else {}
    if "set-schema" in view.may and held.data_at is None and len(held.columns) <= MOST_TYPED:
        lines = editor_of(held.columns if typed is None else typed, faults)
    fault = (
        ""
        if error is None
        else " ".join([error.detail, *(faults[one] for one in faults if one == "columns")])
    )
    content = dataset_facts.schema(view, lines, now, visit.csrf, visit.url, fault=fault)
    return shown(visit, f"Columns of {view.name}", content, code=200 if error is None else 400)


def _metadata(visit: Visit, project: str, dataset: str, form: MetadataForm, *, code: int = 200) -> Response:
    with visit.call.read() as tx:
        projects.require_dataset(tx, "dataset:metadata", project, dataset)
        view, now = dataset_view(tx, project, dataset), tx.now
    content = dataset_facts.metadata(view, form, now, visit.csrf, visit.url)
    return shown(visit, f"Metadata of {view.name}", content, code=code)


def _shelf(visit: Visit) -> Shelf:
    return Shelf(visit.call.house.folders.datasets)


def _limits(visit: Visit) -> Limits:
    return Limits(memory_mb=visit.call.house.settings.dataset_memory_mb)
