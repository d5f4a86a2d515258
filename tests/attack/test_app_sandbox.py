"""One attack script against every rung: what a hostile app can reach."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from gatepost_server.runtime.environments import find_interpreters
from gatepost_server.runtime.isolation import landlock
from gatepost_server.runtime.isolation.cgroups import find_cgroups
from gatepost_server.runtime.isolation.direct import Direct
from gatepost_server.runtime.isolation.model import Cell, Rung
from gatepost_server.runtime.isolation.probe import Machine, choose_isolation, has_wide_uids
from gatepost_server.runtime.isolation.selftest import reached_by_attack
from gatepost_server.runtime.isolation.spawn import spawn
from gatepost_server.settings.folders import Folders

needs_bwrap = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="own uids need root")
needs_landlock = pytest.mark.skipif(landlock.abi() < 6, reason="Landlock ABI 6 is not in this kernel")


@pytest.fixture
def machine():
    """A throw-away instance on this very machine."""
    data = Path(tempfile.mkdtemp(prefix="gp-attack-"))
    data.chmod(0o755)
    folders = Folders(data / "d")
    folders.prepare()
    python = find_interpreters()[0]
    cgroups = find_cgroups(f"test-attack-{os.getpid()}")  # the workers of one run must not share it
    yield Machine(folders, python.path, cgroups, 7, has_wide_uids(), python.reads)
    if cgroups is not None:
        cgroups.close()
    shutil.rmtree(data)
    shutil.rmtree(folders.run, ignore_errors=True)


def attack(machine, confinement):
    return asyncio.run(
        reached_by_attack(
            confinement, machine.cgroups, machine.folders, python=machine.python, uid=machine.builder_uid
        )
    )


def test_without_walls_the_attack_reaches_everything(machine):
    """Proves that the script bites: what it does not reach elsewhere is really held."""
    reached = attack(machine, Direct(Rung.NONE, machine.python, machine.folders.data / "scratch"))
    assert set(reached) == {
        "secret file",
        "store",
        "another app's files",
        "environment of another process",
        "signal",
        "command line of another process",
        "control socket",
        "abstract socket",
        "loopback of the host",
        "limits of another process",
        "modes of a file",
        "shared temporary folder",
        "own code",
    }


@needs_bwrap
def test_the_strict_rung_holds(machine):
    """Nothing at all is reached in bubblewrap."""
    chosen, confinement = asyncio.run(choose_isolation("strict", machine))
    assert chosen.rung is Rung.STRICT, chosen.reason
    assert attack(machine, confinement) == []


@needs_root
@needs_landlock
def test_the_hardened_rung_holds(machine):
    """Own uid and Landlock reach the same, without a namespace."""
    chosen, confinement = asyncio.run(choose_isolation("hardened", machine))
    assert chosen.rung is Rung.HARDENED, chosen.reason
    assert attack(machine, confinement) == []


@needs_root
def test_a_rung_that_leaks_is_refused_with_the_reason(machine, monkeypatch):
    """Own uids alone do not hold loopback and argv, so the rung does not count."""
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    chosen, _ = asyncio.run(choose_isolation("hardened", machine))
    assert chosen.rung is Rung.NONE
    assert "loopback of the host" in chosen.reason
    assert chosen.refusal_for(trusted=True) is None
    assert "--isolation none" in (chosen.refusal_for(trusted=False) or "")


def test_none_is_in_force_only_by_name(machine):
    """Whoever writes it down gets it, and untrusted apps with it."""
    chosen, _ = asyncio.run(choose_isolation("none", machine))
    assert (chosen.rung, chosen.is_accepted) == (Rung.NONE, True)
    assert chosen.refusal_for(trusted=False) is None


SNOOP = """
import ctypes, os, resource, sys
libc = ctypes.CDLL(None, use_errno=True)
print("uid", os.getuid())
print("caps", [l.split()[1] for l in open("/proc/self/status") if l.startswith("CapEff")][0])
print("unshare", libc.unshare(0x10000000))
print("ptrace", libc.ptrace(0, 0, 0, 0))
print("core", resource.getrlimit(resource.RLIMIT_CORE)[0])
print("secret", os.environ["MINE"])
print("inherited", sorted(k for k in os.environ if k.startswith(("GATEPOST", "SSL", "PIP"))))
print("open", sorted(os.listdir("/proc/self/fd"))[:5])
print("home", os.access(os.environ["HOME"], os.W_OK))
"""


@needs_bwrap
@needs_root
def test_an_app_has_its_own_uid_no_capability_and_only_its_environment(machine):
    """No namespaces to open, no tracing, no core dumps, no file descriptor of ours."""
    _, confinement = asyncio.run(choose_isolation("strict", machine))
    code = machine.folders.sources / "snoop"
    code.mkdir(mode=0o755)

    async def play():
        cell = Cell(
            name="snoop",
            argv=(str(machine.python), "-c", SNOOP),
            uid=machine.builder_uid,
            cwd=code,
            reads=(code,),
            env={"MINE": "for the app"},
        )
        spawned = await spawn(cell, confinement, machine.cgroups)
        command_line = Path(f"/proc/{spawned.process.pid}/cmdline").read_bytes()
        said = (await spawned.process.stdout.read()).decode()
        await spawned.process.wait()
        spawned.close()
        return command_line, dict(line.split(" ", 1) for line in said.strip().splitlines())

    command_line, told = asyncio.run(play())
    assert b"for the app" not in command_line
    assert told == {
        "uid": str(machine.builder_uid),
        "caps": "0000000000000000",
        "unshare": "-1",
        "ptrace": "-1",
        "core": "0",
        "secret": "for the app",
        "inherited": "[]",
        "open": "['0', '1', '2', '3']",
        "home": "True",
    }
