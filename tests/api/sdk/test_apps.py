"""Applications through the client and the command line, on the real control plane.

The desk is used as the runtime and the gate use it; what they really do is tried in e2e.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from control_plane import ControlPlane

from gatepost import errors
from gatepost.bundle import packed
from gatepost.cli.main import run
from gatepost.connected import Client
from gatepost.deploying import Watch
from gatepost.models import App
from gatepost_server.apps.model import BuildResult, ReplicaReport, ReplicaState

Step = Callable[[float], None]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "My site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Hello</h1>")
    (folder / "ångström.txt").write_text("unicode")
    return folder


@pytest.fixture
def runtime(server: ControlPlane) -> Step:
    """Return one step of what runtime and gate do."""

    def step(_: float, *, is_built: bool = True) -> None:
        order = server.desk.claim_build()
        if order is not None:
            with Path(order.log_path).open("a") as log:
                log.write(f"building version {order.number}\n")
            reason = None if is_built else "there is no such package"
            server.desk.finish_build(order.version_id, BuildResult(is_built, reason=reason))
        for app in server.desk.desired_apps():
            server.desk.report(
                ReplicaReport(
                    app.app_id,
                    app.deployment_id,
                    app.revision,
                    ReplicaState.READY,
                    datetime.now(UTC),
                    "/run/x.sock",
                )
            )
        for deployment in server.desk.awaiting_promotion():
            server.desk.promote(deployment)

    return step


@pytest.fixture
def deployed(admin: Client, site: Path, runtime: Step) -> App:
    with packed(site) as bundle:
        started = admin.apps.create("My site", bundle.path)
    return Watch(admin, sleep=runtime).until_settled(started)


def test_a_folder_becomes_an_application(admin: Client, site: Path, runtime: Step) -> None:
    told: list[str] = []
    with packed(site) as bundle:
        started = admin.apps.create("Told", bundle.path, kind="static")
    ended = Watch(admin, on_state=told.append, on_line=told.append, sleep=runtime).until_settled(started)
    assert (ended.state, ended.kind, ended.live_version) == ("running", "static", 1)
    assert told[0] == "building"
    assert told[-1] == "running"
    assert "building version 1" in told
    assert ended.owner is not None
    assert ended.owner.name


def test_a_new_version_is_waited_for_and_rolled_back(
    admin: Client, deployed: App, site: Path, runtime: Step
) -> None:
    assert deployed.source_id is not None
    (site / "index.html").write_text("<h1>Second</h1>")
    with packed(site) as bundle:
        made = admin.sources.add_version(deployed.source_id, bundle.path)
    started = admin.apps.deploy(deployed.id, made.version)
    ended = Watch(admin, sleep=runtime).until_settled(started)
    assert (ended.version, ended.live_version) == (2, 2)
    back = Watch(admin, sleep=runtime).until_settled(admin.apps.deploy(deployed.id, 1))
    assert (back.version, back.live_version) == (1, 1)
    assert [version.version for version in admin.sources.versions(deployed.source_id)] == [2, 1]


def test_a_failed_build_says_why(admin: Client, site: Path, runtime: Step) -> None:
    (site / "app.py").write_text("import fastapi\napp = fastapi.FastAPI()\n")
    with packed(site) as bundle:
        started = admin.apps.create("Broken", bundle.path, kind="fastapi")
    with pytest.raises(errors.Failed, match="no such package"):
        Watch(admin, sleep=lambda _: runtime(0, is_built=False)).until_settled(started)  # type: ignore[call-arg]


def test_an_application_is_steered_shared_and_deleted(admin: Client, deployed: App) -> None:
    assert admin.apps.stop(deployed.id).state == "stopped"
    assert admin.apps.start(deployed.id).state != "stopped"
    admin.apps.restart(deployed.id)
    assert admin.apps.rename(deployed.id, "Renamed").name == "Renamed"
    assert admin.apps.set_access(deployed.id, "signed_in").access == "signed_in"
    username = f"carol{deployed.number}"
    admin.users.create(username, email=f"{username}@example.com", display_name="Carol", role="viewer")
    grant = admin.apps.grants.give(deployed.id, to_type="user", to_name=username, role="consumer")
    assert grant.id in [held.id for held in admin.apps.grants.list(deployed.id)]
    assert admin.apps.grants.revoke(deployed.id, grant.id).revoked
    assert admin.apps.delete(deployed.id).revoked
    with pytest.raises(errors.NotFound):
        admin.apps.get(deployed.id)


def test_a_build_log_is_followed_to_its_end(admin: Client, deployed: App) -> None:
    assert list(admin.apps.logs.follow(deployed.id, kind="build")) == ["building version 1"]
    assert list(admin.apps.logs.read(deployed.id, kind="build")) == ["building version 1"]
    assert list(admin.apps.logs.read(deployed.id, kind="run")) == []


def test_a_run_log_is_followed_as_it_grows(server: ControlPlane, admin: Client, deployed: App) -> None:
    log = Path(next(app.log_path for app in server.desk.desired_apps() if app.app_id == deployed.id))
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("one\ntwo\n")
    lines = admin.apps.logs.follow(deployed.id, tail=1)
    assert next(lines) == "two"
    with log.open("a") as more:
        more.write("three \u2028 with odd\u0085ends\n")
    assert next(lines) == "three \u2028 with odd\u0085ends"
    lines.close()  # type: ignore[attr-defined]


def test_a_run_log_is_followed_over_a_restart(server: ControlPlane, admin: Client, deployed: App) -> None:
    log = Path(next(app.log_path for app in server.desk.desired_apps() if app.app_id == deployed.id))
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("old\nGET / 200\nGET / 200\n")

    def wait(_: float) -> None:
        server.start()

    lines = admin.apps.logs.follow(deployed.id, tail=2, sleep=wait)
    assert [next(lines), next(lines)] == ["GET / 200"] * 2
    server.stop()
    with log.open("a") as more:
        more.write("GET / 200\nGET / 200\nGET /new 200\nhalf a li")
    assert [next(lines) for _ in range(3)] == ["GET / 200", "GET / 200", "GET /new 200"]
    with log.open("a") as more:
        more.write("ne\n")
    assert next(lines) == "half a line"
    lines.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("manifest", "code"),
    [("", "kind-unclear"), ('[app]\nkind = "cobol"\ncolour = "red"\n', "manifest-invalid")],
)
def test_a_folder_of_no_kind_is_refused_with_what_to_do(
    admin: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], manifest: str, code: str
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "notes.txt").write_text("nothing to serve")
    (folder / "gatepost.toml").write_text(manifest)
    for more in ((), ("--json",)):
        assert run(["deploy", str(folder), *more]) == 7
    shown = capsys.readouterr()
    assert shown.out == ""
    *words, said = shown.err.splitlines()
    problem = json.loads(said)
    assert (problem["code"], problem["status"]) == (code, 400)
    assert problem["detail"] in words
    faults = [f"  {fault['field']}: {fault['detail']}" for fault in problem.get("errors", [])]
    assert set(faults) <= set(words)
    assert bool(faults) == (code == "manifest-invalid")


def test_the_command_line_finds_and_shows_it(
    admin: Client, deployed: App, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for called in (deployed.id, str(deployed.number)):
        capsys.readouterr()
        assert run(["apps", "show", called, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["id"] == deployed.id
    for command in ("list", f"versions {deployed.id}", f"grants {deployed.id}", f"logs {deployed.id}"):
        assert run(["apps", *command.split()]) == 0
    for command in ("list", f"show {deployed.source_id}"):
        assert run(["sources", *command.split()]) == 0
    assert run(["deploy", str(site), "--app", deployed.id, "--no-wait"]) == 0
    assert run(["apps", "delete", deployed.id, "--yes"]) == 0


def test_runtime_parameters_are_set_with_their_type(
    admin: Client, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declared = "[{fieldName: RATE, type: numeric, defaultValue: 2}, {fieldName: IS_ON, type: boolean}]"
    (site / "metadata.yaml").write_text(f"runtimeParameterDefinitions: {declared}")
    with packed(site) as bundle:
        made = admin.apps.create("With parameters", bundle.path)
    assert run(["apps", "parameters", made.id, "--set", "RATE=2.5", "--set", "IS_ON=true"]) == 0
    found = {one.name: (one.value, one.payload) for one in admin.apps.runtime_parameters(made.id)}
    assert found == {"IS_ON": (True, True), "RATE": (2.5, 2.5)}
    assert run(["apps", "parameters", made.id, "--set", "RATE=x"]) == 7
    assert run(["apps", "parameters", made.id, "--set", "RATE"]) == 2
    assert run(["apps", "parameters", made.id, "--unset", "RATE"]) == 0
    capsys.readouterr()
    assert run(["apps", "parameters", made.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"][1]["payload"] == 2


def test_the_key_of_an_application_is_listed_and_copied(
    server: ControlPlane, admin: Client, tmp_path: Path, runtime: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "app.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    with packed(tmp_path) as bundle:
        made = admin.apps.create("Keyed", bundle.path)
    deployment_id = str(made.raw["deployment_id"])
    text = server.desk.launch_key(deployment_id)
    assert text is not None
    [key] = admin.apps.keys(made.id)
    assert (key.name, key.key_scope_level, key.is_used) == (f"CustomApp {made.id}", "viewer", True)
    assert key.user is not None
    assert key.user.name == "admin"
    assert admin.keys.reveal(key.id).reveal() == text.reveal()
    assert run(["apps", "keys", made.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["id"] == key.id
    assert run(["keys", "copy", key.name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["key"] == text.reveal()
    own = admin.keys.create("own")
    with pytest.raises(errors.Conflict):
        admin.keys.reveal(own.id)
