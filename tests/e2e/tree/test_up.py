"""`gatepost up` for real: all its processes, Envoy in front, and nothing left afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

pytestmark = pytest.mark.e2e

PARTS = ("authorizer", "control", "runtime", "worker")


class Instance:
    """One `gatepost up` on a data folder of its own."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        with socket.socket() as finder:
            finder.bind(("127.0.0.1", 0))
            self.port = finder.getsockname()[1]
        self.options = options
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = self.start()
        self.told = self.await_line()

    def start(self) -> subprocess.Popen[str]:
        """Start `gatepost up`."""
        command = [sys.executable, "-m", "gatepost.cli.main"]
        gatepost = Path(sys.executable).with_name("gatepost")
        command = [str(gatepost), "up", "--data-dir", str(self.data), "--port", str(self.port), "--json"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
        with (self.data.parent / "up.err").open("a") as errors:
            return subprocess.Popen(
                [*command, *self.options], stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
            )

    def await_line(self) -> dict[str, object]:
        """Return the one JSON line."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, (self.data.parent / "up.err").read_text()
        return json.loads(line)

    def part(self, name: str) -> psutil.Process:
        """Return the process *name* of this instance."""
        for process in self.family():
            words = process.cmdline()
            if name == "envoy" and words and words[0].endswith("envoy"):
                return process
            if words[-2:] == ["gatepost_server.admin.process", name]:
                return process
        pytest.fail(f"there is no process {name}")

    def family(self) -> list[psutil.Process]:
        """Return every process below `gatepost up`."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def leftovers(self) -> list[list[str]]:
        """Return the command lines of living processes that name this data folder."""
        found = []
        for process in psutil.process_iter():
            try:
                named = [*process.cmdline(), process.environ().get("GATEPOST_DATA_DIR", "")]
            except psutil.Error:
                continue
            if any(str(self.data) in word for word in named):
                found.append(process.cmdline())
        return found

    def is_healthy(self) -> bool:
        """Tell whether the control plane answers through Envoy."""
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def end(self) -> float:
        """Stop as Ctrl-C does; return the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(15) == 0
        self.close()
        return time.monotonic() - began

    def close(self) -> None:
        """Make sure nothing of it runs on, however a test ended."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(15)
        assert self.process.stdout is not None
        self.process.stdout.close()


def until(true, within=20.0):
    """Look again every 50 ms until *true*; fail after *within* seconds."""
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


@pytest.fixture
def instance(tmp_path):
    """Lend a running instance without examples."""
    running = Instance(tmp_path / "data", "--no-demo")
    yield running
    running.close()
    until(lambda: running.leftovers() == [])


def test_up_starts_everything_tells_one_line_and_leaves_nothing(instance):
    assert instance.told["url"] == f"http://localhost:{instance.port}"
    assert instance.told["admin"]["username"] == "admin"
    assert instance.told["apps"] == []
    assert instance.is_healthy()
    password = Path(instance.told["admin"]["password_file"])
    assert password.stat().st_mode & 0o777 == 0o600

    took = instance.end()

    assert took < 10
    assert instance.leftovers() == []


def test_each_part_that_is_killed_comes_back(instance):
    for name in (*PARTS, "envoy"):
        before = instance.part(name)
        before.kill()
        until(
            lambda name=name, pid=before.pid: name in str(parts(instance)) and instance.part(name).pid != pid
        )
    until(instance.is_healthy)


def parts(instance):
    """Return the names of the instance's own processes that run now."""
    return [words[-1] if words[:1] != [] and "admin.process" in words[-2] else words[0]
            for words in (p.cmdline() for p in instance.family()) if len(words) > 1]  # fmt: skip


def test_killing_up_itself_with_minus_9_leaves_nothing_and_the_data_can_be_used_at_once(instance):
    instance.process.kill()
    instance.process.wait()
    instance.process.stdout.close()

    instance.process = instance.start()
    again = instance.await_line()

    assert again["admin"] == instance.told["admin"]
    assert instance.is_healthy()


def test_a_second_up_continues_with_the_same_data(instance):
    password = Path(instance.told["admin"]["password_file"]).read_text()
    instance.end()

    instance.process = instance.start()

    assert instance.await_line()["admin"] == instance.told["admin"]
    assert Path(instance.told["admin"]["password_file"]).read_text() == password


def test_two_at_once_on_one_folder_are_refused(instance):
    second = instance.start()
    assert second.wait(20) == 1
    second.stdout.close()
    assert "already runs" in (instance.data.parent / "up.err").read_text()
    assert instance.is_healthy()
