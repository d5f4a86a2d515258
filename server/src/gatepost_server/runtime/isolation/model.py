"""What the rungs of the isolation ladder have in common: a cell, and how to start it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Rung(StrEnum):
    """How strongly an app is kept apart, best first."""

    STRICT = "strict"
    HARDENED = "hardened"
    REDUCED = "reduced"
    NONE = "none"


@dataclass(frozen=True)
class Limits:
    """What one cell may use. Memory in MiB, CPU in cores."""

    memory: int = 1024
    cpu: float = 1.0
    pids: int = 256
    files: int = 4096


@dataclass(frozen=True)
class Cell:
    """A command and the little it may see.

    `reads` are seen at their own paths, read-only; `writes` likewise, writable. Every cell
    has a private, writable home and /tmp besides. `uid` counts only where we are root.
    `port` is the one TCP port on loopback that the command may listen on, `way_port` the one
    that it may connect to besides; `has_network` is for builds alone.
    """

    name: str
    argv: tuple[str, ...]
    uid: int
    cwd: Path
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    port: int | None = None
    way_port: int | None = None
    has_network: bool = False
    umask: int = 0o077


@dataclass(frozen=True)
class Start:
    """How to start a cell: an argv without secrets, and what to write to its stdin.

    `has_own_network` says that its loopback is its own, to be entered by namespace;
    `scratch` is a folder to remove once it has ended. `is_guarded` says that the started
    process guards the command (guard.py): it ends everything of the cell on SIGUSR1.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    stdin: bytes
    has_own_network: bool
    scratch: Path | None = None
    is_guarded: bool = False


class Confinement(Protocol):
    """One rung: turns a cell into something that can be started."""

    @property
    def rung(self) -> Rung:
        """Say which rung this is."""
        ...

    @property
    def has_own_network(self) -> bool:
        """Say whether each cell without network has a loopback of its own."""
        ...

    def start_of(self, cell: Cell, *, pid_fd: int | None = None) -> Start:
        """Prepare *cell*; the sandbox's first pid is written as JSON to *pid_fd*, if it has one."""
        ...

    def sweep(self, uid: int) -> None:
        """End whatever may still run as *uid*; nothing to do where the kernel sees to it."""
        ...


@dataclass(frozen=True)
class Isolation:
    """The rung in force and, in words, why this one.

    `is_accepted` is true when an operator wrote `isolation = none` down; only then may
    content that we did not bring along run without walls. `offered` is a weaker rung that would
    stand here, if it were named.
    """

    rung: Rung
    reason: str
    is_accepted: bool = False
    offered: Rung | None = None

    def refusal_for(self, *, trusted: bool) -> str | None:
        """Return why an app may not run here, or None when it may."""
        if self.rung is not Rung.NONE or trusted or self.is_accepted:
            return None
        weaker = (
            f", take the weaker walls with `gatepost up --isolation {self.offered}`" if self.offered else ""
        )
        return (
            f"Apps cannot be kept apart on this machine ({self.reason}). Install bubblewrap{weaker}, or "
            "accept the risk with `gatepost up --isolation none`; until then only the bundled examples run."
        )


def uid_for(number: int, *, instance: int, is_wide: bool) -> int:
    """Return the uid of app *number*, apart from those of other instances and of people.

    *is_wide* says that the machine's user namespace maps the high uids.
    """
    if is_wide:
        return 2_000_000 + (instance % 20_000) * 100_000 + number % 100_000
    return 40_000 + number % 20_000
