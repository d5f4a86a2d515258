"""Scenarios made, read, changed and deleted; nobody saves what they could not do themselves."""

import json
from typing import Any

import pytest
from calling import faults, problem
from scenario_desk import COPY, ScenarioDesk
from stores import on_one_engine

from gatepost_server.authz import NodeKind

MAIL = {"type": "mail", "to": "ann@example.com", "subject": "Done", "text": "Done.\n"}
REFRESH = {"type": "refresh_dataset", "dataset": "orders"}


def test_a_scenario_is_made_read_changed_and_deleted(desk: ScenarioDesk) -> None:
    made = desk.made(COPY, MAIL, cron="*/5 * * * *")
    assert made["steps"] == [{**COPY, "mode": "overwrite"}, MAIL]
    assert (made["acts_as"], made["next_at"]) == ("ada", "2027-01-04T09:05:00.000Z")
    assert desk.owner.pages("projects/P/scenarios") == [made]
    changed = desk.owner.patch("projects/P/scenarios/nightly", {"name": "daily", "cron": None}).json()
    assert (changed["name"], changed["cron"], changed["next_at"]) == ("daily", None, None)
    assert changed["steps"] == made["steps"]
    assert desk.owner.delete("projects/P/scenarios/daily").status_code == 204
    assert problem(desk.owner.get(f"projects/P/scenarios/{made['id']}")) == (404, "not-found")


@pytest.mark.parametrize(
    ("step", "field"),
    [({"type": "shell", "run": "rm"}, "steps.0.type"), ({}, "steps.0.type"),
     ({"type": "sql", "query": "SELECT 1"}, "steps.0.into"),
     ({**COPY, "mode": "upsert"}, "steps.0.mode"), ({**COPY, "extra": "x"}, "steps.0.extra"),
     ({**COPY, "query": ""}, "steps.0.query"), ({**COPY, "into": "a/b"}, "steps.0.name"),
     ({**MAIL, "to": "ann"}, "steps.0.to"), ({**MAIL, "to": "a@b.c\nBcc: e@f.g"}, "steps.0.to"),
     ({**MAIL, "subject": "a\nBcc: b@c.d"}, "steps.0.subject"),
     ({"type": "restart_app"}, "steps.0.app"),
     ({"type": "refresh_dataset", "dataset": 1}, "steps.0.dataset")],
)  # fmt: skip
def test_a_step_that_cannot_be_is_refused_by_field(
    desk: ScenarioDesk, step: dict[str, Any], field: str
) -> None:
    answer = desk.scenario(step)
    assert answer.status_code == 400
    assert set(faults(answer)) == {field}
    assert desk.owner.pages("projects/P/scenarios") == []


REFUSED = {
    "SELECT 'ä' FROM WHERE": 'Line 1, column 17: syntax error at or near "WHERE".',
    "SELECT id\n  FROM orders o p": 'Line 2, column 17: syntax error at or near "p".',
    "SELECT 'a": "Line 1, column 8: unterminated string literal.",
    "DELETE FROM orders": "The query has to be one SELECT.",
    "SELECT 1; SELECT 2": "The query has to be one SELECT.",
    f"SELECT {'(' * 3000}1{')' * 3000}": "Parser Error: Max expression depth limit of 1000 exceeded.",
}
"""Queries that are no SELECT, and how the refusal begins."""


@on_one_engine
def test_queries_that_are_no_select_are_refused_where_they_stop_being_one(desk: ScenarioDesk) -> None:
    desk.made({**COPY, "query": "SELECT * FROM not_there_yet"})
    before = desk.owner.get("projects/P/scenarios/nightly").json()
    steps = [COPY, *({**COPY, "query": query} for query in REFUSED)]
    for answer in (
        desk.owner.post("projects/P/scenarios", {"name": "another", "steps": steps}),
        desk.owner.patch("projects/P/scenarios/nightly", {"steps": steps}),
    ):
        assert problem(answer) == (422, "query-refused")
        found = faults(answer)
        assert set(found) == {f"steps.{at}.query" for at in range(1, len(steps))}
        for at, begins in enumerate(REFUSED.values(), start=1):
            assert found[f"steps.{at}.query"].startswith(begins)
    assert desk.owner.pages("projects/P/scenarios") == [before]


@on_one_engine
def test_a_query_of_characters_that_are_none_is_refused(desk: ScenarioDesk) -> None:
    body = json.dumps({"name": "nightly", "steps": [{**COPY, "query": "SELECT '\ud800'"}]})
    answer = desk.owner.post(
        "projects/P/scenarios", headers={"content-type": "application/json"}, content=body
    )
    assert problem(answer) == (422, "query-refused")


@on_one_engine
def test_nobody_lets_the_engine_read_what_they_may_not_save(desk: ScenarioDesk) -> None:
    desk.made()
    broken = [{**COPY, "query": "SELECT FROM WHERE"}]
    for who, status in ((desk.holder("READ_CONF"), 403), (desk.holder(""), 404)):
        assert desk.scenario(*broken, who=who).status_code == status
        assert who.patch("projects/P/scenarios/nightly", {"steps": broken}).status_code == status


