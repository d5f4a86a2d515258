"""Runs: what each step does, as whom, and how a run ends."""

from collections.abc import Iterator

import pytest
from calling import problem
from mail_server import Inbox, mail_server
from scenario_desk import COPY, ScenarioDesk
from stores import ORIGIN, SYSTEM

from gatepost_server.authz import set_active
from gatepost_server.crypto import Seals
from gatepost_server.notify import Courier, MailFields, Post, Tls, note_environment
from gatepost_server.projects import start_due
from gatepost_server.projects.tables import ScenarioRow

MAIL = {"type": "mail", "to": "ann@example.com, bob@example.com", "subject": "Done", "text": "Done.\n"}


def sql(query: str, into: str = "copy", mode: str = "overwrite") -> dict[str, str]:
    return {"type": "sql", "query": query, "into": into, "mode": mode}


@pytest.fixture
def post(desk: ScenarioDesk) -> Iterator[tuple[Inbox, Courier]]:
    """A mail server, and a courier that goes to it."""
    with mail_server() as inbox:
        fields = MailFields("127.0.0.1", inbox.port, Tls.NONE, sender="g@example.com")
        with desk.world.store.arranged() as tx:
            note_environment(tx, fields)
        means = Post(Seals.load(desk.api.house.folders.secrets), fields)
        yield inbox, Courier(desk.world.store.uow, (SYSTEM, ORIGIN), means)


def test_a_query_fills_a_dataset_and_the_run_says_so(desk: ScenarioDesk) -> None:
    desk.made(COPY)
    run = desk.run()
    assert (run["state"], run["acts_as"], run["asked_by"]) == ("done", "ada", "ada")
    (step,) = run["steps"]
    assert (step["state"], step["log"]) == ("done", ["reads orders", "copy now holds 3 rows."])
    assert desk.rows("copy") == [{"id": 1, "name": "ann"}, {"id": 2, "name": "bob"}, {"id": 3, "name": None}]
    written = desk.owner.pages("audit", action="dataset:write")[0]
    assert (written["actor"]["kind"], written["on_behalf_of"]) == ("run", desk.ada.id)


def test_rows_are_added_or_written_over(desk: ScenarioDesk) -> None:
    desk.made(sql("SELECT 1 AS n", mode="append"), sql("SELECT 2 AS n", mode="append"))
    desk.run()
    assert desk.rows("copy") == [{"n": 1}, {"n": 2}]
    desk.owner.patch("projects/P/scenarios/nightly", {"steps": [sql("SELECT 3 AS n")]})
    desk.run()
    assert desk.rows("copy") == [{"n": 3}]


def plant(desk: ScenarioDesk, *steps: dict[str, str]) -> None:
    """Make `nightly`, and let it hold steps that no door would take, as if they were older."""
    made = desk.made(sql("SELECT 1 AS n"))
    with desk.world.store.arranged() as tx:
        tx.session.get_one(ScenarioRow, made["id"]).steps = list(steps)


@pytest.mark.parametrize(
    "query",
    ["SELECT 1; SELECT 2", "DELETE FROM orders", "COPY orders TO '/tmp/stolen.csv'",
     "ATTACH '/tmp/x.db'",
     "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/hostname')",
     "SELECT nothing FROM",
     "SELECT * FROM '/etc/passwd'", "SET memory_limit='9GB'", "INSTALL httpfs", "SELECT * FROM missing",
     "PRAGMA database_list", "SELECT * FROM glob('/etc/*')"],
)  # fmt: skip
def test_a_query_reads_datasets_and_nothing_else(desk: ScenarioDesk, query: str) -> None:
    plant(desk, sql(query), sql("SELECT 1 AS n", into="never"))
    run = desk.run()
    assert (run["state"], [step["state"] for step in run["steps"]]) == ("failed", ["failed", "skipped"])
    assert run["reason"] == run["steps"][0]["reason"]
    assert "/" not in run["reason"].replace("…", "")
    assert desk.owner.get("projects/P/datasets/copy").status_code == 404
    assert desk.rows("orders", columns="id") == [{"id": 1}, {"id": 2}, {"id": 3}]


