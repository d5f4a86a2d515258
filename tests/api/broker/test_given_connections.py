"""A connection in an application's environment: who may give it, who gets it, and for how long."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from calling import Api, Caller, problem
from deployments import app_of, deployed, deployed_again
from fastapi import FastAPI
from source_servers import PASSWORD, Source
from world import Person

from gatepost_server.apps import Environment
from gatepost_server.broker import Client
from gatepost_server.broker.handing import Handing, NotGiven
from gatepost_server.broker.reception import Reception
from gatepost_server.kernel.errors import GatepostError

from .conftest import Rig, serving


@dataclass
class Scene:
    """Ada's connection, credential and application; bob may edit the application and use the others."""

    rig: Rig
    root: Caller
    ada: Caller
    bob: Caller
    people: list[Person]
    shop: dict[str, str]
    deployment: str
    app: str
    client: Client
    handing: Handing

    def given(self, who: Caller, name: str = "sales", **more: Any) -> Any:
        body = {**self.shop, "environment": True, **more}
        return who.call("PUT", f"apps/{self.app}/connections/{name}", json=body)

    def found(self, deployment: str | None = None) -> Environment:
        return self.client.environment(deployment or self.deployment)


@contextmanager
def received(rig: Rig, handing: Handing, folder: Path) -> Iterator[Client]:
    path = folder / "reception.sock"
    with serving(path, Reception(rig.desk, handing)):  # type: ignore[arg-type]
        yield Client(path)


@pytest.fixture
def scene(rig: Rig, api: Api, control_app: FastAPI, postgresql: Source, tmp_path: Path) -> Iterator[Scene]:
    rig.allow(postgresql.port)
    control_app.state.house = replace(api.house, broker=rig.client)
    people = [rig.world.person(name, "publisher") for name in ("ada", "bob")]
    ada, bob = (api.session(one) for one in people)
    root = api.session(rig.root)
    root.patch("settings", {"features": {"stored_credentials": True}})
    made = ada.post("connections", {"name": "Shop", "type": "postgresql", "params": postgresql.params})
    kept = ada.post("credentials", {"name": "Reader", "user": "reader", "password": PASSWORD})
    shop = {"connection_id": made.json()["id"], "credential_id": kept.json()["id"]}
    ada.call("PUT", f"connections/{shop['connection_id']}/credentials/{shop['credential_id']}")
    deployment = deployed(rig.world, people[0])
    app = app_of(rig.world, deployment)
    for path, role in (
        (f"connections/{shop['connection_id']}", "consumer"),
        (f"credentials/{shop['credential_id']}", "consumer"),
        (f"apps/{app}", "editor"),
    ):
        ada.post(f"{path}/grants", {"to": {"type": "user", "name": "bob"}, "role": role})
    handing = Handing(rig.desk.uow, rig.desk.safe, rig.desk.own, tmp_path)
    with received(rig, handing, tmp_path) as client:
        yield Scene(rig, root, ada, bob, people, shop, deployment, app, client, handing)


def test_its_owner_gives_it_and_what_they_deployed_gets_it(scene: Scene) -> None:
    added = scene.given(scene.ada)
    assert (added.status_code, added.json()["environment"]) == (200, True)
    (one,) = scene.found().given
    assert (one.name, one.user, one.password.reveal()) == ("sales", "reader", PASSWORD)
    trail = scene.root.pages("audit", resource=scene.shop["connection_id"])
    signed_in = [one["changes"]["after"]["for"] for one in trail if one["action"] == "connection:sign-in"]
    assert signed_in == ["app environment"]
    assert PASSWORD not in added.text + str(trail)


def test_without_being_asked_nothing_is_given(scene: Scene) -> None:
    assert scene.given(scene.ada, environment=False).json()["environment"] is False
    assert scene.found() == Environment([], [])


def test_who_may_only_use_a_credential_gives_it_to_nobody(scene: Scene) -> None:
    assert problem(scene.given(scene.bob)) == (403, "credential-not-yours")
    assert scene.given(scene.bob, environment=False).status_code == 200
    assert scene.found() == Environment([], [])


