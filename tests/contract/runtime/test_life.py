"""Deployments through the whole runtime, as real processes in the best sandbox there is."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from gatepost_server.apps.usage import HOUR, Used, used_since
from gatepost_server.runtime.wire import ask_json

SERVER = Path(__file__).with_name("runtime_process.py")
PLAIN = """
import os, sys, threading
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    if scope["path"] == "/die":
        os._exit(3)
    if scope["path"] == "/pid":
        body = str(os.getpid()).encode()
    elif scope["path"] == "/eat":
        body = str(len(b"x" * (2 << 30))).encode()
    else:
        body = (scope.get("root_path", "") + "|" + scope["path"]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})
"""


class Runtime:
    """A runtime process and the orders it works for, kept in a JSON file."""

    def __init__(self, folders, isolation="auto"):
        self.idle_after = 3600
        self.folders = folders
        self.orders = folders.data / "orders.json"
        self.reports = folders.data / "reports.jsonl"
        self.isolation = isolation
        self.want([])
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, str(SERVER), str(self.folders.data), self.isolation, str(self.idle_after)],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.until(self.folders.runtime_socket.exists)

    def want(self, apps):
        aside = self.orders.with_suffix(".new")
        aside.write_text(json.dumps(apps))
        aside.rename(self.orders)

    def until(self, holds, within=40.0):
        end = time.monotonic() + within
        while time.monotonic() < end:
            if found := holds():
                return found
            time.sleep(0.05)
        raise AssertionError(f"not within {within} s; last reports: {self.seen()[-4:]}")

    def seen(self):
        text = self.reports.read_text() if self.reports.exists() else ""
        return [json.loads(line) for line in text.splitlines() if line.endswith("}")]

    def last(self, name, state, after=0):
        found = [r for r in self.seen()[after:] if r.get("deployment_id") == deployment(name)]
        return found[-1] if found and found[-1]["state"] == state else None

    def socket(self, name, index=1):
        return self.folders.relays / f"{deployment(name)[4:]}{f'-{index}' if index > 1 else ''}.sock"

    def get(self, name, path, index=1, *more):
        told = subprocess.run(
            ["curl", "-s", "--max-time", "10", "--unix-socket", str(self.socket(name, index)), *more,
             f"http://app{path}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return told.stdout

    def used(self, name):
        path = self.folders.usage / ("app_" + name.rjust(24, "0"))
        return sum(used_since(path, HOUR, 0, time.time()).values(), Used())

    def children(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


def deployment(name):
    return "dep_" + name.encode().hex().rjust(24, "0")


def app(folders, name, code=PLAIN, kind="asgi", number=1, **changed):
    folder = folders.sources / f"ver_{name}"
    if not folder.exists():
        folder.mkdir(mode=0o755)
        (folder / "app.py").write_text(code)
        (folder / "index.html").write_text(f"<h1>{name}</h1>")
    return {
        "name": name, "number": number, "kind": kind, "entrypoint": "." if kind == "static" else "app:app",
        "version": f"ver_{name}", "deployment_id": deployment(name), "revision": 1, **changed,
    }  # fmt: skip


@pytest.fixture
def runtime(folders):
    made = Runtime(folders)
    yield made
    made.stop()


def test_an_app_is_built_served_healed_and_ended(runtime, folders):
    """The life of a deployment, seen from outside."""
    runtime.start()
    runtime.want([app(folders, "a"), app(folders, "s", kind="static", number=2)])
    runtime.until(lambda: runtime.last("a", "ready") and runtime.last("s", "ready"), 90)
    assert runtime.get("a", "/x") == "|/x"
    assert runtime.get("s", "/") == "<h1>s</h1>"

    count = len(runtime.seen())
    runtime.get("a", "/die")
    runtime.until(lambda: runtime.last("a", "ready", after=count))
    assert runtime.last("a", "ready")["restarts"] == 1
    assert "exit code 3" in next(r for r in runtime.seen()[count:] if r["state"] == "backing_off")["reason"]
    assert runtime.get("a", "/x") == "|/x"

    health = asyncio.run(ask_json(folders.runtime_socket, "GET", "/health"))[1]
    assert health["isolation"]["rung"] in ("strict", "hardened")
    assert {seen["name"] for seen in health["apps"]} == {"a", "s"}

    runtime.get("s", "/none")
    used = runtime.until(lambda: (one := runtime.used("a")).requests >= 3 and one)
    assert used.cpu > 0.02, "an interpreter was started twice"
    assert used.peak > 5_000_000
    assert used.failed == 1, "that by which it died"
    quiet = runtime.until(lambda: (one := runtime.used("s")).requests >= 2 and one)
    assert (quiet.refused, quiet.failed, quiet.peak) == (1, 0, 0)

    runtime.want([])
    runtime.until(lambda: runtime.last("a", "stopped"))
    runtime.until(lambda: not [c for c in runtime.children() if c.status() != psutil.STATUS_ZOMBIE])


def test_an_idle_app_pauses_and_wakes_when_poked(runtime, folders):
    """IDLE has no process and no socket; a poke brings both back."""
    runtime.idle_after = 2
    runtime.start()
    runtime.want([app(folders, "a")])
    runtime.until(lambda: runtime.last("a", "idle") and not runtime.socket("a").exists(), 90)
    assert runtime.last("a", "idle")["socket_path"] is None
    count = len(runtime.seen())
    asyncio.run(ask_json(folders.runtime_socket, "POST", "/wake", {"app_id": "app_" + "a".rjust(24, "0")}))
    runtime.until(lambda: runtime.last("a", "ready", after=count))
    assert runtime.get("a", "/x") == "|/x"


def test_kill_9_of_an_app_heals_and_of_the_runtime_leaves_no_orphan(runtime, folders):
    """Every process hangs on the runtime's life, and a new runtime starts all again."""
    runtime.start()
    runtime.want([app(folders, "a"), app(folders, "s", kind="static", number=2)])
    runtime.until(lambda: runtime.last("a", "ready") and runtime.last("s", "ready"), 90)

    count = len(runtime.seen())
    serving = [c for c in runtime.children() if "serve_asgi.py" in " ".join(c.cmdline())]
    serving[-1].send_signal(signal.SIGKILL)
    runtime.until(lambda: runtime.last("a", "ready", after=count))

    before = runtime.children()
    assert len(before) >= 3
    runtime.process.kill()
    runtime.process.wait()
    _, alive = psutil.wait_procs(before, timeout=5)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []

    count = len(runtime.seen())
    runtime.start()
    runtime.until(lambda: runtime.last("a", "ready", after=count) and runtime.last("s", "ready", after=count))
    assert runtime.get("a", "/x") == "|/x"


