"""Scenarios and jobs by client and command line, on the real control plane."""

import json
from pathlib import Path

import pytest

from gatepost import errors
from gatepost.cli.main import run
from gatepost.connected import Client

STEPS = [{"type": "sql", "query": "SELECT 1 AS n", "into": "one", "mode": "overwrite"}]


def test_a_scenario_is_kept_started_and_cancelled_by_the_client(admin: Client) -> None:
    admin.projects.create("RUNS", "Runs")
    made = admin.scenarios.create("RUNS", "nightly", STEPS, cron="0 6 * * *")
    assert made.steps is not None
    assert [dict(step) for step in made.steps] == STEPS
    assert admin.scenarios.change("RUNS", "nightly", cron=None).cron is None
    assert [one.name for one in admin.scenarios.list("RUNS")] == ["nightly"]
    started = admin.scenarios.run("RUNS", "nightly")
    with pytest.raises(errors.Conflict):
        admin.scenarios.run("RUNS", "nightly")
    assert admin.jobs.get(started.job).kind == "scenario.run"
    assert started.job in [job.id for job in admin.jobs.list(state="queued")]
    assert admin.scenarios.cancel("RUNS", "nightly", started.id).state == "cancelled"
    with pytest.raises(errors.Conflict):
        admin.jobs.cancel(started.job)
    assert [one.state for one in admin.scenarios.runs("RUNS", "nightly")] == ["cancelled"]
    admin.scenarios.delete("RUNS", "nightly")
    with pytest.raises(errors.NotFound):
        admin.scenarios.get("RUNS", "nightly")


def test_a_step_that_cannot_be_is_named_by_the_client(admin: Client) -> None:
    admin.projects.create("BADRUN", "Bad")
    with pytest.raises(errors.Invalid) as caught:
        admin.scenarios.create("BADRUN", "nightly", [{"type": "shell"}])
    assert [one.field for one in caught.value.errors] == ["steps.0.type"]


def test_the_command_line_does_all_of_it(
    admin: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str) -> str:
        code = run(list(arguments))
        out, err = capfd.readouterr()
        assert code == 0, err
        return out

    steps = tmp_path / "steps.json"
    steps.write_text(json.dumps(STEPS))
    admin.projects.create("CRON", "By the shell")
    assert "it acts as" in said("scenarios", "create", "CRON", "daily", "--steps", str(steps))
    assert "0 6 * * *" in said("scenarios", "change", "CRON", "daily", "--cron", "0 6 * * *", "--json")
    assert "daily" in said("scenarios", "list", "CRON")
    assert "SELECT 1 AS n" in said("scenarios", "show", "CRON", "daily")
    started = json.loads(said("scenarios", "run", "CRON", "daily", "--no-wait", "--json"))
    assert "queued" in said("scenarios", "runs", "CRON", "daily")
    assert "sql: queued" in said("scenarios", "log", "CRON", "daily", started["id"])
    assert started["job"] in said("jobs", "list")
    assert "scenario.run" in said("jobs", "show", started["job"])
    assert "is cancelled" in said("jobs", "cancel", started["job"], "--yes")
    second = json.loads(said("scenarios", "run", "CRON", "daily", "--no-wait", "--json"))
    assert "is cancelled" in said("scenarios", "cancel", "CRON", "daily", second["id"], "--yes")
    assert "is deleted" in said("scenarios", "delete", "CRON", "daily", "--yes")


@pytest.mark.usefixtures("server")
def test_a_file_that_is_no_list_of_steps_is_refused(
    admin: Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for content in ("{", "{}", "[1]"):
        file = tmp_path / "steps.json"
        file.write_text(content)
        assert run(["scenarios", "create", "P", "x", "--steps", str(file)]) == 2
    assert run(["scenarios", "create", "P", "x"]) == 2
    assert "list of objects" in capfd.readouterr().err