def test_a_query_sees_only_what_its_definer_may_read_now(desk: ScenarioDesk) -> None:
    desk.put(b"secret\n1\n", "hidden")
    editor = desk.person()
    grant = desk.world.grant(desk.project_id, editor.id, 1 << 20)  # WRITE_CONF: no rows
    assert grant
    who = desk.api.session(editor)
    assert desk.scenario(sql("SELECT * FROM hidden"), who=who).status_code == 201
    assert desk.run()["state"] == "failed", "started by the owner, it acts as its definer"


def test_a_right_that_was_taken_back_stops_the_run(desk: ScenarioDesk) -> None:
    editor = desk.person()
    desk.world.grant(desk.project_id, editor.id, 1 << 20 | 1 << 14 | 1 << 10)
    desk.scenario(sql("SELECT 1 AS id", into="orders", mode="append"), who=desk.api.session(editor))
    with desk.world.store.arranged() as tx:
        set_active(tx, editor.id, is_active=False)
    run = desk.run()
    assert (run["state"], len(desk.rows("orders"))) == ("failed", 3)


def test_whoever_may_only_run_it_makes_it_act_as_its_definer(desk: ScenarioDesk) -> None:
    scenario = desk.made(COPY)
    runner = desk.holder("RUN", on=scenario["id"])
    run = desk.run(runner)
    assert (run["state"], run["acts_as"]) == ("done", "ada")
    assert runner.get("projects/P/datasets/copy/data").status_code == 404


def test_what_runs_as_another_stays_within_both(desk: ScenarioDesk) -> None:
    root, bob = desk.world.person("root", "administrator"), desk.world.person("bob", "publisher")
    desk.scenario(COPY, who=desk.api.session(root), run_as="bob")
    assert desk.run()["state"] == "failed"
    desk.world.grant(desk.project_id, bob.id, 1 << 20 | 1 << 10)
    run = desk.run()
    assert (run["state"], run["acts_as"]) == ("done", "bob")
    made = desk.api.session(root).pages("audit", action="dataset:create")[0]
    assert (made["actor"]["kind"], made["actor"]["id"], made["on_behalf_of"]) == ("run", bob.id, bob.id)


def test_refreshing_reads_again_into_one_file(desk: ScenarioDesk) -> None:
    desk.put(b"id,name,amount\n4,dan,1\n", "orders", mode="append")
    assert len([name for name in desk.files if name.endswith(".parquet")]) == 2
    before = desk.rows()
    desk.made({"type": "refresh_dataset", "dataset": "orders"})
    assert desk.run()["state"] == "done"
    assert desk.rows() == before
    assert len([name for name in desk.files if name.endswith(".parquet")]) == 1


def test_mails_leave_with_the_run(desk: ScenarioDesk, post: tuple[Inbox, Courier]) -> None:
    inbox, courier = post
    desk.made(MAIL)
    assert desk.run()["state"] == "done"
    assert courier.step() == 2
    assert sorted(mail["To"] for mail in inbox.mails) == ["ann@example.com", "bob@example.com"]


def test_without_a_mail_server_the_run_fails_and_says_so(desk: ScenarioDesk) -> None:
    desk.made(MAIL)
    run = desk.run()
    assert run["state"] == "failed"
    assert "No mail server" in run["reason"]


def test_a_scenario_runs_once_at_a_time_and_can_be_cancelled(desk: ScenarioDesk) -> None:
    desk.made(COPY)
    run = desk.owner.post("projects/P/scenarios/nightly/run").json()["run"]
    assert problem(desk.owner.post("projects/P/scenarios/nightly/run")) == (409, "scenario-running")
    path = f"projects/P/scenarios/nightly/runs/{run}"
    assert problem(desk.holder("READ_CONF").delete(path)) == (403, "denied")
    assert desk.owner.delete(path).json()["state"] == "cancelled"
    assert problem(desk.owner.delete(path)) == (409, "job-ended")
    assert desk.worked(run)["state"] == "cancelled"
    assert desk.run()["state"] == "done"
    assert len(desk.owner.pages("projects/P/scenarios/nightly/runs")) == 2
    assert problem(desk.owner.get("projects/P/scenarios/nightly/runs/run_0")) == (404, "unknown-run")


