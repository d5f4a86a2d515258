"""The command `gatepost` as people run it: a process, a home of its own, exit codes."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from callers import PASSWORD
from instances import GATEPOST, Instance


class CommandLine:
    """One person's terminal: what is stored at login stays in *home*."""

    def __init__(self, instance: Instance, home: Path) -> None:
        self.instance = instance
        self.home = home

    def environment(self, **more: str) -> dict[str, str]:
        """Return the surroundings of a command."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEPOST_")}
        own = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config"), "BROWSER": "true"}
        return clean | own | more

    def run(self, *words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [GATEPOST, *words],
            env=self.environment(**env),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """Start a command that runs until it is stopped."""
        return subprocess.Popen(
            [GATEPOST, *words],
            env=self.environment(**env, PYTHONUNBUFFERED="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def json(self, *words: str, stdin: str = "", **env: str) -> Any:
        """Run a command with `--json`, expect success, and return what it printed."""
        done = self.run(*words, "--json", stdin=stdin, **env)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stderr}"
        return json.loads(done.stdout)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Sign in by password, as without a terminal."""
        words = ("login", "--server", self.instance.url, "--password", "--username", username)
        self.json(*words, stdin=f"{password}\n")