@pytest.mark.skipif(os.geteuid() != 0, reason="own uids need root")
def test_without_namespaces_no_orphan_is_left_either(folders):
    """On the hardened rung the relay ends its app when the runtime was killed."""
    runtime = Runtime(folders, "hardened")
    try:
        runtime.start()
        hidden = "import subprocess\nsubprocess.Popen(['sleep', '4711'], start_new_session=True)\n" + PLAIN
        runtime.want([app(folders, "a", code=hidden)])
        runtime.until(lambda: runtime.last("a", "ready"), 90)
        before = runtime.children()
        assert any("4711" in process.cmdline() for process in before)
        runtime.process.kill()
        runtime.process.wait()
        _, alive = psutil.wait_procs(before, timeout=8)
        assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    finally:
        runtime.stop()


def test_an_app_that_cannot_start_ends_as_failed_with_its_last_words(runtime, folders):
    """Five quick crashes, then rest, with the traceback as the reason."""
    runtime.start()
    runtime.want([app(folders, "bad", code="raise RuntimeError('no such luck')\n")])
    runtime.until(lambda: runtime.last("bad", "failed"), 90)
    assert "no such luck" in runtime.last("bad", "failed")["reason"]
    assert runtime.last("bad", "failed")["restarts"] == 5


def test_a_greedy_app_is_ended_alone(runtime, folders):
    """Memory beyond the limit ends the app that took it; the other one goes on."""
    runtime.start()
    runtime.want([app(folders, "greedy", memory=256), app(folders, "b", number=2)])
    runtime.until(lambda: runtime.last("greedy", "ready") and runtime.last("b", "ready"), 90)
    pid = runtime.get("b", "/pid")
    answer = runtime.get("greedy", "/eat")
    assert str(2 << 30) not in answer
    assert runtime.get("b", "/pid") == pid


def test_a_new_deployment_serves_before_the_old_one_ends(runtime, folders):
    """While both are desired both answer; the old one drains when it is dropped."""
    runtime.start()
    runtime.want([app(folders, "old")])
    runtime.until(lambda: runtime.last("old", "ready"), 90)
    runtime.want([app(folders, "old"), app(folders, "new", app="old")])
    runtime.until(lambda: runtime.last("new", "ready"))
    assert runtime.get("old", "/1") == "|/1"
    runtime.want([app(folders, "new", app="old")])
    runtime.until(lambda: runtime.last("old", "stopped"))
    assert runtime.get("new", "/2") == "|/2"


def test_a_restart_gives_a_new_process_under_the_same_deployment(runtime, folders):
    """A higher revision is a restart."""
    runtime.start()
    runtime.want([app(folders, "a")])
    runtime.until(lambda: runtime.last("a", "ready"), 90)
    count = len(runtime.seen())
    runtime.want([app(folders, "a", revision=2)])
    ready = runtime.until(lambda: runtime.last("a", "ready", after=count))
    assert ready["revision"] == 2


def test_of_two_processes_one_serves_while_the_other_is_healed(runtime, folders):
    """Each has a socket, a place in the report and a mark in the log; a relay without its app says so."""
    runtime.start()
    runtime.want([app(folders, "a", code="print('born')\n" + PLAIN, replicas=2)])

    def both(after=0):
        report = runtime.last("a", "ready", after)
        return report and [one["state"] for one in report["processes"]] == ["ready", "ready"] and report

    runtime.until(both, 90)
    assert runtime.get("a", "/x") == runtime.get("a", "/x", 2) == "|/x"
    assert len(list(folders.relays.glob("*.ctl"))) == 2
    log = (folders.logs / "apps" / "a.log").read_text().splitlines()
    assert {"[1] born", "[2] born"} <= set(log)

    count = len(runtime.seen())
    runtime.get("a", "/die", 2)
    assert runtime.get("a", "/x") == "|/x"
    report = runtime.until(lambda: both(count))
    assert [one["restarts"] for one in report["processes"]] == [0, 1]
    assert {seen["state"] for seen in runtime.seen()[count:]} == {"ready"}
