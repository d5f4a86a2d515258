"""A desk for each page of the guide: a folder, a home, and a shell that remembers."""

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from guide_blocks import Block, calls_of, fits, put_in_place, script_of

GATEPOST = Path(sys.executable).with_name("gatepost")
LONGEST = 240
OLD_PYTHONS = sorted(Path("~/.pyenv/versions").expanduser().glob("2.7*/bin"))
"""Where pyenv keeps Python 2, which its shims do not start by themselves."""
SEEN = ":".join([str(GATEPOST.parent), *map(str, OLD_PYTHONS[:1]), os.environ["PATH"], "/usr/sbin", "/sbin"])


@dataclass(frozen=True)
class Instance:
    """Where a fresh instance runs."""

    url: str
    port: int
    data: Path


@dataclass
class Desk:
    """Where one page is read: a folder, a home, an environment that lasts from step to step."""

    folder: Path
    instance: Instance
    env: dict[str, str]
    instead: dict[str, str]
    done: set[int] = field(default_factory=set)

    def do(self, block: Block) -> None:
        """Do what *block* shows; fails when it prints something else, or ends badly."""
        step = block.step.removeprefix("type ") if block.step.startswith("type ") else ""
        text = put_in_place(block.text, self.instead)
        block = Block(block.page, block.line, block.heading, block.language, text, block.step)
        if block.language != "console" or block.step.startswith("write "):
            code, printed = self._bash(script_of(block, step))
            assert code == 0, f"{block.name} ended with {code}:\n{printed}"
            return
        for command, shown in calls_of(text):
            code, printed = self._bash(f"{command}\n" if not step else f"{{ {command}\n}} < {step}\n")
            if shown:
                assert fits(shown, printed), f"{block.name}: {command}\nshown:\n{shown}\nprinted:\n{printed}"
            else:
                assert code == 0, f"{block.name}: {command} ended with {code}:\n{printed}"

    def _bash(self, script: str) -> tuple[int, str]:
        """Run *script*; what it exports and where it goes stay for the next one."""
        state = self.folder.parent / "state.json"
        remember = self.folder.parent / "remember.py"
        remember.write_text(
            f'import json, os\njson.dump([os.getcwd(), dict(os.environ)], open({str(state)!r}, "w"))\n'
        )
        at_end = f"trap 'code=$?; {sys.executable} {remember}; exit $code' EXIT"
        done = subprocess.run(
            ["bash", "-c", f"{at_end}\nset -ea -o pipefail\n{script}"],
            cwd=self.env["PWD"], env=self.env, stdin=subprocess.DEVNULL, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=LONGEST,
        )  # fmt: skip
        where, self.env = json.loads(state.read_text())
        self.env["PWD"] = where
        return done.returncode, done.stdout


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        port: int = finder.getsockname()[1]
        return port


def lay_desk(page: str, instance: Instance, shelf: Path) -> Desk:
    """Prepare what a reader of *page* has before the first step."""
    folder, home = shelf / "work", shelf / "home"
    for made in (folder, home):
        made.mkdir(mode=0o700)
    (folder / "data").symlink_to(instance.data)
    (folder / "examples").symlink_to(Path(__file__).parents[2] / "examples")
    proxy = str(free_port())
    env = {
        "PATH": SEEN, "HOME": str(home),
        "LANG": "C.UTF-8", "PWD": str(folder), "NO_COLOR": "1", "COLUMNS": "200",
    }  # fmt: skip
    desk = Desk(folder, instance, env, {":8080": f":{instance.port}", "8081": proxy})
    if page != "first-start":
        code, printed = desk._bash(
            f"gatepost login --server {instance.url} --username admin < data/admin-password\n"
        )
        assert code == 0, printed
    return desk


def has_program(name: str) -> bool:
    """Tell whether *name* can be run here, not only found (pyenv leaves empty shells)."""
    found = shutil.which(name, path=SEEN)
    return (
        found is not None
        and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0
    )
