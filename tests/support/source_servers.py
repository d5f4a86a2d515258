"""Databases to connect to, started by the tests on ports of the loopback: with TLS, with passwords."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pymysql
from certificates import Authority
from postgres import _as_postgres as as_postgres
from postgres import find_postgres

PASSWORD = "planted-7d1c-at-the-source"
DATABASE = "shop"
_HBA = "local all postgres trust\nhostssl all all all scram-sha-256\nhostnossl all plain all scram-sha-256\n"


@dataclass
class Source:
    """A server that runs: `run` asks it as its administrator."""

    type: str
    port: int
    authority: Authority
    pid: int
    run: Callable[[str], None]

    @property
    def params(self) -> dict[str, str | int]:
        """What a connection to it is told."""
        return {
            "host": "localhost",
            "port": self.port,
            "database": DATABASE,
            "tls": "verify-full",
            "ca": self.authority.pem,
        }


def find_mariadb() -> Path | None:
    """Return the server's program, None where it is not installed."""
    found = shutil.which("mariadbd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    return None if found is None else Path(found)


@contextmanager
def postgres_source(connections: int = 30) -> Iterator[Source]:
    """Start a PostgreSQL with TLS; `reader` signs in with a password, and `plain` without TLS, too."""
    programs = find_postgres()
    assert programs is not None
    with _folder("postgres") as folder:
        start = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
        start += ["--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run([*as_postgres(), *start], check=True, stdout=subprocess.DEVNULL, cwd=folder)
        (folder / "data" / "pg_hba.conf").write_text(_HBA)
        authority, port = Authority(), free_port()
        certificate, key = _certified(authority, folder, "postgres")
        argv = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(port)]
        for setting in (
            "fsync=off", "listen_addresses=127.0.0.1", f"max_connections={connections}",
            "shared_buffers=32MB", "jit=off",
            "ssl=on", f"ssl_cert_file={certificate}", f"ssl_key_file={key}", "TimeZone=Asia/Tokyo",
        ):  # fmt: skip
            argv += ["-c", setting]

        def run(statement: str, database: str = DATABASE) -> None:
            with psycopg.connect(
                host=str(folder), port=port, user="postgres", dbname=database, autocommit=True
            ) as connection:
                connection.execute(statement.encode())

        with _running(as_postgres("--pdeathsig", "INT") + argv, folder, signal.SIGINT) as server:
            _until_up(server, folder, lambda: run("SELECT 1", "postgres"))
            run(f"CREATE DATABASE {DATABASE}", "postgres")
            for user in ("reader", "plain"):
                run(f"CREATE ROLE {user} LOGIN PASSWORD '{PASSWORD}'; GRANT pg_read_all_data TO {user}")
            yield Source("postgresql", port, authority, server.pid, run)


@contextmanager
def mariadb_source() -> Iterator[Source]:
    """Start a MariaDB with TLS; `reader` signs in over TLS only, `plain` without it, too."""
    program = find_mariadb()
    assert program is not None
    with _folder("mysql") as folder:
        own = _as("mysql")
        common = [f"--datadir={folder}/data", "--no-defaults"]
        install = ["mariadb-install-db", "--no-defaults", f"--datadir={folder}/data", "--skip-test-db"]
        install += ["--auth-root-authentication-method=normal", "--skip-name-resolve"]
        subprocess.run([*own, *install], check=True, capture_output=True, cwd=folder)
        authority, port = Authority(), free_port()
        certificate, key = _certified(authority, folder, "mysql")
        argv = [str(program), *reversed(common), f"--socket={folder}/s", f"--port={port}"]
        argv += [f"--ssl-cert={certificate}", f"--ssl-key={key}", f"--pid-file={folder}/pid"]
        argv += ["--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"]
        argv += ["--innodb-buffer-pool-size=32M", "--max-allowed-packet=64M", "--default-time-zone=+09:00"]

        def run(statement: str, database: str | None = DATABASE) -> None:
            connection = pymysql.connect(
                unix_socket=f"{folder}/s", user="root", database=database, autocommit=True
            )
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)

        with _running([*_as("mysql", "--pdeathsig", "KILL"), *argv], folder, signal.SIGTERM) as server:
            _until_up(server, folder, lambda: (folder / "pid").stat() and run("SELECT 1", None))
            run(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4", None)
            for user, tls in (("reader", "REQUIRE SSL"), ("plain", "")):
                run(f"CREATE USER {user}@'%' IDENTIFIED BY '{PASSWORD}' {tls}")
                run(f"GRANT SELECT ON {DATABASE}.* TO {user}@'%'")
            yield Source("mysql", port, authority, server.pid, run)


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        return int(finder.getsockname()[1])


def _certified(authority: Authority, folder: Path, owner: str) -> tuple[Path, Path]:
    written = authority.write(folder, "localhost")
    if os.geteuid() == 0:
        for path in written:
            shutil.chown(path, owner, owner)
    return written


@contextmanager
def _folder(owner: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gps-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, owner, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as(user: str, *more: str) -> list[str]:
    """Return what runs a program as *user*, where we are root: databases refuse to be that."""
    if os.geteuid() != 0:
        return ["setpriv", *more] if more else []
    return ["setpriv", *more, "--reuid", user, "--regid", user, "--clear-groups"]


@contextmanager
def _running(argv: Sequence[str], folder: Path, end: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(argv, stdout=log, stderr=log, cwd=folder)
    try:
        yield server
    finally:
        server.send_signal(end)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _until_up(server: subprocess.Popen[bytes], folder: Path, ask: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while True:
        with suppress(psycopg.OperationalError, FileNotFoundError):
            ask()
            return
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "log").read_text())
        time.sleep(0.03)
