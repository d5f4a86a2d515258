"""An application's life under the real runtime: built, crashed, idle, replaced, stopped, deleted."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest
from callers import Caller, nobody, pack, path_of, sign_in, with_key
from instances import Instance
from waiting import until

pytestmark = pytest.mark.e2e

PROBE = Path(__file__).with_name("apps") / "probe"


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder with the probe's code and further files."""

    def make(name: str, **files: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for file in PROBE.glob("*.*"):
            (folder / file.name).write_bytes(file.read_bytes())
        for file_name, text in files.items():
            (folder / file_name.replace("__", ".")).write_text(text)
        return folder

    return make


@pytest.fixture
def program(gatepost: Instance, key: str) -> Caller:
    """A program with the owner's key."""
    return with_key(gatepost, key)


@pytest.fixture(scope="module", autouse=True)
def broken(owner: Caller, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of an app that cannot start; its five tries go on beside the other tests of this file."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "gatepost.toml").write_bytes((PROBE / "gatepost.toml").read_bytes())
    (folder / "broken.py").write_text("raise SystemExit('the config is missing')\n")
    (folder / "app.py").write_text("import broken\n\nasync def app(scope, receive, send):\n    pass\n")
    made = owner.ok("POST", "apps", data={"name": "Broken"}, files={"bundle": pack(folder)})
    return str(made["id"])


def new_version(owner: Caller, app: dict, folder: Path) -> int:
    """Add *folder* as a version of the app's source and deploy it; return its number."""
    made = owner.ok("POST", f"sources/{app['source_id']}/versions", files={"bundle": pack(folder)})
    owner.ok("POST", f"apps/{app['id']}/deploy", {"source_version": made["version"]})
    return int(made["version"])


def live(owner: Caller, app: dict, version: int) -> dict:
    """Return the app once *version* is what people reach."""
    return until(
        lambda: (
            now
            if (now := owner.app(app["id"]))["live_version"] == version and now["state"] == "running"
            else None
        ),
        90,
        what=f"version {version}",
    )


def test_the_build_log_comes_as_it_is_written_and_ends(owner: Caller, bundle):
    folder = bundle("logged", requirements__txt="idna==3.10\n")
    made = owner.ok("POST", "apps", data={"name": "Logged"}, files={"bundle": pack(folder)})
    with owner.stream("GET", f"/api/v1/apps/{made['id']}/logs?kind=build&follow=true", timeout=120) as log:
        lines = list(log.iter_lines())
    assert "event: end" in lines
    assert any("Building version 1 as asgi" in line for line in lines)
    assert any("idna" in line for line in lines)
    assert owner.settled(made["id"])["state"] == "running"


@pytest.mark.parametrize(
    ("requirements", "word"),
    [
        ("no-such-package-of-gatepost-e2e==1\n", "no-such-package-of-gatepost-e2e"),
        ("-e git+https://example.com/x\n", "requirements.txt"),
    ],
)
def test_a_build_that_cannot_succeed_fails_with_its_reason(owner: Caller, bundle, requirements, word):
    folder = bundle("failing", requirements__txt=requirements)
    made = owner.ok("POST", "apps", data={"name": "Failing"}, files={"bundle": pack(folder)})
    app = owner.settled(made["id"])
    assert app["state"] == "failed"
    assert word in app["reason"]
    assert "[gatepost]" not in app["reason"]
    assert owner.api("GET", f"apps/{app['id']}/logs?kind=build").text != ""
    assert owner.get(path_of(app["content_url"])).status_code == 503


def test_a_crashed_app_comes_back_by_itself(owner: Caller, program: Caller, bundle):
    app = owner.publish(bundle("crashing"), "Crashing")
    path = path_of(app["content_url"])
    before = program.get(f"{path}who").json()
    assert program.get(f"{path}crash").status_code in (502, 503)

    until(lambda: owner.app(app["id"])["restarts"] == 1 and owner.app(app["id"])["state"] == "running")

    after = program.get(f"{path}who").json()
    assert after["born"] != before["born"]
    assert "told to crash" in owner.api("GET", f"apps/{app['id']}/logs?kind=run").text


class LongUpload:
    """An upload that goes on until it is told to end."""

    def __init__(self, instance: Instance, path: str, key: str) -> None:
        self._plain = socket.create_connection(("127.0.0.1", instance.port), timeout=60)
        head = f"PUT {path} HTTP/1.1\r\nHost: localhost:{instance.port}\r\nAuthorization: Key {key}\r\n"
        self._plain.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n".encode())

    def ended(self) -> bytes:
        """Send the rest and return the answer."""
        with self._plain as plain:
            plain.sendall(b"4\r\nlast\r\n0\r\n\r\n")
            answer = b""
            while b"}" not in answer and (more := plain.recv(65536)):
                answer += more
        return answer


class Asking:
    """Callers that ask for the version again and again."""

    def __init__(self, instance: Instance, path: str, key: str) -> None:
        self.wrong: list[str] = []
        self.seen: set[str] = set()
        self._over = threading.Event()
        self._asked = (instance, f"{path}who", key)
        self._threads = [threading.Thread(target=self._ask) for _ in range(3)]

    def _ask(self) -> None:
        instance, path, key = self._asked
        with with_key(instance, key) as caller:
            while not self._over.is_set():
                answer = caller.get(path)
                if answer.status_code == 200:
                    self.seen.add(answer.json()["version"])
                else:
                    self.wrong.append(f"{answer.status_code} {answer.text}")

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def test_a_new_version_takes_over_under_load_without_a_failed_request(owner, program, bundle, key, gatepost):
    """What began on the old version is answered by it; the way back goes the same."""
    app = owner.publish(bundle("first", VERSION="1"), "Replaced")
    path = path_of(app["content_url"])
    long = LongUpload(gatepost, f"{path}upload/long", key)
    until(lambda: program.get(f"{path}progress/long").json()["bytes"] == 5)

    with Asking(gatepost, path, key) as asking:
        assert new_version(owner, app, bundle("second", VERSION="2")) == 2
        live(owner, app, 2)
        until(lambda: program.get(f"{path}who").json()["version"] == "2")
        answer = long.ended()
        owner.ok("POST", f"apps/{app['id']}/deploy", {"source_version": 1})
        live(owner, app, 1)
        until(lambda: program.get(f"{path}who").json()["version"] == "1")

    assert (asking.wrong, asking.seen) == ([], {"1", "2"})
    assert b"200 OK" in answer
    assert b'"version": "1"' in answer
    assert b'"bytes": 9' in answer
    assert owner.ok("GET", f"apps/{app['id']}/deployments")["items"][0]["version"] == 1


def test_a_version_that_fails_leaves_the_live_one_in_place(owner, program, bundle):
    app = owner.publish(bundle("good", VERSION="good"), "Kept")
    path = path_of(app["content_url"])
    new_version(owner, app, bundle("bad", requirements__txt="no-such-package-of-gatepost-e2e\n"))

    failed = owner.settled(app["id"], "failed")

    assert (failed["version"], failed["live_version"]) == (2, 1)
    assert program.get(f"{path}who").json()["version"] == "good"


def test_stopped_means_stopped_until_somebody_starts_it(owner: Caller, program: Caller, bundle):
    app = owner.publish(bundle("stopped"), "Stopped")
    path = path_of(app["content_url"])
    owner.ok("POST", f"apps/{app['id']}/stop")
    refused = until(lambda: answer if (answer := program.get(path)).status_code == 503 else None)
    assert refused.json()["code"] == "app-stopped"
    assert owner.app(app["id"])["state"] == "stopped"
    assert owner.api("POST", f"apps/{app['id']}/restart").status_code == 409

    owner.ok("POST", f"apps/{app['id']}/start")

    assert program.get(path).status_code == 200


def test_a_restart_loses_no_request(owner: Caller, program: Caller, bundle):
    """Requests wait for the new process; the old one ends what it had begun."""
    app = owner.publish(bundle("restarted"), "Restarted")
    path = path_of(app["content_url"])
    before = program.get(f"{path}who").json()["born"]
    answers = []

    owner.ok("POST", f"apps/{app['id']}/restart")

    def has_new_process() -> bool:
        answers.append(program.get(f"{path}who"))
        return answers[-1].status_code == 200 and answers[-1].json()["born"] != before

    until(has_new_process, what="another process")
    assert {answer.status_code for answer in answers} == {200}


def test_a_deleted_app_is_gone_with_its_process(gatepost, owner: Caller, program: Caller, bundle):
    app = owner.publish(bundle("deleted"), "Deleted")
    relays = len(gatepost.relays())
    receipt = owner.ok("DELETE", f"apps/{app['id']}")
    assert receipt["gates"]
    assert program.get(path_of(app["content_url"])).status_code == 404
    assert owner.api("GET", f"apps/{app['id']}").status_code == 404
    until(lambda: len(gatepost.relays()) < relays, what="the end of its relay")


def test_an_idle_app_pauses_and_is_woken_by_whoever_may_open_it(start_instance):
    """Nobody else wakes it; the request that does waits and is answered."""
    instance = start_instance(env={"GATEPOST_IDLE_AFTER": "10"})
    with sign_in(instance, "admin", instance.password) as admin:
        app = admin.publish(PROBE, "Sleeper")
        path = path_of(app["content_url"])
        born = admin.get(f"{path}who").json()["born"]
        admin.settled(app["id"], "idle", within=60)
        until(lambda: instance.relays() == [], what="the end of its process")

        with nobody(instance) as stranger:
            assert stranger.get(f"{path}who").status_code == 401
        assert admin.app(app["id"])["state"] == "idle"

        woken = admin.get(f"{path}who")
        assert woken.status_code == 200
        assert woken.json()["born"] != born


def test_without_isolation_uploads_are_refused_with_the_sentence_that_mends_it(start_instance, tmp_path):
    """Here the strict rung is asked for on a machine whose PATH has no bubblewrap."""
    instance = start_instance("--isolation", "strict", env={"PATH": str(tmp_path)})
    with sign_in(instance, "admin", instance.password) as admin:
        made = admin.api("POST", "apps", data={"name": "Refused"}, files={"bundle": pack(PROBE)})
        assert (made.status_code, made.json()["code"]) == (409, "isolation-none")
        assert "Install bubblewrap" in made.json()["detail"]
        assert "--isolation none" in made.json()["detail"]
        assert admin.ok("GET", "apps")["items"] == []
        assert "isolation:none" in admin.ok("GET", "health")["reasons"]


def test_whoever_accepts_the_risk_by_name_may_upload_and_health_says_so(start_instance):
    instance = start_instance("--isolation", "none")
    with sign_in(instance, "admin", instance.password) as admin:
        app = admin.publish(PROBE, "Accepted")
        assert admin.app(app["id"])["isolation"] == "none"
        assert "isolation:none" in admin.ok("GET", "health")["reasons"]


def test_an_app_that_cannot_start_is_failed_and_its_log_says_why(owner: Caller, broken: str):
    """It is tried with growing pauses, five times; then people read its last words."""
    app = owner.settled(broken, "failed", within=120)
    assert "the config is missing" in app["reason"]
    assert app["restarts"] == 5
    assert "the config is missing" in owner.api("GET", f"apps/{app['id']}/logs?kind=run").text
    refused = owner.get(path_of(app["content_url"]))
    assert (refused.status_code, refused.json()["code"]) == (503, "app-failed")
