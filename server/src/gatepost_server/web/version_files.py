"""Answers with the files of a version: one as it is, or all of them packed."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from io import BufferedReader
from pathlib import Path
from typing import Final

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from gatepost_server import apps
from gatepost_server.bundles import digest_of_open
from gatepost_server.web.call import Call

_CHUNK: Final = 65_536


class _OpenedFile(StreamingResponse):
    """Sends an opened file and closes it, also when nobody wants to read it any more."""

    def __init__(self, opened: BufferedReader, headers: Mapping[str, str]) -> None:
        super().__init__(_chunks(opened), media_type="application/octet-stream", headers=headers)
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._opened.close()


def file_answer(opened: BufferedReader) -> StreamingResponse:
    """Answer with an opened file, as something to keep and not to show."""
    headers = {
        "etag": f'"{digest_of_open(opened)}"',
        "content-length": str(os.fstat(opened.fileno()).st_size),
        "content-disposition": "attachment",
    }
    return _OpenedFile(opened, headers)


def bundle_answer(call: Call, source_id: str, number: int) -> FileResponse:
    """Answer with all files of a version, packed."""
    handle, name = tempfile.mkstemp(prefix=".upload-", dir=call.house.folders.sources)
    os.close(handle)
    archive = Path(name)
    try:
        with call.read() as tx:
            apps.pack_version(tx, source_id, number, call.house.folders, archive)
    except BaseException:
        archive.unlink()
        raise
    return FileResponse(
        archive,
        media_type="application/gzip",
        filename=f"v{number}.tar.gz",
        background=BackgroundTask(archive.unlink),
    )


def _chunks(opened: BufferedReader) -> Iterator[bytes]:
    while chunk := opened.read(_CHUNK):
        yield chunk
