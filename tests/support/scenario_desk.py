"""A data desk with a worker that runs its scenarios when a test says so."""

from typing import Any

from calling import Api, Caller
from data_desk import DataDesk
from stores import ORIGIN, SYSTEM
from world import World

from gatepost_server.bootstrap.jobs import revive
from gatepost_server.bootstrap.scenarios import step_kinds
from gatepost_server.jobs import Runner
from gatepost_server.projects import Limits, Shelf
from gatepost_server.projects.service.running import ScenarioRuns

COPY = {"type": "sql", "query": "SELECT id, name FROM orders ORDER BY id", "into": "copy"}


class ScenarioDesk(DataDesk):
    """A data desk whose scenarios run when a test says so."""

    def __init__(self, api: Api, world: World) -> None:
        super().__init__(api, world)
        folder = api.house.folders.datasets
        self.limits = Limits(seconds=60)
        self.kinds = {**step_kinds(api.house.broker)}
        self.runs = ScenarioRuns(self.kinds, Shelf(folder), self.limits, folder)
        self.runner = Runner(
            world.store.uow, (SYSTEM, ORIGIN), {self.runs.name: self.runs}, revive, name="tests"
        )

    def scenario(self, *steps: dict[str, Any], who: Caller | None = None, **more: Any) -> Any:
        """Make the scenario `nightly` of *steps*, and return the answer."""
        body = {"name": "nightly", "steps": list(steps or (COPY,)), **more}
        return (who or self.owner).post("projects/P/scenarios", body)

    def made(self, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Make the scenario and return it."""
        answer = self.scenario(*steps, **more)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def run(self, who: Caller | None = None) -> dict[str, Any]:
        """Run `nightly` to its end, and return the run."""
        asked = (who or self.owner).post("projects/P/scenarios/nightly/run")
        assert asked.status_code == 202, asked.text
        return self.worked(asked.json()["run"])

    def worked(self, run: str) -> dict[str, Any]:
        """Let the worker work off what waits, and return a run."""
        self.runner.step()
        assert self.runner.wait(120)
        found: dict[str, Any] = self.owner.get(f"projects/P/scenarios/nightly/runs/{run}").json()
        return found
