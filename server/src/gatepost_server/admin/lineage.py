"""Who descends from whom: the process table as /proc tells it, and an end for strays."""

import os
import signal
import time
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path


def descendants(root: int, *, spare: Collection[int] = ()) -> list[int]:
    """Return every living process below *root*, but *spare* and what descends from those.

    Reads the process table once, so that a process is never judged by two states of it: a
    child that is born meanwhile is below its parent or not seen at all.
    """
    below: dict[int, list[int]] = defaultdict(list)
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and (parent := _living_parent(entry.name)) is not None:
            below[parent].append(int(entry.name))
    found, queue = [], [root]
    while queue:
        children = [pid for pid in below[queue.pop()] if pid not in spare]
        found.extend(children)
        queue.extend(children)
    return found


def _living_parent(pid: str) -> int | None:
    """Return the parent of *pid*, or None for a zombie and for one that is gone."""
    try:
        stat = Path("/proc", pid, "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, parent = stat.rpartition(")")[2].split()[:2]
    return None if state in "ZX" else int(parent)


def sweep(root: int, *, spare: Collection[int] = (), within: float = 2.0) -> int:
    """Kill everything below *root* but *spare* and what descends from those.

    Returns how many processes were found. Repeats until none is left or *within* seconds
    have passed: a process may fork between being seen and being killed.
    """
    end, seen = time.monotonic() + within, set[int]()
    while True:
        strays = descendants(root, spare=spare)
        if not strays or time.monotonic() > end:
            return len(seen)
        seen.update(strays)
        for pid in strays:
            _kill(pid)
        reap_strays(spare)
        time.sleep(0.01)


def reap_strays(spare: Collection[int] = ()) -> None:
    """Collect dead children that nobody waits for, without touching those in *spare*."""
    while True:
        try:
            done = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if done is None or done.si_pid in spare:
            return
        os.waitpid(done.si_pid, 0)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
