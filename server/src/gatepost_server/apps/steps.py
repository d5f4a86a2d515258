"""The step of a scenario that restarts an application."""

from collections.abc import Mapping
from typing import Any

from gatepost_server.apps.service.reading import require_app
from gatepost_server.apps.service.running import restart_app
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects.ports import Workplace
from gatepost_server.store import Tx


class RestartStep:
    """`{"type": "restart_app", "app": "app_…"}`, by id or number."""

    name = "restart_app"

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the application's id or number.

        Raises:
            Invalid: it is missing, or there is more.
        """
        app = raw.get("app")
        if set(raw) != {"app"} or not isinstance(app, str) or not app.strip():
            fault = FieldFault("app", "the id or number of an application, and nothing else")
            raise Invalid("The step cannot be used.", faults=[fault])
        return {"app": app.strip()}

    def query(self, raw: Mapping[str, Any]) -> str | None:  # noqa: ARG002  # every kind is asked
        """Return None: an application is restarted without SQL."""
        return None

    def needs(self, tx: Tx, project_key: str, step: Mapping[str, Any]) -> None:  # noqa: ARG002  # the port's
        """Require restarting the application, wherever it stands."""
        require_app(tx, "app:restart", step["app"])

    def run(self, place: Workplace, step: Mapping[str, Any]) -> str:
        """Ask for a new process; it takes over once it answers."""
        with place.begin() as tx:
            app = restart_app(tx, step["app"])
        return f"{app.name} is starting anew."
