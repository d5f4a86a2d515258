"""Scenarios and saved queries of keys: a run goes no further than the key that saved it goes now."""

from collections.abc import Mapping
from typing import Any

import pytest
from calling import Caller, problem
from scenario_desk import COPY, ScenarioDesk
from sqlalchemy import select
from stores import on_one_engine

from gatepost_server.authz import policy
from gatepost_server.projects import Workplace, require_project
from gatepost_server.projects.tables import ScenarioRow
from gatepost_server.store import Tx

RIGHTS = ["WRITE_CONF", "WRITE_DATA", "READ_DATA"]


def keyed(desk: ScenarioDesk, run_as: str | None = None) -> tuple[Caller, str]:
    """A program with a key of P that may edit, read and write, and the key's address."""
    made = desk.owner.post("projects/P/keys", {"name": "robot", "permissions": RIGHTS, "run_as": run_as})
    assert made.status_code == 201, made.text
    text = made.json()["key"]
    return Caller(
        desk.api, {"authorization": f"Key {text}"}, key=text
    ), f"projects/P/keys/{made.json()['id']}"


def agreed(desk: ScenarioDesk, atoms: str) -> Any:
    """Somebody who holds *atoms* on P, and lets keys of P act with their data rules."""
    who = desk.person()
    desk.world.grant(desk.project_id, who.id, policy.mask(atoms))
    assert desk.api.session(who).call("PUT", "me/run-as/P").status_code == 204
    return who


@on_one_engine
def test_a_key_does_not_step_out_of_its_associated_user_by_a_scenario(desk: ScenarioDesk) -> None:
    bob = agreed(desk, "READ_DATA WRITE_DATA")
    desk.owner.patch("projects/P/datasets/orders", {"impersonate": True})
    (key, _), (narrowed, _) = keyed(desk), keyed(desk, bob.username)
    assert problem(key.get("projects/P/datasets/orders/data")) == (403, "run-as-needed")
    assert desk.scenario(who=key).status_code == 201
    run = desk.run()
    assert (run["state"], desk.owner.get("projects/P/datasets/copy").status_code) == ("failed", 404)
    assert "leaves out orders: orders is read and written on behalf of a person" in run["steps"][0]["log"][0]
    assert narrowed.patch("projects/P/scenarios/nightly", {"steps": [COPY]}).status_code == 200
    assert desk.run()["state"] == "done"
    assert len(desk.rows("copy")) == 3


@on_one_engine
@pytest.mark.parametrize("named", [False, True])
def test_a_disabled_key_runs_no_scenario_that_it_saved(desk: ScenarioDesk, named: bool) -> None:
    bob = agreed(desk, "READ_DATA WRITE_CONF WRITE_DATA")
    key, address = keyed(desk)
    made = desk.scenario(who=key)
    assert made.status_code == 201, made.text
    if named:
        _run_as(desk, bob)
    assert desk.run()["state"] == "done"
    assert desk.owner.patch(address, {"is_enabled": False}).status_code == 200
    run = desk.run()
    assert run["state"] == "failed"
    assert run["reason"].startswith("The key robot, within whose rights this is done, is not good any more")
    assert desk.owner.patch(address, {"is_enabled": True}).status_code == 200
    assert desk.run()["state"] == "done"


def _run_as(desk: ScenarioDesk, who: Any) -> None:
    """Let the scenario run as somebody who agreed; its definer stays."""
    with desk.world.store.arranged() as tx:
        row = tx.session.scalars(select(ScenarioRow)).one()
        row.run_as_id, row.is_run_as_consented = who.id, True


@on_one_engine
def test_a_disabled_or_deleted_key_fills_no_dataset_by_a_query_that_it_saved(desk: ScenarioDesk) -> None:
    desk.filled(b"old\n1\n", "summary")
    key, address = keyed(desk)
    query = {"query": "SELECT id FROM orders"}
    assert key.call("PUT", "projects/P/datasets/summary/query", json=query).status_code == 200
    desk.made({"type": "refresh_dataset", "dataset": "summary"})
    assert desk.owner.patch(address, {"is_enabled": False}).status_code == 200
    disabled = desk.run()
    assert desk.owner.patch(address, {"is_enabled": True}).status_code == 200
    assert desk.run()["state"] == "done"
    assert desk.owner.delete(address).status_code == 200
    for run in (disabled, desk.run()):
        assert run["state"] == "failed"
        assert "robot" in run["reason"]
        assert "any more" in run["reason"]


@on_one_engine
def test_a_run_stays_within_whom_the_key_is_associated_with_now(desk: ScenarioDesk) -> None:
    bob = agreed(desk, "READ_DATA WRITE_DATA")
    desk.owner.patch("projects/P/datasets/orders", {"impersonate": True})
    key, _ = keyed(desk, bob.username)
    assert desk.scenario(who=key).status_code == 201
    assert desk.run()["state"] == "done"
    assert desk.api.session(bob).delete("me/run-as/P").is_success
    run = desk.run()
    assert run["state"] == "failed"
    assert "leaves out orders" in run["steps"][0]["log"][0]


class _Withdrawing:
    """A step in which whom the run acts as takes back their consent."""

    name = "withdraw"

    def __init__(self, who: Caller) -> None:
        self._who = who

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return dict(raw)

    def needs(self, tx: Tx, project_key: str, step: Mapping[str, Any]) -> None:
        require_project(tx, "project:list", project_key)

    def run(self, place: Workplace, step: Mapping[str, Any]) -> str:
        assert self._who.delete("me/run-as/P").is_success
        return "Withdrawn."


@on_one_engine
def test_a_consent_that_is_taken_back_stops_the_run_before_its_next_step(desk: ScenarioDesk) -> None:
    bob = agreed(desk, "READ_DATA WRITE_DATA WRITE_CONF")
    desk.made(COPY, run_as=bob.username)
    assert desk.run()["state"] == "done"
    withdrawing = _Withdrawing(desk.api.session(bob))
    desk.kinds[withdrawing.name] = withdrawing
    with desk.world.store.arranged() as tx:
        tx.session.scalars(select(ScenarioRow)).one().steps = [{"type": withdrawing.name}, COPY]
    run = desk.run()
    assert (run["state"], [one["state"] for one in run["steps"]]) == ("failed", ["done", "failed"])
    assert run["reason"] == "Whom the scenario runs as does not agree any more."
