"""The strict rung: bubblewrap, own namespaces, own uid where we are root."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.runtime.isolation.model import Cell, Rung, Start
from gatepost_server.runtime.isolation.plan import HERE, confine_argv, plan_of

CLEAN = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8"}
TMP_BYTES = 1 << 30

SYSTEM = ("/usr",)
LINKED = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")
ETC = (
    "/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/etc/alternatives", "/etc/fonts", "/etc/R",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone",
    "/etc/mime.types", "/etc/nsswitch.conf",
)  # fmt: skip
ETC_NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/gai.conf", "/etc/host.conf")


@dataclass(frozen=True)
class Strict:
    """Start cells in bubblewrap.

    *accounts* is a folder for the cells' passwd files, *interpreters* are Pythons outside
    /usr that every cell may read.
    """

    bwrap: Path
    python: Path
    accounts: Path
    interpreters: tuple[Path, ...] = ()
    seccomp: bytes | None = None

    @property
    def rung(self) -> Rung:
        """Say which rung this is."""
        return Rung.STRICT

    @property
    def has_own_network(self) -> bool:
        """Say that each cell has a loopback of its own."""
        return True

    def start_of(self, cell: Cell, *, pid_fd: int | None = None) -> Start:
        """Prepare *cell* as a bubblewrap call; only paths and flags are on its command line."""
        is_root = os.geteuid() == 0
        uid = cell.uid if is_root else os.geteuid()
        argv = (
            str(self.bwrap),
            *_namespaces(is_root=is_root, has_network=cell.has_network),
            *_file_system(cell, (HERE, *self.interpreters, *cell.reads), passwd=self._passwd_of(uid)),
            *(("--info-fd", str(pid_fd)) if pid_fd is not None else ()),
            "--",
            *confine_argv(self.python),
        )
        plan = plan_of(cell, uid=uid if is_root else None, seccomp=self.seccomp, home="/tmp/home", tmp="/tmp")  # noqa: S108 — its own
        return Start(argv, CLEAN, plan, has_own_network=not cell.has_network)

    def sweep(self, uid: int) -> None:
        """Do nothing: the pid namespace ends with its first process."""

    def _passwd_of(self, uid: int) -> Path:
        """Write the passwd file that a cell of *uid* sees, and return it."""
        self.accounts.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.accounts / f"passwd-{uid}"
        if not file.exists():
            aside = file.with_suffix(f".{os.getpid()}")
            aside.write_text(
                f"root:x:0:0:root:/:/usr/sbin/nologin\napp:x:{uid}:{uid}:app:/tmp/home:/usr/sbin/nologin\n"
            )
            aside.chmod(0o644)
            aside.rename(file)
        return file


def _namespaces(*, is_root: bool, has_network: bool) -> Iterator[str]:
    yield from ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--die-with-parent", "--new-session", "--hostname", "app")
    if not has_network:
        yield "--unshare-net"
    yield from ("--cap-drop", "ALL")
    if is_root:
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"):
            yield from ("--cap-add", capability)
    else:
        yield "--unshare-user"


def _file_system(cell: Cell, reads: tuple[Path, ...], *, passwd: Path) -> Iterator[str]:
    for path in SYSTEM:
        yield from ("--ro-bind", path, path)
    for path in LINKED:
        here = Path(path)
        if here.is_symlink():
            yield from ("--symlink", str(here.readlink()), path)
        elif here.exists():
            yield from ("--ro-bind", path, path)
    yield from ("--perms", "0755", "--dir", "/etc")
    for path in (*ETC, *(ETC_NETWORK if cell.has_network else ())):
        yield from ("--ro-bind-try", os.path.realpath(path), path)
    yield from ("--ro-bind", str(passwd), "/etc/passwd")
    yield from ("--proc", "/proc", "--dev", "/dev")
    for path in ("/tmp", "/dev/shm"):  # noqa: S108 — the cell's own, empty and bounded
        yield from ("--perms", "1777", "--size", str(TMP_BYTES), "--tmpfs", path)
    for folder in _ancestors((*reads, *cell.writes)):
        yield from ("--perms", "0755", "--dir", str(folder))  # bubblewrap's own would be closed to the uid
    for bound in reads:
        yield from ("--ro-bind", str(bound), str(bound))
    for bound in cell.writes:
        yield from ("--bind", str(bound), str(bound))
    yield from ("--remount-ro", "/")


def _ancestors(paths: tuple[Path, ...]) -> list[Path]:
    """Return the folders above *paths*, outermost first, but for those that are bound anyway."""
    above = {parent for path in paths for parent in path.parents if parent.parts[1:2] != ("usr",)}
    return sorted(above - {Path("/"), Path("/tmp"), Path("/usr"), *paths})  # noqa: S108 — the cell's own
