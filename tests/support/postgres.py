"""A PostgreSQL server of Debian's for one run of the tests: its own folder, a unix socket, no port."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")
_OWN = ("listen_addresses=", "max_connections=60", "max_wal_size=256MB", "autovacuum=off", "jit=off")


def find_postgres() -> Path | None:
    """Return the folder of the newest server's programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def postgres_server(programs: Path) -> Iterator[str]:
    """Run a server until left; yields the folder of its socket, which names it."""
    folder = Path(tempfile.mkdtemp(prefix="gpg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        start = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
        start += ["--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*_as_postgres(), *start], check=True, stdout=subprocess.DEVNULL, cwd=folder)
        argv = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
        for setting in (*_QUICK, *_OWN):
            argv += ["-c", setting]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([*_as_postgres("--pdeathsig", "INT"), *argv], stderr=log, cwd=folder)
        try:
            _wait(server, folder)
            yield str(folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url_of(server: str, database: str) -> str:
    """Return the SQLAlchemy URL of a database of *server*."""
    return f"postgresql://postgres@/{database}?host={server}"


def create_database(server: str, name: str) -> None:
    """Make an empty database."""
    with psycopg.connect(host=server, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())


def _as_postgres(*more: str) -> list[str]:
    """Return what runs a program as the server's own user; it refuses to run as root."""
    if os.geteuid() != 0:
        return ["setpriv", *more] if more else []
    return ["setpriv", *more, "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.02)
        else:
            return