def test_giving_takes_a_person_with_a_recent_proof(scene: Scene, api: Api) -> None:
    stale = api.session(scene.people[0], is_recent=False)
    assert problem(scene.given(stale)) == (403, "confirm-required")
    key = api.by_key(scene.people[0])
    assert problem(scene.given(key)) == (403, "session-required")


def test_what_has_no_way_for_drivers_is_refused(scene: Scene) -> None:
    files = scene.ada.post("connections", {"name": "F", "type": "sqlite", "params": {"file": "a.db"}}).json()
    refused = scene.given(scene.ada, connection_id=files["id"], credential_id=None)
    assert problem(refused) == (409, "app-connection-no-environment")
    assert scene.given(scene.ada, "eu-sales").status_code == 200
    assert problem(scene.given(scene.ada, "eu_sales")) == (400, "connection-invalid")
    assert scene.given(scene.ada, "eu_sales", environment=False).status_code == 200


def test_what_somebody_else_deployed_gets_nothing_and_is_told_why(scene: Scene) -> None:
    scene.given(scene.ada)
    others = deployed_again(scene.rig.world, scene.app, scene.people[1].id)
    (one,) = scene.found(others).withheld
    assert one.why.startswith("ada gave it to the application, and")
    with pytest.raises(NotGiven):
        scene.handing.place(others, "sales")
    assert len(scene.found().given) == 1


@pytest.mark.parametrize("how", ["separated", "restricted", "deactivated", "removed"])
def test_it_is_judged_anew_at_each_start_and_each_way(scene: Scene, how: str, postgresql: Source) -> None:
    scene.given(scene.ada)
    assert scene.handing.place(scene.deployment, "sales").params["port"] == postgresql.port
    connection = f"connections/{scene.shop['connection_id']}"
    if how == "separated":
        answer = scene.ada.delete(f"{connection}/credentials/{scene.shop['credential_id']}")
    elif how == "restricted":
        answer = scene.ada.patch(connection, {"restricted": True})
    elif how == "deactivated":
        answer = scene.root.patch(f"users/{scene.people[0].id}", {"is_active": False})
    else:
        answer = scene.ada.delete(f"apps/{scene.app}/connections/sales")
    assert answer.status_code == 200, answer.text
    with pytest.raises((GatepostError, NotGiven)):
        scene.handing.place(scene.deployment, "sales")
    assert scene.found().given == []


def test_where_its_owner_leads_the_connection_the_ways_lead(scene: Scene, postgresql: Source) -> None:
    scene.given(scene.ada)
    before = scene.handing.place(scene.deployment, "sales")
    params = {**postgresql.params, "host": "127.0.0.2"}
    scene.ada.patch(f"connections/{scene.shop['connection_id']}", {"params": params})
    after = scene.handing.place(scene.deployment, "sales")
    assert (before.params["host"], after.params["host"]) == ("localhost", "127.0.0.2")
    assert before != after, "so that what is open is cut"


def test_the_page_asks_for_the_password_first_and_says_what_was_given(scene: Scene, api: Api) -> None:
    html, add = {"accept": "text/html"}, f"/applications/{scene.app}/connections/add"
    chosen = {"name": "sales", "connection": scene.shop["connection_id"], "environment": "environment"}
    asked = scene.ada.call("POST", add, headers=html, data=chosen)
    where = asked.headers["location"]
    assert (asked.status_code, "environment=environment" in where) == (303, True)
    stale = api.session(scene.people[0], is_recent=False).call("GET", where, headers=html)
    assert stale.headers["location"].startswith("/confirm?next=")
    assert "environment%3Denvironment" in stale.headers["location"], "what was chosen is not lost"
    assert "an account of your own" in scene.ada.call("GET", where, headers=html).text

    login = {"credential": scene.shop["credential_id"]}
    refused = scene.bob.call("POST", add, headers=html, data={**chosen, **login})
    assert (refused.status_code, "somebody else" in refused.text) == (400, True)
    done = scene.ada.call("POST", add, headers=html, data={**chosen, **login})
    assert done.status_code == 303
    tab = scene.ada.call("GET", f"/applications/{scene.app}/connections", headers=html)
    assert "password in the environment" in tab.text
    assert len(scene.found().given) == 1
