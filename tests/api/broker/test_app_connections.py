"""Code of an application reads from PostgreSQL by a name, as whom it acts for and while they may."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pytest
from calling import Api, Caller, problem
from deployments import app_of, deployed, inside
from fastapi import FastAPI
from source_servers import PASSWORD, Source
from world import Person

from gatepost_server import apps
from gatepost_server.authz import ActionDenied, Hidden
from gatepost_server.connections import Means, NotAssociated, Sql

from .conftest import Rig


@dataclass
class Scene:
    """Ada's connection and credential, which bob may use; bob's application; and eve, who opens it."""

    rig: Rig
    root: Caller
    ada: Caller
    bob: Caller
    eve: Caller
    connection: str
    credential: str
    lent: str
    deployment: str
    app: str

    def added(self, who: Caller | None = None, name: str = "sales", **more: Any) -> Any:
        body = {"connection_id": self.connection, "credential_id": self.credential, **more}
        return (who or self.bob).call("PUT", f"apps/{self.app}/connections/{name}", json=body)

    def asked(self, who: Caller, sql: str, *values: object, form: str = "ndjson") -> Any:
        body = {"sql": sql, "values": list(values), "format": form}
        return who.post(f"apps/{self.app}/connections/sales/query", body)

    def by_itself(self, sql: str) -> list[dict[str, Any]]:
        """Read as the code of the application does: for whoever deployed it, within its level."""
        actor = inside(self.rig.world, self.deployment).actor
        means = Means(lambda: self.rig.world.begin(actor), self.rig.client, self.rig.desk.safe)
        sight = apps.open_connection(means, self.app, "sales")
        with sight.broker.stream(sight.actor, sight.target, sight.login, Sql(sql)) as batches:
            return [row for batch in batches for row in batch.to_pylist()]

    def openings(self) -> list[dict[str, Any]]:
        trail = self.root.pages("audit", resource=self.connection)
        return [one for one in trail if one["action"] == "connection:sign-in"]


@pytest.fixture
def scene(rig: Rig, api: Api, control_app: FastAPI, postgresql: Source) -> Scene:
    rig.allow(postgresql.port)
    control_app.state.house = replace(api.house, broker=rig.client)
    people = [rig.world.person(name, "publisher") for name in ("ada", "bob")]
    people.append(rig.world.person("eve"))
    ada, bob, eve = (api.session(one) for one in people)
    root = api.session(rig.root)
    root.patch("settings", {"features": {"stored_credentials": True}})
    made = ada.post("connections", {"name": "Shop", "type": "postgresql", "params": postgresql.params})
    kept = ada.post("credentials", {"name": "Reader", "user": "reader", "password": PASSWORD})
    connection, credential = made.json()["id"], kept.json()["id"]
    ada.call("PUT", f"connections/{connection}/credentials/{credential}")
    _give(ada, f"connections/{connection}", people[1])
    lent = _give(ada, f"credentials/{credential}", people[1])
    deployment = deployed(rig.world, people[1])
    app = app_of(rig.world, deployment)
    _give(bob, f"apps/{app}", people[2])
    return Scene(rig, root, ada, bob, eve, connection, credential, lent, deployment, app)


def _give(who: Caller, path: str, to: Person) -> str:
    answer = who.post(f"{path}/grants", {"to": {"type": "user", "name": to.username}, "role": "consumer"})
    assert answer.status_code == 201, answer.text
    return f"{path}/grants/{answer.json()['id']}"


def test_code_reads_by_a_name_until_the_credential_is_taken_back(scene: Scene) -> None:
    added = scene.added()
    assert (added.status_code, added.json()["connection"]["name"]) == (200, "Shop")
    assert PASSWORD not in added.text
    assert scene.by_itself("SELECT 1 AS a") == [{"a": 1}]
    assert scene.ada.delete(scene.lent).status_code == 200
    with pytest.raises((Hidden, ActionDenied)):
        scene.by_itself("SELECT 1 AS a")


def test_rows_come_as_lines_and_as_arrow_with_values_bound(scene: Scene) -> None:
    scene.added()
    sql = "SELECT n, n::numeric(9,2) AS exact, $1::text AS said FROM generate_series(1, 3) AS n ORDER BY n"
    answer = scene.asked(scene.bob, sql, "it's; DROP TABLE x")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines[1] == {"n": 2, "exact": "2.00", "said": "it's; DROP TABLE x"}
    found = scene.asked(scene.bob, sql, "x", form="arrow")
    table = pa.ipc.open_stream(found.content).read_all()
    assert table.num_rows == len(lines) == 3
    assert scene.asked(scene.bob, "SELECT 1 AS a WHERE false").text == ""
    none = scene.asked(scene.bob, "SELECT 1 AS a WHERE false", form="arrow")
    assert pa.ipc.open_stream(none.content).read_all().column_names == ["a"]


def test_what_writes_or_fails_is_refused_without_a_word_of_the_server(scene: Scene) -> None:
    scene.added()
    for sql in ("CREATE TABLE t (a int)", "SELECT nothing_there", "SELECT 1; SELECT 2"):
        answer = scene.asked(scene.bob, sql)
        assert problem(answer) == (409, "statement-failed"), sql
        assert "nothing_there" not in answer.text


def test_who_may_only_open_the_app_reads_nothing_over_its_connections(scene: Scene) -> None:
    assert scene.added(scene.eve).status_code == 403, "who may not edit the application adds nothing"
    assert scene.added(scene.ada).status_code == 404, "nor does who knows nothing of it"
    scene.added()
    assert scene.asked(scene.eve, "SELECT 1").status_code in {403, 404}
    assert scene.eve.delete(f"apps/{scene.app}/connections/sales").status_code == 403
    listed = scene.bob.get(f"apps/{scene.app}/connections").json()["items"]
    assert [one["credential"]["name"] for one in listed] == ["Reader"]


def test_each_opening_stands_in_the_trail_once_an_hour_and_not_each_statement(scene: Scene) -> None:
    scene.added()
    for _ in range(3):
        scene.by_itself("SELECT 1 AS a")
    assert [one["app"] for one in scene.openings()] == [scene.app]
    scene.asked(scene.bob, "SELECT 1")
    assert len(scene.openings()) == 2, "another one opened it"


def test_a_name_that_is_removed_leads_nowhere(scene: Scene) -> None:
    scene.added()
    assert scene.bob.delete(f"apps/{scene.app}/connections/sales").status_code == 200
    assert problem(scene.asked(scene.bob, "SELECT 1")) == (404, "app-connection-unknown")
    assert problem(scene.bob.delete(f"apps/{scene.app}/connections/sales"))[0] == 404


def test_connections_for_people_and_bad_names_are_not_taken(scene: Scene) -> None:
    assert problem(scene.added(name="1st"))[0] == 400
    scene.added()
    scene.ada.patch(f"connections/{scene.connection}", {"impersonate": True})
    assert problem(scene.added()) == (409, "app-connection-unfit")
    assert problem(scene.asked(scene.bob, "SELECT 1")) == (409, "app-connection-unfit")


def test_a_connection_that_leads_elsewhere_gets_no_password(scene: Scene) -> None:
    scene.added()
    scene.root.patch(f"connections/{scene.connection}", {"params": {"port": 1}})
    with pytest.raises(NotAssociated):
        scene.by_itself("SELECT 1 AS a")


def test_a_connection_is_added_on_the_pages_by_one_click_on_an_account(scene: Scene) -> None:
    html, tab = {"accept": "text/html"}, f"/applications/{scene.app}/connections"

    def send(who: Caller, path: str = "add", **data: str) -> Any:
        return who.call("POST", f"{tab}/{path}", headers=html, data=data)

    place = {"name": "sales", "connection": scene.connection}
    assert "Choose a connection." in send(scene.bob, name="sales").text
    wrong = send(scene.bob, name="Sales!", connection=scene.connection)
    assert (wrong.status_code, "first a letter" in wrong.text) == (400, True)
    asked = send(scene.bob, **place)
    assert (asked.status_code, "Reader" in asked.text, "Whom does" in asked.text) == (200, True, True)
    clicked = send(scene.bob, credential=scene.credential, **place)
    assert clicked.headers["location"] == tab
    assert scene.by_itself("SELECT 1 AS a") == [{"a": 1}]
    typed = {"user": "reader", "password": PASSWORD, "account": "Mine", "generation": "1"}
    assert send(scene.bob, **typed, **place).status_code == 303
    page = scene.bob.call("GET", tab, headers=html).text
    assert all(words in page for words in ("sales", "Shop", "Mine"))
    assert PASSWORD not in page
    for one in (send(scene.eve, **place), send(scene.eve, "sales/remove")):
        assert one.status_code == 403
    assert scene.eve.call("GET", tab, headers=html).status_code == 403
    assert send(scene.bob, "sales/remove").status_code == 303
    assert scene.bob.get(f"apps/{scene.app}/connections").json()["items"] == []
