"""Sources and their versions."""

from collections.abc import Iterator
from pathlib import Path

from gatepost.models import Source, Version
from gatepost.shape import read
from gatepost.transport import Transport, segment
from gatepost.watched import Progress


class SourceCalls:
    """Calls about sources: the files that applications are made from."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[Source]:
        """Yield the sources one may see."""
        return self._transport.pages(Source, "sources", {"q": q, "sort": sort})

    def get(self, source_id: str) -> Source:
        """Return one source."""
        return self._transport.get(Source, f"sources/{segment(source_id)}")

    def versions(self, source_id: str) -> Iterator[Version]:
        """Yield the versions of a source, newest first."""
        return self._transport.pages(Version, f"sources/{segment(source_id)}/versions")

    def add_version(
        self, source_id: str, bundle: Path, *, kind: str | None = None, progress: Progress | None = None
    ) -> Version:
        """Upload a bundle as the next version; it is built when it is deployed.

        Raises:
            Invalid: the bundle is refused; the reason says what to change.
        """
        fields = {"kind": kind} if kind is not None else {}
        path = f"sources/{segment(source_id)}/versions"
        return read(Version, self._transport.upload(path, fields, bundle, progress))
