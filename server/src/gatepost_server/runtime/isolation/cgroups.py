"""Control groups, version 2 or 1, where they may be written: the exact limits of a cell."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.runtime.isolation.model import Limits

ROOT = Path("/sys/fs/cgroup")
PERIOD = 100_000
WANTED = ("memory", "pids", "cpu")
SETTLING = 2.0


@dataclass(frozen=True)
class Group:
    """One cell's groups (one folder on v2, one per controller on v1)."""

    folders: tuple[Path, ...]

    @property
    def doors(self) -> tuple[Path, ...]:
        """Files to which a process writes its pid to come under the limits."""
        return tuple(folder / "cgroup.procs" for folder in self.folders)

    def pids(self) -> list[int]:
        """Return who is in it now."""
        for door in self.doors:
            with contextlib.suppress(OSError):
                return [int(line) for line in door.read_text().split()]
        return []

    def used(self) -> tuple[float | None, int | None]:
        """Return the CPU seconds since it was made and the bytes held now, each None where it is not known.

        Of files that were read, only what is in use counts as memory held.
        """
        cpu, memory = None, None
        for folder in self.folders:
            if (spent := _number_in(folder / "cpu.stat", "usage_usec")) is not None:
                cpu = spent / 1e6
            elif (spent := _number_in(folder / "cpuacct.usage")) is not None:
                cpu = spent / 1e9
            for file, idle in (("memory.current", "inactive_file"),
                               ("memory.usage_in_bytes", "total_inactive_file")):  # fmt: skip
                if (held := _number_in(folder / file)) is not None:
                    memory = max(0, held - (_number_in(folder / "memory.stat", idle) or 0))
        return cpu, memory

    def close(self) -> None:
        """End whatever is left in it, and remove it. Blocks for two seconds at most."""
        until = time.monotonic() + SETTLING
        while (pids := self.pids()) and time.monotonic() < until:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        for folder in self.folders:
            with contextlib.suppress(OSError):  # already gone, or still draining: swept at the next start
                folder.rmdir()


class Cgroups:
    """Makes groups below one folder of this instance."""

    def __init__(self, parents: dict[str, Path], *, is_unified: bool) -> None:
        self._parents = parents
        self._is_unified = is_unified

    @property
    def holds(self) -> tuple[str, ...]:
        """Which of memory, pids and cpu are limited exactly."""
        return tuple(self._parents)

    def open(self, name: str, limits: Limits) -> Group:
        """Make the groups of cell *name*, replacing those of a dead one.

        Raises:
            OSError: the kernel refused.
        """
        folders = tuple(dict.fromkeys(parent / name for parent in self._parents.values()))
        Group(tuple(folder for folder in folders if folder.exists())).close()
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        for controller, parent in self._parents.items():
            for file, value in self._values(controller, limits).items():
                (parent / name / file).write_text(value)
        return Group(folders)

    def sweep(self) -> None:
        """End and remove what a dead runtime of this instance left."""
        names = {
            child.name for parent in self._parents.values() for child in parent.iterdir() if child.is_dir()
        }
        for name in names:
            Group(
                tuple(p / name for p in dict.fromkeys(self._parents.values()) if (p / name).is_dir())
            ).close()

    def close(self) -> None:
        """End what is left in any group, and remove them with the folder above."""
        self.sweep()
        for parent in dict.fromkeys(self._parents.values()):
            with contextlib.suppress(OSError):  # somebody is still in it: swept at the next start
                parent.rmdir()

    def _values(self, controller: str, limits: Limits) -> dict[str, str]:
        quota = str(int(PERIOD * limits.cpu))
        memory, pids = str(limits.memory << 20), str(limits.pids)
        if self._is_unified:
            return {
                "memory": {"memory.max": memory, "memory.oom.group": "1"},
                "pids": {"pids.max": pids},
                "cpu": {"cpu.max": f"{quota} {PERIOD}"},
            }[controller]
        return {
            "memory": {"memory.limit_in_bytes": memory},
            "pids": {"pids.max": pids},
            "cpu": {"cpu.cfs_period_us": str(PERIOD), "cpu.cfs_quota_us": quota},
        }[controller]


def find_cgroups(instance: str, root: Path = ROOT) -> Cgroups | None:
    """Return the groups this process may make, v2 first, else v1, else None."""
    name = f"gatepost-{instance}"
    with contextlib.suppress(OSError):
        offered = (root / "cgroup.controllers").read_text().split()
        able = [controller for controller in WANTED if controller in offered]
        if able:
            (root / "cgroup.subtree_control").write_text(" ".join(f"+{controller}" for controller in able))
            parent = root / name
            parent.mkdir(exist_ok=True)
            (parent / "cgroup.subtree_control").write_text(" ".join(f"+{controller}" for controller in able))
            return Cgroups(dict.fromkeys(able, parent), is_unified=True)
    parents = {}
    for controller in WANTED:
        with contextlib.suppress(OSError):
            if (root / controller / "cgroup.procs").exists():
                parent = root / controller / name
                parent.mkdir(exist_ok=True)
                parents[controller] = parent
    return Cgroups(parents, is_unified=False) if parents else None


def _number_in(file: Path, name: str = "") -> int | None:
    """Return the number that *file* holds, or holds behind *name*; None where it does not."""
    with contextlib.suppress(OSError, ValueError):
        for line in file.read_text().splitlines():
            said, _, number = line.rpartition(" ")
            if said == name:
                return int(number)
    return None
