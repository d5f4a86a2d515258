"""The files of a version; those of a draft may be changed."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from gatepost.errors import NotFound
from gatepost.models import Version
from gatepost.shape import read
from gatepost.source_models import SourceFile
from gatepost.transport import Transport, segment
from gatepost.watched import Progress


class SourceFileCalls:
    """Calls about the files of one version of a source."""

    def __init__(self, transport: Transport, source_id: str, number: int) -> None:
        self._transport = transport
        self._at = f"sources/{segment(source_id)}/versions/{number}"

    def list(self, *, q: str | None = None) -> Iterator[SourceFile]:
        """Yield the files, in the order of their paths."""
        return self._transport.pages(SourceFile, f"{self._at}/files", {"q": q})

    def read(self, path: str) -> bytes:
        """Return what a file holds.

        Raises:
            NotFound: there is none of that path.
        """
        with self._transport.stream(self._of(path)) as answer:
            return answer.read()

    def etag(self, path: str) -> str | None:
        """Return what names the present content of a file; None when there is no such file."""
        try:
            with self._transport.stream(self._of(path)) as answer:
                found: str | None = answer.headers.get("etag")
                return found
        except NotFound:
            return None

    def write(
        self, path: str, file: Path, *, etag: str | None = None, progress: Progress | None = None
    ) -> Version:
        """Write a file of a draft: a new one, or in place of the one with that *etag* (`*`: any).

        Raises:
            Conflict: the version is no draft, or the file is not what *etag* says.
        """
        headers = {"if-match": etag} if etag is not None else {}
        kind = "application/octet-stream"
        sent = self._transport.put_file(self._of(path), kind, file, progress=progress, headers=headers)
        return read(Version, sent)

    def remove(self, path: str) -> None:
        """Remove a file of a draft."""
        self._transport.call("DELETE", self._of(path))

    def download(self, into: Path) -> None:
        """Write all files to *into*, a .tar.gz that may be uploaded again."""
        with self._transport.stream(f"{self._at}/bundle") as answer, into.open("wb") as out:
            for chunk in answer.iter_bytes():
                out.write(chunk)

    def _of(self, path: str) -> str:
        return f"{self._at}/files/{quote(path)}"
