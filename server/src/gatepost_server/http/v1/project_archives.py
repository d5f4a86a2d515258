"""Projects as archives: exported by a job, fetched, and imported as a new project."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel
from starlette.responses import FileResponse

from gatepost_server import projects
from gatepost_server.http.v1.jobs import JobOut
from gatepost_server.http.v1.projects import ProjectOut
from gatepost_server.http.v1.sources import form_of, limits_of
from gatepost_server.http.v1.wire import Body
from gatepost_server.projects import Imported, Limits, Shelf, Trade
from gatepost_server.web import ActionRouter, ApiCall
from gatepost_server.web.call import Call
from gatepost_server.web.receiving import Received, receive

router = ActionRouter(tags=["projects"])
_MEDIA = "application/gzip"
_GIVEN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The archive.",
        "content": {_MEDIA: {"schema": {"type": "string", "format": "binary"}}},
    },
    409: {
        "description": "The archive is not written yet, or writing it failed.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
    },
}


class ImportForm(Body):
    """The fields of an import; the file is `bundle`. Without a name the archive's counts."""

    key: str
    name: str | None = None


class ImportOut(BaseModel):
    """A project that was imported.

    `suggestions` are rights that the archive tells of; nobody was given them. `left_out` says
    what did not come in, or not as it was.
    """

    project: ProjectOut
    suggestions: dict[str, list[dict[str, Any]]]
    left_out: list[str]

    @classmethod
    def of(cls, imported: Imported) -> "ImportOut":
        """Present *imported*."""
        assert imported.project is not None, "it was made"
        return cls(
            project=ProjectOut.of(imported.project),
            suggestions=imported.suggestions,
            left_out=imported.left_out,
        )


@router.makes("/projects/{project}/export", status_code=202, action="project:export")
def start_export(call: ApiCall, project: str) -> JobOut:
    """Write an archive of a project; poll the job, then fetch what its result names."""
    with call.begin() as tx:
        return JobOut.of(projects.start_export(tx, project))


@router.reads(
    "/projects/{project}/export/{job_id}",
    action="project:export",
    response_class=FileResponse,
    responses=_GIVEN,
)
def fetch_export(call: ApiCall, project: str, job_id: str) -> FileResponse:
    """Return the archive that an export has written; it is kept for a day."""
    with call.begin() as tx:
        path = projects.find_export(tx, project, job_id, call.house.folders.exports)
    return FileResponse(path, media_type=_MEDIA, filename=f"{project}.gatepost.tar.gz")


async def uploaded(call: ApiCall, request: Request) -> AsyncIterator[Received]:
    """Receive an archive once it is known that the caller may make projects; remove it afterwards."""

    def judge() -> None:
        with call.read() as tx:
            projects.may_import(tx)

    house = call.house
    received = await receive(
        request, house.folders.exports, house.settings.upload_limit_mb, before_upload=judge
    )
    try:
        yield received
    finally:
        received.forget()


Upload = Annotated[Received, Depends(uploaded)]


@router.makes("/projects/import", status_code=201, action="project:create", openapi_extra=form_of(ImportForm))
def import_project(call: ApiCall, upload: Upload) -> ImportOut:
    """Make a new project of an archive; its grants are told, not given, and its keys let nobody in."""
    with call.read() as tx:
        projects.may_import(tx)  # asked here too, of who sends something else than an upload
    form = upload.read_as(ImportForm)
    return ImportOut.of(imported(call, upload, form.key, form.name))


def imported(call: Call, upload: Received, key: str, name: str | None) -> Imported:
    """Bring the received archive in, as a new project of the caller."""
    house = call.house
    engine = Limits(memory_mb=house.settings.dataset_memory_mb)
    now, shelf = house.uow.clock.now(), Shelf(house.folders.datasets)
    trade = Trade(house.steps, house.tiles, house.key_rules)
    arriving = projects.arriving(upload.file(), house.folders.exports, shelf, now, limits_of(call), engine)
    with arriving as arrival:
        projects.examine_archive(trade.steps, arrival.manifest, house.folders.datasets)
        with call.begin() as tx:
            return projects.import_project(tx, trade, arrival, key=key, name=name)
