"""Datasets that are filled from a real database: added, refreshed, never half."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from calling import Api
from fastapi import FastAPI
from feed_desk import ROOT, FeedDesk
from waiting import until

from gatepost_server.jobs.service.leasing import take_over
from gatepost_server.projects.intake import streaming

ENDLESS = {
    "postgresql": "SELECT n, repeat('x', 500) AS filler FROM generate_series(1, 100000000) AS n",
    "mysql": "SELECT seq AS n, repeat('x', 500) AS filler FROM seq_1_to_100000000",
}
KILL = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'",
    "mysql": "KILL USER reader",
}


@pytest.fixture
def desk(api: Api, rig, control_app: FastAPI, source) -> Iterator[FeedDesk]:
    """Project P beside each database in turn, with a table of two rows."""
    made = FeedDesk(api, rig.world, rig.client, control_app, rig.root)
    made.connect(source)
    for statement in (
        "DROP TABLE IF EXISTS orders", "CREATE TABLE orders (id int, who varchar(20))",
        "INSERT INTO orders VALUES (1, 'ann'), (2, 'Zoë')",
    ):  # fmt: skip
        source.run(statement)
    yield made
    made.runner.close()


def parts(desk: FeedDesk) -> list[str]:
    """Return what lies in the datasets folder."""
    return sorted(path.name for path in desk.shelf.folder.iterdir())


def test_a_table_and_a_query_become_datasets_that_tell_where_they_come_from(desk, source):
    told = desk.added(table="orders")
    assert desk.rows() == [{"id": 1, "who": "ann"}, {"id": 2, "who": "Zoë"}]
    assert told["connection"] == {"id": desk.connection, "name": "Shop"}
    assert told["credential"] == {"id": desk.credential, "name": "Reader"}
    assert (told["table"], told["sql"], told["failure"], told["acts_as"]) == ("orders", None, None, "ada")
    assert told["read_at"]
    assert told["next_at"] is None
    assert (told["job"]["state"], told["job"]["result"]["rows"]) == ("done", 2)
    desk.added("many", sql="SELECT id * 10 AS ten FROM orders ORDER BY id")
    assert desk.rows("many") == [{"ten": 10}, {"ten": 20}]
    desk.added("none", sql="SELECT id, who FROM orders WHERE id > 5")
    assert desk.rows("none") == []
    columns = desk.ada.get(f"{ROOT}/none/schema").json()["columns"]
    assert columns == [{"name": "id", "type": "integer"}, {"name": "who", "type": "string"}]


def test_refreshing_takes_what_is_there_now_and_an_ended_source_is_read_no_more(desk, source):
    desk.added(table="orders")
    source.run("DELETE FROM orders WHERE id = 1")
    assert desk.refresh().status_code == 202
    assert desk.refresh().json()["code"] == "reading-already"
    desk.worked()
    assert desk.rows() == [{"id": 2, "who": "Zoë"}]
    assert len([one for one in parts(desk) if one.endswith(".parquet")]) == 1
    assert desk.ada.delete(f"{ROOT}/orders/from").status_code == 200
    assert desk.feed()["connection"] is None
    assert desk.refresh().json()["code"] == "not-from-connection"
    assert desk.rows() == [{"id": 2, "who": "Zoë"}]


def test_a_database_that_drops_in_the_middle_leaves_the_former_rows(desk, source):
    desk.added(table="orders")
    before = parts(desk)
    answer = desk.ada.call("PUT", f"{ROOT}/orders/from", json=desk.source(sql=ENDLESS[source.type]))
    assert answer.status_code == 202, answer.text
    desk.runner.step()
    until(lambda: [one for one in parts(desk) if one.startswith(".part-")], 60, what="the first rows")
    source.run(KILL[source.type])
    assert desk.runner.wait(60)
    told = desk.feed()
    assert told["job"]["state"] == "failed"
    assert told["failure"] in {"dropped", "cancelled"}
    assert told["job"]["reason"] in {
        "The source closed the connection in the middle.", "The statement was cancelled.",
    }  # fmt: skip
    assert desk.rows() == [{"id": 1, "who": "ann"}, {"id": 2, "who": "Zoë"}]
    assert parts(desk) == before


def test_cancelling_stops_the_statement_and_leaves_the_former_rows(desk, source):
    desk.added(table="orders")
    before = parts(desk)
    slow = {"postgresql": "SELECT 1 AS a, pg_sleep(60)::text AS b", "mysql": "SELECT sleep(60) AS a"}
    desk.ada.call("PUT", f"{ROOT}/orders/from", json=desk.source(sql=slow[source.type]))
    desk.runner.step()
    until(lambda: desk.feed()["job"]["state"] == "running", 20, what="the start")
    stopped = desk.ada.delete(f"{ROOT}/orders/refresh")
    assert stopped.status_code == 200
    assert stopped.json()["is_cancelling"]
    until(lambda: desk.runner.step() or desk.runner.wait(0.1), 10, what="the end")
    told = desk.feed()
    assert (told["job"]["state"], told["failure"]) == ("cancelled", "cancelled")
    assert desk.rows() == [{"id": 1, "who": "ann"}, {"id": 2, "who": "Zoë"}]
    assert parts(desk) == before


def test_a_worker_that_dies_in_the_middle_leaves_the_former_rows_and_a_failed_job(desk, source, monkeypatch):
    desk.added(table="orders")
    before, read = desk.rows(), threading.Event()
    monkeypatch.setattr(streaming, "_poured", lambda *_: read.wait())  # never comes back, like one killed
    desk.refresh()
    desk.runner.step()
    until(lambda: desk.feed()["job"]["state"] == "running", 20, what="the start")
    with desk.world.begin(desk.root) as tx:
        tx.now += timedelta(minutes=5)
        assert take_over(tx, {}, ()) == 1
    told = desk.feed()
    read.set()
    assert (told["job"]["state"], told["failure"]) == ("failed", "stopped")
    assert desk.rows() == before


def test_a_full_disk_fails_by_a_fixed_word(desk, source, monkeypatch):
    desk.added(table="orders")

    def full(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(streaming, "_poured", full)
    desk.refresh()
    assert desk.worked()["failure"] == "disk-full"
    assert len(desk.rows()) == 2


def test_a_scenario_refreshes_it_and_says_when_next(desk, source):
    desk.added(table="orders")
    source.run("DELETE FROM orders WHERE id = 1")
    step = {"type": "refresh_dataset", "dataset": "Orders"}
    made = desk.ada.post("projects/P/scenarios", {"name": "nightly", "steps": [step], "cron": "0 3 * * *"})
    assert made.status_code == 201, made.text
    assert desk.feed()["next_at"] == made.json()["next_at"]
    run = desk.ada.post("projects/P/scenarios/nightly/run").json()["run"]
    desk.worked()
    told = desk.ada.get(f"projects/P/scenarios/nightly/runs/{run}").json()
    assert told["state"] == "done", told
    assert told["steps"][0]["log"][-1] == "orders now holds 1 row."
    assert desk.rows() == [{"id": 2, "who": "Zoë"}]


def test_declared_columns_are_held_to(desk, source):
    desk.added(table="orders")
    columns = [{"name": "id", "type": "string"}, {"name": "who", "type": "string"}]
    desk.ada.call(
        "PUT", f"{ROOT}/orders/schema", json={"columns": [{**columns[0], "type": "integer"}, columns[1]]}
    )
    assert desk.refresh().status_code == 202
    assert desk.worked()["failure"] is None
    assert desk.ada.post(ROOT, {
        "name": "strict", "schema": {"columns": columns}, "from": desk.source(table="orders"),
    }).status_code == 202  # fmt: skip
    assert desk.worked("strict")["failure"] == "data-refused"
    assert desk.rows("strict") == []
