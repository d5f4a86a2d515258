"""A data desk with dashboards, seen by this or that caller."""

from typing import Any

from calling import Caller
from data_desk import DataDesk
from sqlalchemy import delete
from world import Person

from gatepost_server.authz import policy
from gatepost_server.authz.tables import GrantRow

TABLE = {"type": "table", "title": "Orders", "dataset": "orders"}
CHART = {"type": "chart", "dataset": "orders", "kind": "bar", "x": "name", "y": "amount", "aggregate": "sum"}
TEXT = {"type": "text", "text": "Words in *Markdown*"}


class DashboardDesk(DataDesk):
    """A data desk whose dashboard `sales` has the tiles that a test names."""

    def dashboard(self, *tiles: dict[str, Any], who: Caller | None = None, name: str = "sales") -> Any:
        """Make a dashboard, and return the answer."""
        return (who or self.owner).post("projects/P/dashboards", {"name": name, "tiles": list(tiles)})

    def made(self, *tiles: dict[str, Any], name: str = "sales") -> dict[str, Any]:
        """Make a dashboard and return it."""
        answer = self.dashboard(*tiles, name=name)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def seen(self, who: Caller | None = None, name: str = "sales") -> list[dict[str, Any]]:
        """Return the tiles of a dashboard as somebody sees them."""
        answer = (who or self.owner).get(f"projects/P/dashboards/{name}/view")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["tiles"]
        return found

    def authorize(self, *datasets: str, who: Caller | None = None) -> Any:
        """Make *datasets* all that is authorized, and return the answer."""
        body = {"objects": [{"type": "dataset", "name": name} for name in datasets]}
        return (who or self.owner).call("PUT", "projects/P/dashboard-authorizations", json=body)

    def authorizer(self, atoms: str = "READ_DATA") -> Person:
        """Make somebody who may authorize objects, and holds *atoms* on the project besides."""
        who = self.person()
        self.world.grant(self.project_id, who.id, policy.mask(f"MANAGE_DASHBOARD_AUTHORIZATIONS {atoms}"))
        return who

    def strip(self, who: Person) -> None:
        """Take every grant from somebody."""
        with self.world.store.arranged() as tx:
            tx.session.execute(delete(GrantRow).where(GrantRow.who_id == who.id))

    def by_secret(self, secret: str) -> Caller:
        """Return the caller that a key's secret makes."""
        return Caller(self.api, {"authorization": f"Key {secret}"})
