"""Start, stop, restart, deploy, roll back: what is wanted, and what the runtime makes of it."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from gatepost_server.apps.model import ReplicaState

Problem = Callable[[Response], tuple[int, str]]
V2 = {"index.html": "<h1>second</h1>"}


def _second_version(server: Any, app: dict[str, Any]) -> dict[str, Any]:
    answer = server.upload("owner", f"sources/{app['source_id']}/versions", server.packed(V2))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_202_an_app_goes_from_building_to_running(server: Any) -> None:
    app = server.published()
    server.build()
    seen = [server.call("owner", "GET", f"apps/{app['id']}").json()["state"]]
    server.see(app, ReplicaState.READY, isolation="strict")
    seen.append(server.call("owner", "GET", f"apps/{app['id']}").json()["state"])
    assert server.desk.awaiting_promotion() == [app["deployment_id"]]
    server.desk.promote(app["deployment_id"])
    running = server.call("owner", "GET", f"apps/{app['number']}").json()
    assert (seen, running["state"], running["live_version"], running["isolation"]) == (
        ["starting", "starting"], "running", 1, "strict",
    )  # fmt: skip
    assert server.desk.routes() == [(app["deployment_id"], ("/run/x.sock",), False)]


def test_202_a_failed_build_says_why_and_can_be_tried_again(server: Any) -> None:
    app = server.published()
    server.build(ok=False, reason="No such package.")
    failed = server.call("owner", "GET", f"apps/{app['id']}").json()
    assert (failed["state"], failed["reason"]) == ("failed", "No such package.")
    again = server.call("owner", "POST", f"apps/{app['id']}/start")
    assert (again.status_code, again.json()["state"]) == (202, "building")


def test_202_the_live_version_serves_until_the_new_one_is_promoted(server: Any) -> None:
    app = server.run(server.published())
    _second_version(server, app)
    answer = server.call("owner", "POST", f"apps/{app['id']}/deploy", json={"source_version": 2})
    new = answer.json()
    assert (answer.status_code, new["state"], new["live_version"]) == (202, "building", 1)
    server.build()
    both = [(one.deployment_id, one.is_wanted) for one in server.desk.desired_apps()]
    assert both == [(app["deployment_id"], False), (new["deployment_id"], True)]
    assert server.run_again(new)["live_version"] == 2
    assert [one.deployment_id for one in server.desk.desired_apps()] == [new["deployment_id"]]


def test_202_rollback_is_a_deploy_of_an_older_version(server: Any) -> None:
    app = server.run(server.published())
    _second_version(server, app)
    server.call("owner", "POST", f"apps/{app['id']}/deploy", json={"source_version": 2})
    answer = server.call("owner", "POST", f"apps/{app['id']}/deploy", json={"source_version": 1})
    assert (answer.status_code, answer.json()["version"]) == (202, 1)
    history = server.call("owner", "GET", f"apps/{app['id']}/deployments").json()["items"]
    assert [one["version"] for one in history] == [1, 2, 1]


def test_202_a_failed_new_version_leaves_the_live_one_in_peace(server: Any) -> None:
    app = server.run(server.published())
    _second_version(server, app)
    server.call("owner", "POST", f"apps/{app['id']}/deploy", json={"source_version": 2})
    server.build(ok=False, reason="broken")
    seen = server.call("owner", "GET", f"apps/{app['id']}").json()
    assert (seen["state"], seen["live_version"]) == ("failed", 1)
    assert server.desk.routes() == [(app["deployment_id"], ("/run/x.sock",), False)]


def test_202_stop_and_start(server: Any) -> None:
    app = server.run(server.published())
    assert server.call("owner", "POST", f"apps/{app['id']}/stop").json()["state"] == "stopped"
    assert (list(server.desk.desired_apps()), list(server.desk.routes())) == ([], [])
    server.see(app, ReplicaState.STOPPED)
    assert server.call("owner", "POST", f"apps/{app['id']}/start").json()["state"] == "starting"
    assert [one.app_id for one in server.desk.desired_apps()] == [app["id"]]


def test_202_starting_an_idle_app_asks_for_its_process(server: Any) -> None:
    app = server.run(server.published())
    server.see(app, ReplicaState.IDLE)
    assert server.call("owner", "GET", f"apps/{app['id']}").json()["state"] == "idle"
    assert server.call("owner", "POST", f"apps/{app['id']}/start").status_code == 202
    assert server.desk.desired_apps()[0].wake_requested_at is not None


def test_202_restart_is_another_revision(server: Any) -> None:
    app = server.run(server.published())
    before = server.desk.desired_apps()[0].revision
    assert server.call("owner", "POST", f"apps/{app['id']}/restart").status_code == 202
    assert server.desk.desired_apps()[0].revision == before + 1


@pytest.mark.parametrize("verbs", [("stop", "start"), ("restart",)])
def test_what_ran_before_counts_for_nothing_once_another_process_is_asked_for(
    server: Any, verbs: tuple[str, ...]
) -> None:
    """The runtime has heard of nothing yet, and its old process still says that it answers."""
    app = server.run(server.published())
    for verb in verbs:
        answer = server.call("owner", "POST", f"apps/{app['id']}/{verb}")
    assert (answer.json()["state"], list(server.desk.routes())) == ("starting", [])

    server.see(app, ReplicaState.READY)
    assert server.call("owner", "GET", f"apps/{app['id']}").json()["state"] == "starting"

    server.see(app, ReplicaState.READY, revision=2)
    assert server.call("owner", "GET", f"apps/{app['id']}").json()["state"] == "running"
    assert len(server.desk.routes()) == 1


def test_a_failed_app_is_not_failed_any_more_once_it_is_tried_again(server: Any) -> None:
    app = server.run(server.published())
    server.see(app, ReplicaState.FAILED, reason="It ended five times.")
    answer = server.call("owner", "POST", f"apps/{app['id']}/start").json()
    assert (answer["state"], answer["reason"]) == ("starting", None)


@pytest.mark.parametrize("verb", ["start", "stop", "restart", "deploy"])
def test_401_403_404_only_editors_touch_what_runs(server: Any, problem: Problem, verb: str) -> None:
    app = server.published()
    body = {"json": {"source_version": 1}} if verb == "deploy" else {}
    path = f"apps/{app['id']}/{verb}"
    assert problem(server.call(None, "POST", path, **body)) == (401, "unauthenticated")
    assert problem(server.call("other", "POST", path, **body)) == (404, "not-found")
    _share(server, app, "other", "consumer")
    refused = server.call("other", "POST", path, **body)
    assert problem(refused) == (403, "denied")
    assert refused.json()["missing"] == "EDIT"


@pytest.mark.parametrize(
    ("verb", "stopped", "code"),
    [("start", False, "already-so"), ("stop", True, "already-so"), ("restart", True, "app-stopped")],
)
def test_409_what_is_so_already(server: Any, problem: Problem, verb: str, stopped: bool, code: str) -> None:
    app = server.run(server.published())
    if stopped:
        server.call("owner", "POST", f"apps/{app['id']}/stop")
    assert problem(server.call("owner", "POST", f"apps/{app['id']}/{verb}")) == (409, code)


def test_400_404_409_deploys_that_cannot_be(server: Any, problem: Problem) -> None:
    app = server.published()
    path = f"apps/{app['id']}/deploy"
    assert problem(server.call("owner", "POST", path, json={"source_version": 0}))[0] == 400
    assert problem(server.call("owner", "POST", path, json={"version": 1})) == (400, "unknown-field")
    assert problem(server.call("owner", "POST", path, json={"source_version": 7})) == (404, "unknown-version")
    assert problem(server.call("owner", "POST", path, json={"source_version": 1})) == (409, "already-so")
    server.build()
    _second_version(server, app)
    server.build(ok=False, reason="broken")
    assert problem(server.call("owner", "POST", path, json={"source_version": 2})) == (409, "version-failed")


def test_an_editor_of_the_app_rolls_back_but_takes_no_new_code_from_a_foreign_source(
    server: Any, problem: Problem
) -> None:
    app = server.run(server.published())
    _second_version(server, app)
    _share(server, app, "other", "editor")
    path = f"apps/{app['id']}/deploy"
    assert problem(server.call("other", "POST", path, json={"source_version": 2})) == (404, "not-found")
    server.call("owner", "POST", path, json={"source_version": 2})
    refused = server.call("other", "POST", path, json={"source_version": 1})
    assert problem(refused) == (409, "authors-unconfirmed")
    [fault] = refused.json()["errors"]
    author, _, name = fault["detail"].partition(": ")
    assert (fault["field"], name) == ("confirmed_authors", "owner")
    body = {"source_version": 1, "confirmed_authors": [author]}
    answer = server.call("other", "POST", path, json=body)
    assert (answer.status_code, answer.json()["deployed_by"]) == (202, "other")


def test_code_of_others_is_confirmed_by_name_once_for_each_version(server: Any, problem: Problem) -> None:
    app = server.run(server.published())
    _second_version(server, app)
    _share(server, app, "other", "editor")
    path = f"apps/{app['id']}/deploy"
    server.call("owner", "POST", path, json={"source_version": 2})
    [author] = server.call("owner", "GET", f"sources/{app['source_id']}/versions/1").json()["authors"]
    for confirmed in ([], ["owner"], ["usr_" + "0" * 24]):
        body = {"source_version": 1, "confirmed_authors": confirmed}
        assert problem(server.call("other", "POST", path, json=body)) == (409, "authors-unconfirmed")
    assert server.call("owner", "GET", f"apps/{app['id']}").json()["version"] == 2
    body = {"source_version": 1, "confirmed_authors": [author["id"]]}
    assert server.call("other", "POST", path, json=body).status_code == 202
    server.call("owner", "POST", path, json={"source_version": 2})
    again = server.call("other", "POST", path, json={"source_version": 1})
    assert again.status_code == 202, "they deployed this version before, and it has not changed"


def test_an_application_of_a_foreign_source_is_made_knowingly(server: Any, problem: Problem) -> None:
    app = server.published()
    grant = {"to": {"type": "user", "name": "other"}, "role": "consumer"}
    assert server.call("owner", "POST", f"sources/{app['source_id']}/grants", json=grant).status_code == 201
    body: dict[str, Any] = {"source_id": app["source_id"], "version": 1, "name": "Mine"}
    refused = server.call("other", "POST", "apps", json=body)
    assert problem(refused) == (409, "authors-unconfirmed")
    [fault] = refused.json()["errors"]
    body["confirmed_authors"] = [fault["detail"].partition(": ")[0]]
    assert server.call("other", "POST", "apps", json=body).status_code == 202


def test_one_build_is_claimed_once_and_again_after_its_builder_died(server: Any) -> None:
    server.published()
    first, second = server.desk.claim_build(), server.desk.claim_build()
    assert (first is not None, second) == (True, None)
    server.desk.requeue_builds()
    assert server.desk.claim_build() == first


def test_a_runtime_that_begins_anew_has_no_processes(server: Any) -> None:
    server.run(server.published())
    server.desk.requeue_builds()
    assert list(server.desk.routes()) == []


def test_reports_about_what_is_gone_are_ignored(server: Any) -> None:
    app = server.run(server.published())
    server.call("owner", "DELETE", f"apps/{app['id']}")
    server.see(app, ReplicaState.STOPPED)
    assert server.desk.promote(app["deployment_id"]) is False


def _share(server: Any, app: dict[str, Any], to: str, role: str) -> dict[str, Any]:
    body = {"to": {"type": "user", "name": to}, "role": role}
    answer = server.call("owner", "POST", f"apps/{app['id']}/grants", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
