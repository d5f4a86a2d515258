"""The files of a version: listed and fetched; of a draft also written and removed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, StreamingResponse

from gatepost_server import apps
from gatepost_server.apps import TreeFile
from gatepost_server.authz import require
from gatepost_server.http.v1.sources import limits_of
from gatepost_server.http.v1.versions import VersionOut
from gatepost_server.http.v1.wire import PageOut, PageQuery, page_out
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.web import ActionRouter, ApiCall
from gatepost_server.web.receiving_raw import received
from gatepost_server.web.version_files import bundle_answer, file_answer

router = ActionRouter(tags=["sources"])

_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_SENT: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {"application/octet-stream": _BINARY}}
}
_GIVEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The bytes of it.", "content": {"application/octet-stream": _BINARY}}
}
_PACKED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A .tar.gz.", "content": {"application/gzip": _BINARY}}
}
_AT: Final = "/sources/{source_id}/versions/{number}"
IfMatch = Annotated[str | None, Header(description="the ETag of what is replaced; * for whatever it is")]


class FileOut(BaseModel):
    """One file of a version."""

    path: str
    size: int
    is_executable: bool

    @classmethod
    def of(cls, one: TreeFile) -> "FileOut":
        """Present *one* file."""
        return cls(path=one.path, size=one.size, is_executable=one.is_executable)


async def uploaded(call: ApiCall, request: Request, source_id: str) -> AsyncIterator[Path]:
    """Receive the content of a file once it is known that the caller may write one."""

    def judge() -> None:
        with call.read() as tx:
            require(tx, "source:edit", source_id)

    await run_in_threadpool(judge)
    limit = call.house.settings.upload_limit_mb
    said = f"The file is larger than {limit} MiB."
    async with received(request, call.house.folders.sources, limit, too_large=said) as path:
        yield path


Uploaded = Annotated[Path, Depends(uploaded)]


@router.reads(f"{_AT}/files", action="source:read")
def list_files(call: ApiCall, source_id: str, number: int, page: PageQuery) -> PageOut[FileOut]:
    """List the files of a version, in the order of their paths."""
    with call.read() as tx:
        return page_out(apps.list_files(tx, source_id, number, call.house.folders, page), FileOut.of)


@router.reads(
    f"{_AT}/files/{{path:path}}", action="source:read", response_class=StreamingResponse, responses=_GIVEN
)
def read_file(call: ApiCall, source_id: str, number: int, path: str) -> StreamingResponse:
    """Return one file of a version; its ETag is needed to replace it."""
    with call.read() as tx:
        opened = apps.open_file(tx, source_id, number, path, call.house.folders)
    return file_answer(opened)


@router.replaces(f"{_AT}/files/{{path:path}}", status_code=200, action="source:edit", openapi_extra=_SENT)
def write_file(
    call: ApiCall,
    source_id: str,
    number: int,
    path: str,
    upload: Uploaded,
    if_match: IfMatch = None,
) -> VersionOut:
    """Write a file of a draft: a new one, or with If-Match the one that has this ETag."""
    folders, limits = call.house.folders, limits_of(call)
    expected = _expected(if_match)
    made = apps.write_file(call, folders, source_id, number, path, upload, expected=expected, limits=limits)
    return VersionOut.of(made)


@router.removes(f"{_AT}/files/{{path:path}}", status_code=204, action="source:edit")
def remove_file(call: ApiCall, source_id: str, number: int, path: str, if_match: IfMatch = None) -> None:
    """Remove a file of a draft; with If-Match only the one that has this ETag."""
    expected = _expected(if_match) or apps.ANY
    apps.remove_file(call, call.house.folders, source_id, number, path, expected=expected)


@router.reads(f"{_AT}/bundle", action="source:read", response_class=FileResponse, responses=_PACKED)
def fetch_bundle(call: ApiCall, source_id: str, number: int) -> Response:
    """Return all files of a version as a .tar.gz, which may be uploaded again."""
    return bundle_answer(call, source_id, number)


def _expected(if_match: str | None) -> str | None:
    """Return the digest that If-Match names.

    Raises:
        Invalid: it is no ETag of ours.
    """
    if if_match is None or if_match == apps.ANY:
        return if_match
    digest = if_match.strip('"')
    if if_match != f'"{digest}"' or not digest.isalnum():
        fault = FieldFault("If-Match", "one ETag in quotes, or *")
        raise Invalid("The header If-Match cannot be read.", faults=[fault])
    return digest
