"""Dashboards of a project, and what their viewers see by somebody else's rights."""

from collections.abc import Iterator, Mapping, Sequence

from gatepost.dashboard_models import Authorized, Dashboard, SeenDashboard
from gatepost.errors import UnexpectedAnswer
from gatepost.resources.grants import GrantCalls
from gatepost.shape import read
from gatepost.transport import Transport, segment


class DashboardCalls:
    """Calls about dashboards; each is named by its project's key and its own name or id."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "dashboards")

    def list(self, project: str, *, q: str | None = None) -> Iterator[Dashboard]:
        """Yield the dashboards of a project that one may see."""
        return self._transport.pages(Dashboard, _all(project), {"q": q})

    def get(self, project: str, name: str) -> Dashboard:
        """Return how a dashboard is made."""
        return self._transport.get(Dashboard, _path(project, name))

    def create(self, project: str, name: str, tiles: "Sequence[Mapping[str, object]]" = ()) -> Dashboard:
        """Make a dashboard of *tiles*; each has a `type`, a `title`, a `width` and fields of its kind."""
        body = {"name": name, "tiles": [dict(one) for one in tiles]}
        return read(Dashboard, self._transport.call("POST", _all(project), body=body))

    def change(
        self,
        project: str,
        name: str,
        *,
        new_name: str | None = None,
        tiles: "Sequence[Mapping[str, object]] | None" = None,
    ) -> Dashboard:
        """Rename a dashboard, or replace its tiles."""
        body: dict[str, object] = {} if new_name is None else {"name": new_name}
        if tiles is not None:
            body["tiles"] = [dict(one) for one in tiles]
        return read(Dashboard, self._transport.call("PATCH", _path(project, name), body=body))

    def delete(self, project: str, name: str) -> None:
        """Delete a dashboard; the data that it showed stay."""
        self._transport.call("DELETE", _path(project, name))

    def view(self, project: str, name: str) -> SeenDashboard:
        """Return what a dashboard shows oneself now, tile by tile."""
        return self._transport.get(SeenDashboard, f"{_path(project, name)}/view")

    def authorized(self, project: str) -> "Sequence[Authorized]":
        """Return what viewers of a project's dashboards see by somebody else's rights."""
        return _objects(self._transport.call("GET", _authorized(project)))

    def authorize(self, project: str, datasets: "Sequence[str]") -> "Sequence[Authorized]":
        """Make *datasets* the whole list of what is authorized; one must be able to read each now."""
        body = {"objects": [{"type": "dataset", "name": name} for name in datasets]}
        return _objects(self._transport.call("PUT", _authorized(project), body=body))


def _all(project: str) -> str:
    return f"projects/{segment(project)}/dashboards"


def _path(project: str, name: str) -> str:
    return f"{_all(project)}/{segment(name)}"


def _authorized(project: str) -> str:
    return f"projects/{segment(project)}/dashboard-authorizations"


def _objects(answer: object) -> Sequence[Authorized]:
    found = answer.get("objects") if isinstance(answer, Mapping) else None
    if not isinstance(found, list):
        raise UnexpectedAnswer("The server did not answer with objects; is this address Gatepost's?")
    return [read(Authorized, one) for one in found]