@pytest.mark.parametrize(
    "cron", ["", "* * * *", "* * * * * *", "61 * * * *", "@daily", "0 0 31 2 *", "x y z a b"]
)
def test_a_schedule_has_five_fields_and_comes_true(desk: ScenarioDesk, cron: str) -> None:
    assert problem(desk.scenario(cron=cron)) == (400, "cron-invalid")


def test_a_name_is_taken_once(desk: ScenarioDesk) -> None:
    desk.made()
    assert problem(desk.scenario()) == (409, "scenario-exists")


@pytest.mark.parametrize(
    ("atoms", "step", "status"),
    [("WRITE_CONF", COPY, 201), ("WRITE_CONF", MAIL, 201), ("WRITE_CONF", REFRESH, 403),
     ("WRITE_CONF", {**COPY, "into": "orders"}, 403),
     ("WRITE_CONF WRITE_DATA", {**COPY, "into": "orders"}, 201),
     ("WRITE_CONF WRITE_DATA READ_DATA", REFRESH, 201), ("WRITE_CONF READ_DATA", REFRESH, 403),
     ("READ_CONF RUN_SCENARIOS", COPY, 403), ("", COPY, 404)],
)  # fmt: skip
def test_who_saves_a_step_holds_what_it_does(
    desk: ScenarioDesk, atoms: str, step: dict[str, Any], status: int
) -> None:
    assert desk.scenario(step, who=desk.holder(atoms)).status_code == status


def test_an_app_is_restarted_only_by_a_scenario_of_who_may(desk: ScenarioDesk) -> None:
    mine = desk.world.thing(desk.ada, NodeKind.APP)
    assert desk.scenario({"type": "restart_app", "app": mine.id}).status_code == 201
    foreign = desk.world.thing(desk.person(), NodeKind.APP)
    step = {"type": "restart_app", "app": foreign.id}
    assert desk.owner.patch("projects/P/scenarios/nightly", {"steps": [step]}).status_code == 404
    assert desk.owner.get("projects/P/scenarios/nightly").json()["steps"][0]["app"] == mine.id


def test_whoever_changes_a_scenario_must_hold_all_that_it_does(desk: ScenarioDesk) -> None:
    desk.made({**COPY, "into": "orders"})
    editor = desk.holder("WRITE_CONF")
    assert editor.patch("projects/P/scenarios/nightly", {"name": "mine"}).status_code == 403
    able = desk.holder("WRITE_CONF WRITE_DATA")
    assert able.patch("projects/P/scenarios/nightly", {"name": "mine"}).json()["acts_as"] != "ada"


@pytest.mark.parametrize(
    ("atoms", "read", "run", "edit", "delete"),
    [("READ", 200, 403, 403, 403), ("RUN", 403, 202, 403, 403), ("EDIT", 200, 403, 403, 403),
     ("DELETE", 403, 403, 403, 204), ("LIST", 403, 403, 403, 403)],
)  # fmt: skip
def test_each_permission_opens_what_it_says(
    desk: ScenarioDesk, atoms: str, read: int, run: int, edit: int, delete: int
) -> None:
    scenario = desk.made()
    who = desk.holder(atoms, on=scenario["id"])
    path = "projects/P/scenarios/nightly"
    shown = who.get(path)
    assert (shown.status_code, shown.json()["steps"] is not None) == (200, read == 200)
    assert who.get(f"{path}/runs").status_code == read
    assert who.post(f"{path}/run").status_code == run
    # EDIT alone does not hold what the steps do (adding a dataset to the project).
    assert who.patch(path, {"cron": "0 0 * * *"}).status_code == edit if atoms != "EDIT" else 403
    assert who.delete(path).status_code == delete


def test_a_stranger_sees_none(desk: ScenarioDesk) -> None:
    desk.made()
    stranger = desk.holder()
    for method, path in (("GET", ""), ("GET", "/runs"), ("POST", "/run"), ("DELETE", "")):
        assert stranger.call(method, f"projects/P/scenarios/nightly{path}").status_code == 404


def test_a_scenario_runs_as_oneself_or_by_an_administrator(desk: ScenarioDesk) -> None:
    bob = desk.world.person("bob", "publisher")
    assert problem(desk.scenario(run_as="bob")) == (403, "consent-required")
    assert problem(desk.scenario(run_as="nobody")) == (400, "unknown-principal")
    assert desk.made(run_as=desk.ada.username)["run_as"] == desk.ada.username
    root = desk.api.session(desk.world.person("root", "administrator"))
    changed = root.patch("projects/P/scenarios/nightly", {"run_as": "bob"}).json()
    assert (changed["run_as"], changed["acts_as"], bob.role) == ("bob", "root", "publisher")
    assert root.patch("projects/P/scenarios/nightly", {"run_as": None}).json()["run_as"] is None


def test_scenarios_go_with_their_project_a_waiting_run_too(desk: ScenarioDesk) -> None:
    desk.filled()
    desk.made()
    asked = desk.owner.post("projects/P/scenarios/nightly/run").json()
    assert desk.owner.delete("projects/P").status_code == 200
    desk.runner.step()
    assert desk.runner.wait(120)
    assert desk.owner.get("projects/P").status_code == 404
    assert desk.owner.post("projects", {"key": "P", "name": "Again"}).status_code == 201
    assert desk.owner.get(f"projects/P/scenarios/nightly/runs/{asked['run']}").status_code == 404
