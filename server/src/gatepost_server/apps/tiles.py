"""The tile of a dashboard that shows an application, opened as whoever looks."""

from collections.abc import Mapping
from typing import Any, Final

from gatepost_server.apps.naming import Addresses
from gatepost_server.apps.service.reading import get_app, require_app
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects.ports import Easel
from gatepost_server.store import Tx

_WAYS: Final = ("frame", "link")


class AppTile:
    """`{"type": "app", "app": "app_…", "show": "frame"}`, by id or number; a frame, or a link."""

    name = "app"

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the application's id or number, and how it is shown.

        Raises:
            Invalid: it is missing, or there is more.
        """
        app, show = raw.get("app"), raw.get("show", _WAYS[0])
        faults = [FieldFault(name, "there is no such field") for name in sorted(set(raw) - {"app", "show"})]
        if not isinstance(app, str) or not app.strip():
            faults.append(FieldFault("app", "the id or number of an application"))
        if show not in _WAYS:
            faults.append(FieldFault("show", f"one of {', '.join(_WAYS)}"))
        if faults:
            raise Invalid("The tile cannot be used.", faults=faults)
        return {"app": str(app).strip(), "show": show}

    def needs(self, tx: Tx, project_key: str, tile: Mapping[str, Any]) -> None:  # noqa: ARG002  # the port's
        """Require knowing of the application, wherever it stands."""
        require_app(tx, "app:list", tile["app"])

    def dataset(self, tile: Mapping[str, Any]) -> str | None:  # noqa: ARG002  # the port's
        """Name none: an application is opened with the viewer's own rights, always."""
        return None

    def run(self, easel: Easel, tile: Mapping[str, Any]) -> dict[str, Any]:
        """Return the application and where it is opened."""
        with easel.read() as tx:
            app = get_app(tx, require_app(tx, "app:open", tile["app"]).id)
        return {
            "id": app.id,
            "name": app.name,
            "state": app.state.value,
            "show": tile["show"],
            "url": self._addresses.origin_url(app.id, app.slug),
            "content_url": self._addresses.content_url(app.id),
        }
