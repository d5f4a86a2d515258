"""A dataset's saved query: who may save it, what it reads, and within whose rights it is run."""

from typing import Any

import pytest
from calling import Caller, problem
from scenario_desk import ScenarioDesk
from sqlalchemy import delete
from stores import on_one_engine

from gatepost_server.authz import policy, set_active
from gatepost_server.authz.tables import GrantRow

REFRESH = {"type": "refresh_dataset", "dataset": "summary"}
ORDERS = "SELECT id, name FROM orders ORDER BY id"
QUERY = "projects/P/datasets/summary/query"


@pytest.fixture
def summary(desk: ScenarioDesk) -> str:
    """The dataset that is filled by a query, and its id."""
    return desk.filled(b"old\n1\n", "summary")


def save(desk: ScenarioDesk, query: str | None, who: Caller | None = None) -> Any:
    """Save the query of `summary`, and return the answer."""
    return (who or desk.owner).call("PUT", QUERY, json={"query": query})


def test_refreshing_runs_the_saved_query(desk: ScenarioDesk, summary: str) -> None:
    saved = save(desk, ORDERS)
    assert (saved.status_code, saved.json()["query"], saved.json()["acts_as"]) == (200, ORDERS, "ada")
    desk.made(REFRESH)
    run = desk.run()
    assert (run["state"], run["steps"][0]["log"]) == (
        "done",
        ["runs the query of summary, which ada saved", "reads orders", "summary now holds 3 rows."],
    )
    assert desk.rows("summary")[0] == {"id": 1, "name": "ann"}
    assert desk.owner.get(QUERY).json() == saved.json()


def test_without_a_query_its_upload_is_read_again(desk: ScenarioDesk, summary: str) -> None:
    save(desk, ORDERS)
    assert save(desk, None).json() == {"query": None, "acts_as": None, "saved_at": None}
    desk.made(REFRESH)
    assert desk.run()["steps"][0]["log"] == ["summary was read again: 1 row."]
    assert desk.rows("summary") == [{"old": 1}]


def test_saving_takes_editing_and_writing_the_dataset(desk: ScenarioDesk, summary: str) -> None:
    for atoms, missing in (("WRITE_CONF READ_DATA", "WRITE_DATA"), ("WRITE_DATA READ_DATA", "EDIT")):
        refused = save(desk, ORDERS, desk.holder(atoms))
        assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), missing)
    assert problem(save(desk, ORDERS, desk.holder())) == (404, "not-found")
    assert desk.owner.get(QUERY).json()["query"] is None
    assert save(desk, ORDERS, desk.holder("WRITE_CONF WRITE_DATA READ_DATA")).status_code == 200


def test_saving_takes_reading_every_dataset_that_it_names(desk: ScenarioDesk, summary: str) -> None:
    who = desk.person()
    desk.world.grant(desk.project_id, who.id, policy.mask("WRITE_CONF WRITE_DATA"))
    editor = desk.api.session(who)
    refused = save(desk, "WITH orders_of AS (SELECT * FROM P.orders) SELECT * FROM orders_of", editor)
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "READ_DATA")
    assert save(desk, "SELECT 1 AS orders", editor).status_code == 200, "a column is no dataset"
    assert desk.owner.get(QUERY).json()["acts_as"] == who.username


def test_what_is_hidden_is_refused_like_what_is_not_there(desk: ScenarioDesk, summary: str) -> None:
    desk.filled(b"x\n1\n", "hidden")
    writer = desk.holder("OWN", on=summary)
    said = [save(desk, f"SELECT * FROM {name}", writer) for name in ("hidden", "nowher")]
    assert [problem(one) for one in said] == [(400, "unknown-dataset")] * 2
    texts = [one.json()["errors"][0]["detail"] for one in said]
    assert texts[0].replace("hidden", "nowher") == texts[1]


@on_one_engine
@pytest.mark.parametrize(
    "query", ["DELETE FROM orders", "SELECT 1; SELECT 2", "COPY orders TO '/tmp/x.csv'", "SELECT FROM WHERE",
              "ATTACH '/tmp/x.db'", f"SELECT {'(' * 3000}1{')' * 3000}"],
)  # fmt: skip
def test_what_is_not_one_select_is_refused(desk: ScenarioDesk, summary: str, query: str) -> None:
    assert problem(save(desk, query)) == (422, "query-refused")
    assert desk.owner.get(QUERY).json()["query"] is None


@on_one_engine
def test_a_query_is_refused_where_it_stops_being_sql(desk: ScenarioDesk, summary: str) -> None:
    refused = save(desk, "SELECT id\nFROM orders\nWHERE")
    assert problem(refused) == (422, "query-refused")
    (fault,) = refused.json()["errors"]
    assert fault["field"] == "query"
    assert fault["detail"] == 'Line 3, column 1: syntax error at or near "WHERE".'


def test_an_empty_query_and_one_that_is_too_long_are_refused(desk: ScenarioDesk, summary: str) -> None:
    for query in ("  ", "SELECT " + "1" * 100_000):
        assert problem(save(desk, query)) == (400, "invalid")


@on_one_engine
@pytest.mark.parametrize("query", ["SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM glob('/etc/*')"])
def test_a_saved_query_reaches_no_file(desk: ScenarioDesk, summary: str, query: str) -> None:
    assert save(desk, query).status_code == 200
    desk.made(REFRESH)
    run = desk.run()
    assert (run["state"], desk.rows("summary")) == ("failed", [{"old": 1}])
    assert "/" not in run["reason"].replace("…", "")


