"""Use cases: what belongs to one purpose, linked without changing anybody's rights."""

from collections.abc import Iterator

from gatepost.models import Receipt
from gatepost.resources.grants import GrantCalls
from gatepost.shape import read
from gatepost.transport import Transport, segment
from gatepost.usecase_models import Usecase, UsecaseLink


class UsecaseCalls:
    """Calls about use cases; `grants` is who holds which role on one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "usecases")

    def list(self, *, q: str | None = None, linked_to: str | None = None) -> Iterator[Usecase]:
        """Yield the use cases one may see; with *linked_to* those of an application."""
        return self._transport.pages(Usecase, "usecases", {"q": q, "linked_to": linked_to})

    def get(self, usecase_id: str) -> Usecase:
        """Return one use case."""
        return self._transport.get(Usecase, _path(usecase_id))

    def create(self, name: str, description: str = "") -> Usecase:
        """Make a use case without links."""
        body = {"name": name, "description": description}
        return read(Usecase, self._transport.call("POST", "usecases", body=body))

    def change(self, usecase_id: str, *, name: str | None = None, description: str | None = None) -> Usecase:
        """Give a use case another name or description; what is None stays."""
        said = {"name": name, "description": description}
        body = {field: value for field, value in said.items() if value is not None}
        return read(Usecase, self._transport.call("PATCH", _path(usecase_id), body=body))

    def delete(self, usecase_id: str) -> Receipt:
        """Delete a use case; what is linked to it stays."""
        return read(Receipt, self._transport.call("DELETE", _path(usecase_id)))

    def links(self, usecase_id: str) -> Iterator[UsecaseLink]:
        """Yield what is linked to a use case, as far as one may see it."""
        return self._transport.pages(UsecaseLink, f"{_path(usecase_id)}/links")

    def link(self, usecase_id: str, type_: str, thing_id: str) -> UsecaseLink:
        """Link an `app`, `source`, `dataset`, `scenario` or `dashboard`; needs EDIT on both ends.

        Raises:
            Conflict: it is linked already.
        """
        body = {"type": type_, "id": thing_id}
        return read(UsecaseLink, self._transport.call("POST", f"{_path(usecase_id)}/links", body=body))

    def unlink(self, usecase_id: str, thing_id: str) -> Receipt:
        """Take a thing out of a use case."""
        path = f"{_path(usecase_id)}/links/{segment(thing_id)}"
        return read(Receipt, self._transport.call("DELETE", path))


def _path(usecase_id: str) -> str:
    return f"usecases/{segment(usecase_id)}"
