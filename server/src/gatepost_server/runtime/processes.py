"""Which processes there are, and what some of them use, as the kernel tells it."""

import os
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Process:
    """One process: its family, its CPU seconds with those of children that ended, its resident bytes."""

    parent: int
    session: int
    cpu: float
    memory: int


Processes = Mapping[int, Process]


def seen_processes(proc: Path = Path("/proc")) -> Processes:
    """Return every process of the machine that can be seen. Blocks for some milliseconds."""
    found = {}
    for name in os.listdir(proc):  # noqa: PTH208 — names alone are looked at
        if name.isdigit():
            with suppress(OSError):  # it ended meanwhile
                found[int(name)] = _process_of((proc / name / "stat").read_bytes())
    return found


def used_by(root: int, processes: Processes) -> tuple[float, int]:
    """Return the CPU seconds and resident bytes of *root*, all below it, and its whole session.

    Memory that several of them share counts for each of them.
    """
    children = defaultdict(list)
    for pid, one in processes.items():
        children[one.parent].append(pid)
    family = {pid for pid, one in processes.items() if root in (one.session, pid)}
    waiting = list(family)
    while waiting:
        for pid in children[waiting.pop()]:
            if pid not in family:
                family.add(pid)
                waiting.append(pid)
    members = [processes[pid] for pid in family]
    return sum(one.cpu for one in members), sum(one.memory for one in members)


def _process_of(stat: bytes) -> Process:
    """Read a stat file; a name may hold anything, so what counts begins behind its last bracket."""
    fields = stat[stat.rindex(b")") + 2 :].split()
    return Process(
        parent=int(fields[1]),
        session=int(fields[3]),
        cpu=sum(int(one) for one in fields[11:15]) / _TICKS,
        memory=int(fields[21]) * _PAGE,
    )
