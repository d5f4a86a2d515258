"""The rung for a server that is not root and has no namespaces: what it holds, and how cells end."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from gatepost_server.runtime.environments import find_interpreters
from gatepost_server.runtime.isolation import landlock
from gatepost_server.runtime.isolation.model import Isolation, Rung
from gatepost_server.runtime.isolation.probe import Machine, choose_isolation
from gatepost_server.runtime.isolation.seccomp import filter_for
from gatepost_server.settings.folders import Folders

NOBODY = 65_534
SAME = tuple(
    interpreter.path
    for interpreter in find_interpreters()
    if interpreter.version.startswith(f"{sys.version_info[0]}.{sys.version_info[1]}.")
    and interpreter.is_systems
)

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="becoming nobody needs root"),
    pytest.mark.skipif(landlock.abi() < 6, reason="Landlock ABI 6 is not in this kernel"),
    pytest.mark.skipif(not SAME, reason="no Python like ours lies where nobody can read it"),
]

HIDES = """
import json, os, resource, signal, socket, sys, time
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(writing, b"x")
        time.sleep(600)
    os._exit(0)
os.read(reading, 1)
def tried(act):
    try:
        act()
    except OSError as error:
        return type(error).__name__
    return "done"
pair = socket.socketpair()
print(json.dumps({
    "kill the guard": tried(lambda: os.kill(os.getppid(), 9)),
    "limit the guard": tried(lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))),
    "unix socket": tried(lambda: socket.socket(socket.AF_UNIX)),
    "datagrams": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
    "multipath": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)),
    "plain tcp": tried(lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM)),
    "pair": pair[0].send(b"x"),
}), flush=True)
time.sleep(600)
"""
LEAVES = """
import os, time
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
print("{}", flush=True)
os._exit(3)
"""
BOMB = """
import json, os, time
made = 0
try:
    for made in range(100_000):
        if os.fork() == 0:
            time.sleep(600)
except OSError as error:
    print(json.dumps({"made": made, "error": type(error).__name__}), flush=True)
time.sleep(600)
"""


class Played:
    """A server of nobody's with one cell in it."""

    def __init__(self, lent: Path, wish: str, code: str) -> None:
        paths = [path for path in sys.path if path.startswith(tuple(map(str, readable())))]
        self.process = subprocess.Popen(
            [SAME[0], Path(__file__).with_name("as_nobody.py"), lent / "d", SAME[0], wish, code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            user=NOBODY, group=NOBODY, extra_groups=[],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(paths), "HOME": str(lent)}, cwd=lent,
        )  # fmt: skip
        self.mark = str(lent)

    def said(self) -> Any:
        """Return the next line."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def end(self) -> Any:
        """Let it end its cell, and return how."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        told = self.said()
        self.process.wait(30)
        return told

    def left(self) -> list[psutil.Process]:
        """Return what of the cell still lives: whoever works in its folder."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                is_its = process.cwd().startswith(self.mark) and process.pid != self.process.pid
                if is_its and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found


def readable() -> list[Path]:
    """Return where the packages of this environment lie, of which nobody has to be able to read."""
    return [Path(__file__).resolve().parents[2], Path(sys.prefix)]


@pytest.fixture
def lent() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gp-reduced-"))
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def play(lent: Path) -> Iterator[Any]:
    played: list[Played] = []

    def begin(code: str, wish: str = "reduced") -> Played:
        played.append(Played(lent, wish, code))
        return played[-1]

    yield begin
    for one in played:
        one.process.kill()
        one.process.wait()
        for stream in (one.process.stdin, one.process.stdout):
            assert stream is not None
            stream.close()
        for process in one.left():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def until_nothing_is_left(played: Played) -> None:
    end = time.monotonic() + 60
    while played.left():
        assert time.monotonic() < end, played.left()
        time.sleep(0.05)


def test_it_holds_against_the_attack_and_ends_what_hid(play: Any) -> None:
    played = play(HIDES)
    chosen = played.said()
    assert (chosen["rung"], chosen["reached"]) == ("reduced", []), chosen
    refused = ("kill the guard", "limit the guard", "unix socket", "datagrams", "multipath")
    assert played.said() == {**dict.fromkeys(refused, "PermissionError"), "plain tcp": "done", "pair": 1}
    assert len(played.left()) == 3

    assert played.end() == {"ended": 137}

    assert played.left() == []


def test_when_the_app_ends_what_it_left_ends_with_its_own_exit_code(play: Any) -> None:
    played = play(LEAVES)
    played.said()
    played.said()
    until_nothing_is_left(played)
    assert played.end() == {"ended": 3}


def test_a_server_that_is_killed_takes_its_cells_along(play: Any) -> None:
    played = play(HIDES)
    played.said()
    played.said()

    played.process.kill()

    until_nothing_is_left(played)


def test_a_fork_bomb_ends_at_its_own_limit(play: Any) -> None:
    played = play(BOMB)
    played.said()
    told = played.said()
    assert told["error"] == "BlockingIOError"
    assert told["made"] <= 300
    subprocess.run(["/bin/true"], user=NOBODY, check=True)  # who is outside forks on
    assert played.end() == {"ended": 137}
    assert played.left() == []


def test_root_is_told_that_hardened_is_stronger(lent: Path) -> None:
    """The refused twin: nobody who could have more gets less."""
    machine = Machine(Folders(lent), SAME[0], None, 7, has_wide_uids=False)
    chosen, _ = asyncio.run(choose_isolation("reduced", machine))
    assert (chosen.rung, chosen.offered) == (Rung.NONE, None)
    assert chosen.reason == "reduced: it is for servers that do not run as root; hardened is stronger"


def test_a_processor_without_a_filter_is_not_trusted() -> None:
    assert filter_for("riscv64", shares_network=True, shares_uid=True) is None


def test_the_refusal_names_the_weaker_rung_that_would_stand() -> None:
    held = Isolation(Rung.NONE, "no namespaces", offered=Rung.REDUCED)
    assert "`gatepost up --isolation reduced`" in (held.refusal_for(trusted=False) or "")
    bare = Isolation(Rung.NONE, "no namespaces")
    assert "reduced" not in (bare.refusal_for(trusted=False) or "")