def test_a_saved_query_reads_what_is_exposed_to_the_project(desk: ScenarioDesk, summary: str) -> None:
    desk.owner.post("projects", {"key": "STOCK", "name": "Stock"})
    sent = {"content-type": "text/csv"}
    desk.owner.call("PUT", "projects/STOCK/datasets/items/data", content=b"n\n7\n", headers=sent)
    assert problem(save(desk, "SELECT n FROM STOCK.items")) == (400, "unknown-dataset")
    desk.owner.post("projects/STOCK/exposed", {"dataset": "items", "to_project": "P"})
    assert save(desk, "SELECT n FROM STOCK.items").status_code == 200
    desk.made(REFRESH)
    assert desk.run()["state"] == "done"
    assert desk.rows("summary") == [{"n": 7}]


def test_it_lends_nobody_the_rights_of_whoever_runs_it(desk: ScenarioDesk, summary: str) -> None:
    editor = desk.person()
    reading = desk.world.grant(desk.project_id, editor.id, policy.mask("READ_DATA"))
    desk.world.grant(desk.project_id, editor.id, policy.mask("WRITE_CONF WRITE_DATA"))
    assert save(desk, ORDERS, desk.api.session(editor)).status_code == 200
    desk.made(REFRESH)
    assert desk.run()["state"] == "done"
    with desk.world.store.arranged() as tx:
        tx.session.execute(delete(GrantRow).where(GrantRow.id == reading))
    run = desk.run()
    assert (run["state"], run["acts_as"]) == ("failed", "ada"), (
        "ada reads orders, who saved the query does not"
    )
    assert len(desk.rows("summary")) == 3


def test_row_rules_count_as_of_one_person_and_never_of_two(desk: ScenarioDesk, summary: str) -> None:
    editor = desk.person()
    desk.world.grant(desk.project_id, editor.id, policy.mask("READ_DATA WRITE_CONF WRITE_DATA"))
    orders = "projects/P/datasets/orders"
    desk.owner.patch(orders, {"impersonate": True})
    who = {"type": "user", "name": editor.username}
    rule = {"column": "name", "values": ["bob"], "who": who}
    assert desk.owner.call("PUT", f"{orders}/rules", json={"rules": [rule]}).is_success
    caller = desk.api.session(editor)
    save(desk, ORDERS, caller)
    desk.made(REFRESH)
    run = desk.run()
    assert (run["state"], desk.rows("summary")) == ("failed", [{"old": 1}])
    assert "Row rules of orders name several" in run["reason"]
    assert caller.patch("projects/P/scenarios/nightly", {"steps": [REFRESH]}).status_code == 200
    assert desk.run()["state"] == "done"
    assert desk.rows("summary") == [{"id": 2, "name": "bob"}]


def test_it_stays_within_whom_the_scenario_runs_as(desk: ScenarioDesk, summary: str) -> None:
    root, bob = desk.world.person("root", "administrator"), desk.world.person("bob", "publisher")
    save(desk, ORDERS)
    desk.world.grant(desk.project_id, bob.id, policy.mask("WRITE_DATA"))
    desk.scenario(REFRESH, who=desk.api.session(root), run_as="bob")
    assert desk.run()["state"] == "failed", "bob may fill summary, and not read orders"
    desk.world.grant(desk.project_id, bob.id, policy.mask("READ_DATA"))
    run = desk.run()
    assert (run["state"], run["acts_as"], len(desk.rows("summary"))) == ("done", "bob", 3)


def test_a_query_of_somebody_who_is_gone_is_not_run(desk: ScenarioDesk, summary: str) -> None:
    editor = desk.person()
    desk.world.grant(desk.project_id, editor.id, policy.mask("READ_DATA WRITE_CONF WRITE_DATA"))
    save(desk, ORDERS, desk.api.session(editor))
    desk.made(REFRESH)
    with desk.world.store.arranged() as tx:
        set_active(tx, editor.id, is_active=False)
    run = desk.run()
    assert (run["state"], desk.rows("summary")) == ("failed", [{"old": 1}])
    assert f"{editor.username}, who saved the query of summary" in run["reason"]


def test_the_history_says_who_changed_the_query(desk: ScenarioDesk, summary: str) -> None:
    save(desk, ORDERS)
    found = desk.owner.pages("projects/P/datasets/summary/history")
    assert [(one["action"], one["actor"]["name"]) for one in found] == [
        ("dataset:set-query", "ada"), ("dataset:write", "ada"), ("dataset:create", "ada"),
    ]  # fmt: skip
    reader = desk.holder("READ_DATA", on=summary)
    refused = reader.get("projects/P/datasets/summary/history")
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "READ")
    assert problem(desk.holder().get("projects/P/datasets/summary/history")) == (404, "not-found")


def test_a_query_goes_with_its_dataset(desk: ScenarioDesk, summary: str) -> None:
    save(desk, ORDERS)
    assert desk.owner.delete("projects/P/datasets/summary").is_success
    desk.filled(b"new\n2\n", "summary")
    assert desk.owner.get(QUERY).json()["query"] is None
    desk.made(REFRESH)
    assert desk.run()["state"] == "done"
    assert desk.rows("summary") == [{"new": 2}]
