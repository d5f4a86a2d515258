"""A project beside a database: datasets that are filled from it, when a test says so."""

from dataclasses import dataclass, replace
from typing import Any

from calling import Api, Caller
from fastapi import FastAPI
from source_servers import PASSWORD, Source
from stores import ORIGIN, SYSTEM
from world import Person, World

from gatepost_server.bootstrap.jobs import revive
from gatepost_server.bootstrap.scenarios import step_kinds
from gatepost_server.connections import Broker
from gatepost_server.jobs import Runner
from gatepost_server.projects import DatasetFeeds, Limits, Shelf
from gatepost_server.projects.service.running import ScenarioRuns

ROOT = "projects/P/datasets"


@dataclass
class FeedDesk:
    """Ada's project P, her connection and her credential there; and a worker."""

    api: Api
    world: World
    broker: Broker
    app: FastAPI
    root: Person

    def __post_init__(self) -> None:
        folder = self.api.house.folders.datasets
        kinds, shelf = step_kinds(self.broker), Shelf(folder)
        self.app.state.house = replace(self.api.house, broker=self.broker, steps=kinds)
        self.shelf = shelf
        work = (DatasetFeeds(self.broker, shelf), ScenarioRuns(kinds, shelf, Limits(seconds=60), folder))
        self.runner = Runner(
            self.world.store.uow, (SYSTEM, ORIGIN), {one.name: one for one in work}, revive, name="tests"
        )
        turned_on = self.api.session(self.root).patch("settings", {"features": {"stored_credentials": True}})
        assert turned_on.status_code == 200, turned_on.text
        self.ada_person = self.world.person("ada", "publisher")
        self.ada = self.api.session(self.ada_person)
        made = self.ada.post("projects", {"key": "P", "name": "Sales"})
        assert made.status_code == 201, made.text
        self.project: str = made.json()["id"]
        self.connection = self.credential = ""

    def connect(self, source: Source, **more: Any) -> None:
        """Make the connection to *source*, and a credential that signs in there."""
        sent = {"name": "Shop", "type": source.type, "params": source.params, **more}
        made = self.ada.post("connections", sent)
        assert made.status_code == 201, made.text
        self.connection = made.json()["id"]
        kept = self.ada.post("credentials", {"name": "Reader", "user": "reader", "password": PASSWORD})
        assert kept.status_code == 201, kept.text
        self.credential = kept.json()["id"]
        bound = self.ada.call("PUT", f"connections/{self.connection}/credentials/{self.credential}")
        assert bound.status_code == 200, bound.text

    def source(self, **what: Any) -> dict[str, Any]:
        """Say what to read: `table=` or `sql=`."""
        return {"connection": self.connection, "credential": self.credential, **what}

    def add(self, name: str = "orders", who: Caller | None = None, **what: Any) -> Any:
        """Add a dataset from the connection and return the answer."""
        return (who or self.ada).post(ROOT, {"name": name, "from": self.source(**what)})

    def added(self, name: str = "orders", **what: Any) -> dict[str, Any]:
        """Add a dataset, read it to the end, and return what is said of its source."""
        answer = self.add(name, **what)
        assert answer.status_code == 202, answer.text
        return self.worked(name)

    def worked(self, name: str = "orders") -> dict[str, Any]:
        """Let the worker work off what waits; return what is said of a dataset's source."""
        self.runner.step()
        assert self.runner.wait(120)
        return self.feed(name)

    def feed(self, name: str = "orders", who: Caller | None = None) -> dict[str, Any]:
        """Return what is said of a dataset's source."""
        answer = (who or self.ada).get(f"{ROOT}/{name}/from")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refresh(self, name: str = "orders", who: Caller | None = None) -> Any:
        """Ask for the rows again and return the answer."""
        return (who or self.ada).post(f"{ROOT}/{name}/refresh")

    def rows(self, name: str = "orders") -> list[dict[str, Any]]:
        """Return the rows of a dataset."""
        answer = self.ada.get(f"{ROOT}/{name}/data?format=json")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found
