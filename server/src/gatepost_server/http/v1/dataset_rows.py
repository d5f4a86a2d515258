"""The rows of a dataset: sent as a file, read as a stream."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from gatepost_server import projects
from gatepost_server.http.v1.datasets import DatasetOut, shown
from gatepost_server.projects import Content, Form, Limits, Mode, Plan, Shelf, UnknownContent
from gatepost_server.web import ActionRouter, ApiCall
from gatepost_server.web.call import Call
from gatepost_server.web.receiving_raw import received

router = ActionRouter(tags=["datasets"])

_MEDIA: Final = {
    Form.JSON: "application/json",
    Form.NDJSON: Content.NDJSON.value,
    Form.CSV: "text/csv; charset=utf-8",
    Form.ARROW: Content.ARROW.value,
    Form.PARQUET: Content.PARQUET.value,
}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_SENT: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {one.value: _BINARY for one in Content}}
}
_GIVEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The rows, as they come.",
        "content": {
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            **{_MEDIA[one].partition(";")[0]: _BINARY for one in Form if one is not Form.JSON},
        },
    }
}
Asked = Annotated[Form, Query(description="json, ndjson, csv, arrow or parquet")]
Most = Annotated[int | None, Query(ge=0, description="at most so many rows")]
Chosen = Annotated[str | None, Query(max_length=20_000, description="names of columns, separated by commas")]


def _limits(call: Call) -> Limits:
    return Limits(memory_mb=call.house.settings.dataset_memory_mb)


def content_of(request: Request) -> Content:
    """Return in which form the rows of *request* are.

    Raises:
        UnknownContent: in none that we know.
    """
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        return Content(said)
    except ValueError:
        raise UnknownContent([one.value for one in Content]) from None


async def uploaded(
    call: ApiCall, request: Request, project: str, dataset: str, mode: Mode = Mode.OVERWRITE
) -> AsyncIterator[tuple[Path, Any]]:
    """Receive rows once it is known that the caller may write them; with the columns they must have."""

    def judge() -> Any:
        with call.read() as tx:
            expected = projects.expected_columns(tx, project, dataset, mode)
        content_of(request)
        return expected

    expected = await run_in_threadpool(judge)
    limit = call.house.settings.upload_limit_mb
    said = f"The rows are larger than {limit} MiB. Send them in parts, with mode=append."
    async with received(request, call.house.folders.datasets, limit, too_large=said) as path:
        yield path, expected


Uploaded = Annotated[tuple[Path, Any], Depends(uploaded)]


@router.replaces("/projects/{project}/datasets/{dataset}/data", action="dataset:write", openapi_extra=_SENT)
def write_rows(
    call: ApiCall, request: Request, project: str, dataset: str, upload: Uploaded, mode: Mode = Mode.OVERWRITE
) -> DatasetOut:
    """Replace the rows of a dataset, or append to them; a new one is made when allowed."""
    path, expected = upload
    shelf, now = Shelf(call.house.folders.datasets), call.house.uow.clock.now()
    with (
        projects.taken_in(content_of(request), path, shelf, now, expected, _limits(call)) as incoming,
        call.begin() as tx,
    ):
        return shown(tx, [projects.write_rows(tx, project, dataset, mode, incoming, shelf)])[0]


@router.reads(
    "/projects/{project}/datasets/{dataset}/data",
    action="dataset:rows",
    response_class=StreamingResponse,
    responses=_GIVEN,
)
def read_rows(
    call: ApiCall,
    project: str,
    dataset: str,
    format: Asked = Form.JSON,  # noqa: A002  # its name on the wire
    limit: Most = None,
    columns: Chosen = None,
) -> StreamingResponse:
    """Return the rows of a dataset, as far as its row rules let them through."""

    def plan() -> Plan:
        with call.read() as tx:
            return projects.plan_rows(tx, project, dataset, columns=_names(columns), limit=limit)

    shelf = Shelf(call.house.folders.datasets)
    rows = projects.stream_rows(plan, shelf, format, _limits(call))
    return StreamingResponse(rows, media_type=_MEDIA[format])


@router.reads(
    "/projects/{project}/datasets/{dataset}/export",
    action="dataset:export",
    response_class=StreamingResponse,
    responses=_GIVEN,
)
def export_rows(
    call: ApiCall,
    project: str,
    dataset: str,
    format: Asked = Form.CSV,  # noqa: A002  # its name on the wire
) -> StreamingResponse:
    """Return the rows of a dataset as a file to keep; the trail says so."""
    find = partial(projects.plan_rows, is_export=True)
    named: list[str] = []

    def plan() -> Plan:
        with call.begin() as tx:
            found = find(tx, project, dataset)
        named.append(found.dataset.name)
        return found

    shelf = Shelf(call.house.folders.datasets)
    rows = projects.stream_rows(plan, shelf, format, _limits(call))
    name = f'attachment; filename="{named[-1]}.{format.value}"'
    return StreamingResponse(rows, media_type=_MEDIA[format], headers={"content-disposition": name})


def _names(columns: str | None) -> list[str] | None:
    return None if columns is None else columns.split(",")
