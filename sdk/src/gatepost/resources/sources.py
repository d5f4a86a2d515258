"""Sources and their versions."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from gatepost.models import Receipt, Source, Version
from gatepost.resources.grants import GrantCalls
from gatepost.resources.source_files import SourceFileCalls
from gatepost.shape import read
from gatepost.source_models import Comparison
from gatepost.transport import Transport, segment
from gatepost.watched import Progress


class SourceCalls:
    """Calls about sources: the files that applications are made from."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "sources")

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[Source]:
        """Yield the sources one may see."""
        return self._transport.pages(Source, "sources", {"q": q, "sort": sort})

    def get(self, source_id: str) -> Source:
        """Return one source."""
        return self._transport.get(Source, f"sources/{segment(source_id)}")

    def create(
        self,
        name: str,
        bundle: Path | None = None,
        *,
        kind: str | None = None,
        progress: Progress | None = None,
    ) -> Source:
        """Make a source, with *bundle* as its first version if there is one."""
        said = {"name": name, "kind": kind}
        fields = {field: value for field, value in said.items() if value is not None}
        if bundle is None:
            return read(Source, self._transport.call("POST", "sources", body=fields))
        return read(Source, self._transport.upload("sources", fields, bundle, progress))

    def duplicate(self, source_id: str, version: int, name: str) -> Source:
        """Make a source whose version 1 is a version of another one; one owns it oneself.

        Files, resources and authors are copied; what applications know beside them is not.

        Raises:
            NotFound: there is no such version that one may read.
            Conflict: `version-draft`.
        """
        body = {"name": name, "from": {"source_id": source_id, "version": version}}
        return read(Source, self._transport.call("POST", "sources", body=body))

    def rename(self, source_id: str, name: str) -> Source:
        """Give a source another name."""
        path = f"sources/{segment(source_id)}"
        return read(Source, self._transport.call("PATCH", path, body={"name": name}))

    def delete(self, source_id: str) -> Receipt:
        """Delete a source with its versions.

        Raises:
            Conflict: an application is made from it.
        """
        return read(Receipt, self._transport.call("DELETE", f"sources/{segment(source_id)}"))

    def versions(self, source_id: str) -> Iterator[Version]:
        """Yield the versions of a source, newest first."""
        return self._transport.pages(Version, f"sources/{segment(source_id)}/versions")

    def files(self, source_id: str, number: int) -> SourceFileCalls:
        """Return the calls about the files of a version."""
        return SourceFileCalls(self._transport, source_id, number)

    def compare(self, source_id: str, before: int, after: int) -> Comparison:
        """Return what is different in version *after*, seen from *before*."""
        path = f"{_version(source_id, after)}/compare"
        return self._transport.get(Comparison, path, {"before": before})

    def version(self, source_id: str, number: int) -> Version:
        """Return one version of a source."""
        return self._transport.get(Version, _version(source_id, number))

    def start_draft(self, source_id: str, base: int | None = None) -> Version:
        """Begin a draft with the files and resources of version *base*, or an empty one.

        Raises:
            Conflict: there is a draft already.
        """
        path = f"sources/{segment(source_id)}/versions"
        return read(Version, self._transport.call("POST", path, body={"base_version": base}))

    def set_resources(self, source_id: str, number: int, wanted: Mapping[str, object]) -> Version:
        """Give a draft other resources; of a version that is none, begin a draft with them.

        *wanted* are all of them: what is left out is as usual. Returns the draft.
        """
        path = f"{_version(source_id, number)}/resources"
        return read(Version, self._transport.call("PUT", path, body=dict(wanted)))

    def build(self, source_id: str, number: int, *, kind: str | None = None) -> Version:
        """Make a draft final and build it; it never changes again."""
        path = f"{_version(source_id, number)}/build"
        return read(Version, self._transport.call("POST", path, body={"kind": kind}))

    def discard(self, source_id: str, number: int) -> None:
        """Remove a draft with its files."""
        self._transport.call("DELETE", _version(source_id, number))

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


def _version(source_id: str, number: int) -> str:
    return f"sources/{segment(source_id)}/versions/{number}"
