"""`gatepost up` for real: one whole instance on a data folder and a port of its own."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psutil
from waiting import until

PARTS = ("authorizer", "broker", "calls", "control", "runtime", "worker")
GATEPOST = str(Path(sys.executable).with_name("gatepost"))


class Instance:
    """One `gatepost up`, and what can be seen of it from outside."""

    def __init__(
        self,
        data: Path,
        *options: str,
        env: dict[str, str] | None = None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        """Start it; `PORT` in an option is its port. With *trusted* authorities it speaks https."""
        self.data = data
        self.trusted = trusted
        with socket.socket() as finder:
            finder.bind(("127.0.0.1", 0))
            self.port = finder.getsockname()[1]
        self.options = [option.replace("PORT", str(self.port)) for option in options]
        self.env = env or {}
        self.url = f"{'http' if trusted is None else 'https'}://localhost:{self.port}"
        self.process = self.start()
        self.told = self.await_line()

    def start(self) -> subprocess.Popen[str]:
        """Start `gatepost up`."""
        command = [GATEPOST, "up", "--data-dir", str(self.data), "--port", str(self.port), "--json"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
        with self.errors.open("a") as errors:
            return subprocess.Popen(
                [*command, *self.options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment | self.env,
            )

    @property
    def errors(self) -> Path:
        """The file that holds what it says to people."""
        return self.data.parent / "up.err"

    @property
    def password(self) -> str:
        """The first administrator's password."""
        return Path(self.told["admin"]["password_file"]).read_text().strip()

    def await_line(self) -> dict[str, Any]:
        """Return the one JSON line."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.errors.read_text()
        told: dict[str, Any] = json.loads(line)
        return told

    def again(self) -> None:
        """Start it anew on the same data and port; return when it has said its line."""
        assert self.process.poll() is not None, "end it first"
        self.process = self.start()
        self.told = self.await_line()

    def part(self, name: str) -> psutil.Process:
        """Return the process *name* of this instance, waiting for one that comes back."""
        return until(lambda: self._found(name), what=f"a process {name}")

    def _found(self, name: str) -> psutil.Process | None:
        for process in self.family():
            words = _words(process)
            is_envoy = name == "envoy" and words[:1] != [] and words[0].endswith("envoy")
            if is_envoy or words[-2:] == ["gatepost_server.admin.process", name]:
                return process
        return None

    def pid_of(self, name: str) -> int | None:
        """Return the pid of *name* now, or None while there is none."""
        found = self._found(name)
        return found.pid if found is not None else None

    def relays(self) -> list[psutil.Process]:
        """Return the relay of every running application."""
        return [one for one in self.family() if "gatepost_server.runtime.relay" in _words(one)]

    def kill(self, name: str) -> None:
        """End *name* with -9, and return when another one is in its place."""
        before = self.part(name)
        before.kill()
        until(lambda: (now := self._found(name)) and now.pid != before.pid, what=f"a new {name}")

    def family(self) -> list[psutil.Process]:
        """Return every process below `gatepost up`."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def leftovers(self) -> list[list[str]]:
        """Return the command lines of living processes that name this data folder."""
        found = []
        for process in psutil.process_iter():
            try:
                words = process.cmdline()
                named = [*words, process.environ().get("GATEPOST_DATA_DIR", "")]
            except psutil.Error:
                continue
            if any(str(self.data) in word for word in named):
                found.append(words)
        return found

    def is_healthy(self) -> bool:
        """Tell whether the control plane answers through Envoy."""
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2, verify=self.trusted or True).status_code == 200
        except httpx.HTTPError:
            return False

    def is_listening(self) -> bool:
        """Tell whether anything accepts connections on the port."""
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self, number: int = signal.SIGINT) -> None:
        """Stop it as Ctrl-C does."""
        self.process.send_signal(number)
        assert self.process.wait(30) == 0
        self.close()

    def close(self) -> None:
        """Make sure nothing of it runs on, however a test ended."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        until(lambda: self.leftovers() == [], what="the end of every process")


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
