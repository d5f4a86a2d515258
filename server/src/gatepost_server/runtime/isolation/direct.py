"""The rungs without namespaces: `hardened` (own uid, Landlock), `reduced` (Landlock alone) and `none`."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.runtime.isolation.confine import Landlock
from gatepost_server.runtime.isolation.ending import end_uid
from gatepost_server.runtime.isolation.landlock import SYSTEM_READS, SYSTEM_WRITES
from gatepost_server.runtime.isolation.model import Cell, Rung, Start
from gatepost_server.runtime.isolation.plan import HERE, confine_argv, plan_of

CLEAN = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8"}


@dataclass(frozen=True)
class Direct:
    """Start cells as plain processes. *scratches* holds a private folder for each.

    On the hardened rung each has its own uid, no privilege to gain, and Landlock where the
    kernel has it (*landlock_abi* > 0). On the reduced rung all share our uid, Landlock alone
    divides them, and a guard ends each. On rung none only the limits remain. *interpreters*
    are Pythons outside /usr that every cell may read.
    """

    rung: Rung
    python: Path
    scratches: Path
    landlock_abi: int = 0
    seccomp: bytes | None = None
    interpreters: tuple[Path, ...] = ()

    @property
    def has_own_network(self) -> bool:
        """Say that cells share the machine's loopback."""
        return False

    def start_of(self, cell: Cell, *, pid_fd: int | None = None) -> Start:
        """Prepare *cell*; *pid_fd* stays silent, since there is no namespace."""
        del pid_fd
        is_hardened = self.rung is Rung.HARDENED
        is_guarded = self.rung is Rung.REDUCED
        has_walls = is_hardened or is_guarded
        scratch = self.scratches / cell.name
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700, parents=True)
        if is_hardened:
            self.scratches.chmod(0o711)
            os.chown(scratch, cell.uid, cell.uid)
        plan = plan_of(
            cell,
            home=str(scratch),
            tmp=str(scratch),
            uid=cell.uid if is_hardened else None,
            landlock=self._landlock(cell, scratch) if has_walls and self.landlock_abi else None,
            seccomp=self.seccomp if has_walls else None,
            is_followed=True,
            is_guarded=is_guarded,
        )
        return Start(
            confine_argv(self.python), CLEAN, plan,
            has_own_network=False, scratch=scratch, is_guarded=is_guarded,
        )  # fmt: skip

    def sweep(self, uid: int) -> None:
        """End whatever still runs as *uid*, where the uid is the cell's own."""
        if self.rung is not Rung.HARDENED:
            return
        end_uid(uid, self.python)

    def _landlock(self, cell: Cell, scratch: Path) -> Landlock:
        return Landlock(
            reads=[*SYSTEM_READS, str(HERE), *map(str, (*self.interpreters, *cell.reads))],
            writes=[*SYSTEM_WRITES, str(scratch), *(str(path) for path in cell.writes)],
            bind=None if cell.has_network else [cell.port] if cell.port is not None else [],
            connect=[cell.way_port] if cell.way_port is not None else [],
        )
