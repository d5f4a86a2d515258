"""Where one instance keeps its files and its sockets."""

import errno
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

PASSABLE = 0o711
"""How the runtime leaves folders through which apps' uids must pass (rung hardened)."""


def authorizers_in(run: Path) -> list[Path]:
    """Return the sockets of the authorizers that serve now, or did until they were killed."""
    return sorted(run.glob("authz*.sock"))


@dataclass(frozen=True)
class Folders:
    """Paths of an instance, all derived from its data folder.

    The data folder is 0700. Unix sockets may be no longer than 107 bytes, so they live in
    a short folder of their own, 0700, named by a hash of the data folder.
    """

    data: Path

    @property
    def database(self) -> Path:
        """The SQLite store of an embedded instance."""
        return self.data / "gatepost.db"

    @property
    def secrets(self) -> Path:
        """Peppers and signing keys; 0700, files 0600."""
        return self.data / "secrets"

    @property
    def admin_password(self) -> Path:
        """The first administrator's password, 0600, until it is changed."""
        return self.data / "admin-password"

    @property
    def sources(self) -> Path:
        """Unpacked bundles, one folder per source version, read-only once written."""
        return self.data / "sources"

    @property
    def envs(self) -> Path:
        """Built environments, one folder per requirements hash."""
        return self.data / "envs"

    @property
    def datasets(self) -> Path:
        """Rows of datasets, one Parquet file per part, never changed once written."""
        return self.data / "datasets"

    @property
    def files(self) -> Path:
        """Database files that connections may read, one folder per organization; filled by the operator."""
        return self.data / "files"

    @property
    def spool(self) -> Path:
        """What the broker has fetched and reads; emptied whenever it starts."""
        return self.data / "spool"

    @property
    def exports(self) -> Path:
        """Archives of exported projects, kept for a day, and imports while they are read."""
        return self.data / "exports"

    @property
    def cache(self) -> Path:
        """The package cache that builds share."""
        return self.data / "cache"

    @property
    def library(self) -> Path:
        """Our own client library as wheels, for environments that ask for it."""
        return self.data / "library"

    @property
    def logs(self) -> Path:
        """Logs of our processes, of builds (`builds/`) and of apps (`apps/`)."""
        return self.data / "logs"

    @property
    def usage(self) -> Path:
        """What each app used, one file an app, of a fixed size."""
        return self.data / "usage"

    @property
    def envoy(self) -> Path:
        """Envoy's configuration files."""
        return self.data / "envoy"

    @property
    def marker(self) -> Path:
        """What was decided when the data folder was created (test clock, instance id)."""
        return self.data / "instance.json"

    @property
    def run(self) -> Path:
        """Unix sockets; short, 0700, unique to this data folder and user."""
        digest = hashlib.sha256(str(self.data.resolve()).encode()).hexdigest()[:12]
        return _sockets_below() / f"gatepost-{os.geteuid()}-{digest}"

    @property
    def control_socket(self) -> Path:
        """Where the control plane listens."""
        return self.run / "control.sock"

    @property
    def calls_socket(self) -> Path:
        """Where calls of data APIs are served."""
        return self.run / "calls.sock"

    @property
    def ways_socket(self) -> Path:
        """Where the control plane listens for what apps send by their relays."""
        return self.run / "ways.sock"

    def authorizer_socket(self, number: int = 1) -> Path:
        """Return where an authorizer listens (ext_authz, hand-offs, live checks); numbered from 1."""
        return self.run / ("authz.sock" if number == 1 else f"authz-{number}.sock")

    @property
    def runtime_socket(self) -> Path:
        """Where the runtime supervisor listens (wake, health)."""
        return self.run / "runtime.sock"

    @property
    def broker_socket(self) -> Path:
        """Where the broker listens, for our own processes alone."""
        return self.run / "broker.sock"

    @property
    def tunnels_socket(self) -> Path:
        """Where the broker leads apps to the databases they were given, by their relays."""
        return self.run / "tunnels.sock"

    @property
    def envoy_admin_socket(self) -> Path:
        """Envoy's admin endpoint."""
        return self.run / "envoy-admin.sock"

    @property
    def relays(self) -> Path:
        """One socket per running deployment, Envoy's way to it, and its control socket."""
        return self.run / "relays"

    def prepare(self) -> None:
        """Create every folder with its mode; existing ones keep what they hold.

        Raises:
            OSError: a folder cannot be made or written, or the one for sockets is somebody else's.
        """
        for folder in (
            self.data, self.secrets, self.sources, self.datasets, self.files, self.spool,
            self.exports, self.envs, self.cache, self.logs, self.logs / "builds", self.logs / "apps",
            self.usage, self.envoy, self.run, self.relays,
        ):  # fmt: skip
            if folder == self.run:
                _make_own(folder)
                continue
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            facts = folder.stat()
            if facts.st_uid == os.geteuid() and stat.S_IMODE(facts.st_mode) != PASSABLE:
                folder.chmod(0o700)


def _sockets_below() -> Path:
    """Return the folder in which a user's short folders for sockets are made."""
    if os.geteuid() == 0 and os.access("/run", os.W_OK):
        return Path("/run")
    # Not XDG_RUNTIME_DIR: it is removed at the user's last logout, under a server left running.
    return Path(tempfile.gettempdir())


def _is_own(folder: Path) -> bool:
    """Tell whether *folder* is a real folder of this user, and no link to one."""
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()


def _make_own(folder: Path) -> None:
    """Make *folder*, or take one that this user made; anybody may write beside it.

    Raises:
        PermissionError: somebody else was there first, or it is a link.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_own(folder):
        why = "is not a folder that this user made, so the sockets in it would not be private"
        raise PermissionError(errno.EPERM, why, str(folder))
    if stat.S_IMODE(folder.lstat().st_mode) != PASSABLE:
        folder.chmod(0o700)
