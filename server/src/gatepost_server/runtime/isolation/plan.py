"""Writes the plan that `confine.py` carries out."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from gatepost_server.apps.limits import SLACK
from gatepost_server.runtime.isolation.confine import Landlock, Plan
from gatepost_server.runtime.isolation.model import Cell

HERE = Path(__file__).resolve().parent


def confine_argv(python: Path) -> tuple[str, ...]:
    """Return the command line of the last trusted step, the same for every cell."""
    return (str(python), "-I", "-S", str(HERE / "confine.py"))


def plan_of(
    cell: Cell,
    *,
    home: str,
    tmp: str,
    uid: int | None,
    seccomp: bytes | None = None,
    landlock: Landlock | None = None,
    is_followed: bool = False,
    is_guarded: bool = False,
) -> bytes:
    """Return the plan as `confine.py` reads it from stdin.

    *is_followed* makes the command die with the process that starts it, and *is_guarded* all
    that it started as well, which needs *landlock*.
    """
    environment = {**surroundings(home, tmp), **cell.env}
    plan = Plan(
        argv=list(cell.argv),
        env=environment,
        cwd=str(cell.cwd),
        uid=uid,
        parent=os.getpid() if is_followed else None,
        rlimits=rlimits_of(cell, has_own_uid=uid is not None),
        landlock=landlock,
        seccomp=seccomp.hex() if seccomp is not None else None,
        folders=[home],
        umask=cell.umask,
        is_guarded=is_guarded,
    )
    return json.dumps(plan).encode()


def surroundings(home: str, tmp: str) -> Mapping[str, str]:
    """Return the environment every cell starts from; nothing of ours leaks in."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": tmp,
        "LANG": "C.UTF-8",
        "USER": "app",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def rlimits_of(cell: Cell, *, has_own_uid: bool) -> dict[str, int]:
    """Return the limits that need no cgroup.

    Processes are counted per uid by the kernel. Where the uid is not the cell's own, what runs as
    it already is added, and a bomb still ends at its own limit. Memory is limited by RLIMIT_DATA
    at twice the wish: interpreters map more than they use; the cgroup, where there is one, holds
    the exact line.
    """
    limits = {"RLIMIT_CORE": 0, "RLIMIT_NOFILE": cell.limits.files, "RLIMIT_MEMLOCK": 1 << 20}
    limits["RLIMIT_DATA"] = cell.limits.memory * SLACK << 20
    limits["RLIMIT_NPROC"] = cell.limits.pids + (0 if has_own_uid else tasks_of(os.geteuid()))
    return limits


def tasks_of(uid: int) -> int:
    """Count the threads of all processes of *uid*, as the kernel does."""
    count = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if folder.stat().st_uid == uid:
                    count += len(os.listdir(folder / "task"))  # noqa: PTH208 — names alone are counted
    return count
