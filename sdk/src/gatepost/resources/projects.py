"""Projects: what holds datasets, and who may do what in it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from gatepost.dashboard_models import Imported
from gatepost.errors import UnexpectedAnswer
from gatepost.models import Receipt
from gatepost.project_models import Exposure, Happening, Permission, Project
from gatepost.resources.grants import GrantCalls
from gatepost.shape import read
from gatepost.transport import Transport, segment
from gatepost.watched import Progress
from gatepost.work_models import Job


class ProjectCalls:
    """Calls about projects, which are named by their keys."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "projects")

    def list(self, *, q: str | None = None, sort: str | None = None) -> Iterator[Project]:
        """Yield the projects one may see."""
        return self._transport.pages(Project, "projects", {"q": q, "sort": sort})

    def get(self, key: str) -> Project:
        """Return one project."""
        return self._transport.get(Project, _path(key))

    def create(self, key: str, name: str, description: str = "") -> Project:
        """Make a project; one is its administrator."""
        body = {"key": key, "name": name, "description": description}
        return read(Project, self._transport.call("POST", "projects", body=body))

    def change(self, key: str, *, name: str | None = None, description: str | None = None) -> Project:
        """Give a project another name or description."""
        said = {"name": name, "description": description}
        body = {field: value for field, value in said.items() if value is not None}
        return read(Project, self._transport.call("PATCH", _path(key), body=body))

    def delete(self, key: str) -> Receipt:
        """Delete a project with its datasets and their rows."""
        return read(Receipt, self._transport.call("DELETE", _path(key)))

    def variables(self, key: str) -> Mapping[str, object]:
        """Return a project's variables."""
        return _object(self._transport.call("GET", f"{_path(key)}/variables"))

    def set_variables(self, key: str, variables: Mapping[str, object]) -> Mapping[str, object]:
        """Replace a project's variables."""
        return _object(self._transport.call("PUT", f"{_path(key)}/variables", body=dict(variables)))

    def timeline(self, key: str) -> Iterator[Happening]:
        """Yield what was done to a project and in it, newest first."""
        return self._transport.pages(Happening, f"{_path(key)}/timeline")

    def permissions(self, key: str) -> "Sequence[Permission]":
        """Return who holds what on a project."""
        return _grants(self._transport.call("GET", f"{_path(key)}/permissions"))

    def set_permissions(self, key: str, grants: "Sequence[Mapping[str, object]]") -> "Sequence[Permission]":
        """Replace the whole list: each `{"to": {"type", "name"}, "role" or "permissions", "until"?}`.

        Raises:
            Denied: something added or removed is beyond what one holds.
            Conflict: nobody would be left who administers the project.
        """
        body = {"grants": [dict(one) for one in grants]}
        return _grants(self._transport.call("PUT", f"{_path(key)}/permissions", body=body))

    def exposed(self, key: str, *, q: str | None = None) -> Iterator[Exposure]:
        """Yield what a project exposes to others (`out`), and what others expose to it (`in`)."""
        return self._transport.pages(Exposure, f"{_path(key)}/exposed", {"q": q})

    def expose(
        self,
        key: str,
        dataset: str,
        to_project: str,
        *,
        permissions: "Sequence[str] | None" = None,
        until: datetime | None = None,
    ) -> Exposure:
        """Let the people of another project use a dataset of this one."""
        body: dict[str, object] = {"dataset": dataset, "to_project": to_project}
        if permissions is not None:
            body["permissions"] = [*permissions]
        if until is not None:
            body["until"] = until.isoformat()
        return read(Exposure, self._transport.call("POST", f"{_path(key)}/exposed", body=body))

    def unexpose(self, key: str, exposure_id: str) -> Receipt:
        """Take back an exposure."""
        path = f"{_path(key)}/exposed/{segment(exposure_id)}"
        return read(Receipt, self._transport.call("DELETE", path))

    def start_export(self, key: str) -> Job:
        """Ask for an archive of a project; follow the job with `client.jobs.get`."""
        return read(Job, self._transport.call("POST", f"{_path(key)}/export"))

    @contextmanager
    def exported(self, key: str, job_id: str) -> Iterator[Iterator[bytes]]:
        """Open the archive that an export has written, as a stream of bytes.

        Raises:
            Conflict: it is not written yet, or it failed.
        """
        with self._transport.stream(f"{_path(key)}/export/{segment(job_id)}") as response:
            yield response.iter_bytes()

    def import_archive(
        self, key: str, archive: Path, *, name: str | None = None, progress: Progress | None = None
    ) -> Imported:
        """Make a new project of an archive; nobody but oneself is given anything.

        Raises:
            Invalid: the archive is refused; the reason says what is wrong with it.
            Conflict: the key is taken.
        """
        fields = {"key": key} | ({"name": name} if name is not None else {})
        return read(Imported, self._transport.upload("projects/import", fields, archive, progress))


def _path(key: str) -> str:
    return f"projects/{segment(key)}"


def _object(answer: object) -> Mapping[str, object]:
    if not isinstance(answer, Mapping):
        raise UnexpectedAnswer("The server did not answer with an object; is this address Gatepost's?")
    return answer


def _grants(answer: object) -> Sequence[Permission]:
    found = _object(answer).get("grants")
    if not isinstance(found, list):
        raise UnexpectedAnswer("The server did not answer with grants; is this address Gatepost's?")
    return [read(Permission, one) for one in found]