def test_a_query_that_never_ends_is_killed_when_the_run_is_cancelled(desk: ScenarioDesk) -> None:
    desk.made(sql("SELECT count(*) AS n FROM range(1000000000000) a, range(1000000) b"))
    run = desk.owner.post("projects/P/scenarios/nightly/run").json()["run"]
    desk.runner.step()
    desk.owner.delete(f"projects/P/scenarios/nightly/runs/{run}")
    assert desk.worked(run)["state"] == "cancelled"
    assert not [name for name in desk.files if name.startswith(".run-")]


def test_the_clock_starts_each_moment_once_and_makes_up_for_the_missed_by_one(desk: ScenarioDesk) -> None:
    desk.made(COPY, cron="*/5 * * * *")
    uow, who = desk.world.store.uow, (SYSTEM, ORIGIN)
    assert start_due(uow, who) == 0
    desk.world.store.clock.advance(minutes=63)
    assert (start_due(uow, who), start_due(uow, who)) == (1, 0)
    (run,) = desk.owner.pages("projects/P/scenarios/nightly/runs")
    assert (run["scheduled_at"], run["asked_by"]) == ("2027-01-04T09:05:00.000Z", "schedule")
    assert desk.worked(run["run"])["state"] == "done"
    assert desk.owner.get("projects/P/scenarios/nightly").json()["next_at"] == "2027-01-04T10:05:00.000Z"
    desk.world.store.clock.advance(minutes=2)
    assert start_due(uow, who) == 1


def test_a_consent_lets_others_name_one_and_counts_while_it_is_given(desk: ScenarioDesk) -> None:
    bob = desk.world.person("bob", "publisher")
    desk.world.grant(desk.project_id, bob.id, 1 << 20 | 1 << 10)
    as_bob = desk.api.session(bob)
    assert as_bob.call("PUT", "me/run-as/P").is_success
    desk.made(COPY, run_as="bob")
    assert desk.run()["state"] == "done"
    assert as_bob.delete("me/run-as/P").is_success
    run = desk.run()
    assert (run["state"], run["reason"]) == ("failed", "Whom the scenario runs as does not agree any more.")


def test_naming_oneself_is_agreeing_and_can_be_taken_back_when_somebody_else_edits(
    desk: ScenarioDesk,
) -> None:
    desk.made(COPY, run_as="ada")
    assert desk.owner.get("me/run-as").json()["projects"] == ["P"]
    root = desk.api.session(desk.world.person("root", "administrator"))
    assert root.patch("projects/P/scenarios/nightly", {"name": "nightly"}).json()["acts_as"] == "root"
    assert desk.run()["state"] == "done", "ada agreed when she named herself"
    assert desk.owner.delete("me/run-as/P").is_success
    assert desk.run()["reason"] == "Whom the scenario runs as does not agree any more."


def test_who_names_oneself_by_a_key_has_not_agreed_for_others(desk: ScenarioDesk) -> None:
    made = desk.scenario(COPY, who=desk.api.by_key(desk.ada), run_as="ada")
    assert made.status_code == 201, made.text
    assert desk.owner.get("me/run-as").json()["projects"] == []
    assert desk.run()["state"] == "done", "for themselves it acts without"
    root = desk.api.session(desk.world.person("root", "administrator"))
    assert root.patch("projects/P/scenarios/nightly", {"name": "nightly"}).json()["acts_as"] == "root"
    assert desk.run()["reason"] == "Whom the scenario runs as does not agree any more."
