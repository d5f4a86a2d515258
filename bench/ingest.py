"""What it costs to fill a dataset from a database through the server, over the quickest plain way.

    .venv/bin/python bench/ingest.py [--rows 1000000] [--many 10000000] [--rounds 3]

A real PostgreSQL with a table of 12 columns, and a real MariaDB with the same. *A dataset*: a refresh through
the whole server, from the order to the job's end, against the plain way in a process of its own, in turns:
ADBC into Parquet for PostgreSQL (COPY, in binary), an unbuffered cursor into Parquet for MariaDB; connectorx,
which holds all rows at once, is reported beside it. *Memory*: the peak of what broker and worker hold for
themselves, for the rows and for ten times as many. *Tests*: 50 at a time. *Vault*: credentials a second.
The goals: 1.3 times the plain way, 1.3 times the memory.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from measuring import keep, peak_of

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from callers import Caller, sign_in  # noqa: E402
from instances import Instance  # noqa: E402
from source_servers import DATABASE, PASSWORD, Source, find_mariadb, mariadb_source, postgres_source  # noqa: E402

from gatepost_server import vault  # noqa: E402
from gatepost_server.bootstrap import Foundation  # noqa: E402
from gatepost_server.broker import Client  # noqa: E402
from gatepost_server.connections import ConnectionType, OneTimeLogin, Target  # noqa: E402
from gatepost_server.kernel.actor import Actor, ActorKind, Origin  # noqa: E402
from gatepost_server.kernel.secret import Secret  # noqa: E402
from gatepost_server.settings import Folders, Settings  # noqa: E402
from gatepost_server.vault import CredentialType  # noqa: E402

TESTS, OPENED = 50, 500
CONNECTORX = "connectorx==0.4.6"
_PARTS = ("broker", "worker")
_POSTGRESQL = """
    CREATE TABLE sold (id bigint PRIMARY KEY, n integer, price numeric(12,2), ratio double precision,
        name text, city text, note text, at timestamptz, day date, is_paid boolean, code char(8),
        tax numeric(10,4));
    INSERT INTO sold SELECT g, g % 1000, (g % 100000) / 100.0, g / 7.0, 'item number ' || g, 'Rotterdam',
        CASE WHEN g % 3 = 0 THEN 'a remark that is somewhat longer than the others ' || g END,
        timestamptz '2026-01-01 00:00Z' + g * interval '1 second', date '2026-01-01' + g % 365, g % 2 = 0,
        lpad((g % 100000)::text, 8, '0'), (g % 1000) / 10.0
    FROM generate_series(1, {rows}) AS g; ANALYZE sold"""
_MARIADB = """
    INSERT INTO sold SELECT seq, seq % 1000, (seq % 100000) / 100.0, seq / 7.0, concat('item number ', seq),
        'Rotterdam',
        CASE WHEN seq % 3 = 0 THEN concat('a remark that is somewhat longer than the others ', seq) END,
        timestamp('2026-01-01') + interval seq second, date('2026-01-01') + interval (seq % 365) day,
        seq % 2 = 0,
        lpad(seq % 100000, 8, '0'), (seq % 1000) / 10.0
    FROM seq_1_to_{rows}"""
_MARIADB_TABLE = """
    CREATE TABLE sold (id bigint PRIMARY KEY, n integer, price decimal(12,2), ratio double, name varchar(60),
        city varchar(60), note varchar(200), at timestamp, day date, is_paid boolean, code char(8),
        tax decimal(10,4))"""


def main() -> None:
    """Measure, print a table for each question, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--many", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    found: dict[str, Any] = {"rows": chosen.rows, "many": chosen.many, "rounds": chosen.rounds}
    with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder, house(Path(folder)) as (running, admin):
        with postgres_source(connections=4 * TESTS) as source:
            source.run(_POSTGRESQL.format(rows=chosen.rows))
            found["postgresql"] = compared(running, admin, source, "PG", Path(folder), chosen)
            found["tests"] = tested(running, source)
            source.run("DROP TABLE sold;" + _POSTGRESQL.format(rows=chosen.many))
            found["memory"] = found["postgresql"].pop("memory") | {
                str(chosen.many): peak_of(
                    [running.part(part) for part in _PARTS], lambda: refreshed(admin, "PG")
                )
            }
        if find_mariadb() is not None:
            with mariadb_source() as source:
                source.run(_MARIADB_TABLE)
                source.run(_MARIADB.format(rows=chosen.rows))
                found["mariadb"] = compared(running, admin, source, "MY", Path(folder), chosen)
                found["mariadb"].pop("memory")
        found["vault"] = opened_a_second(running, admin)
    report(found, chosen)
    keep("ingest", found)


@contextmanager
def house(folder: Path) -> Iterator[tuple[Instance, Caller]]:
    """Run an instance without examples, with its administrator."""
    running = Instance(folder / "data", "--no-demo")
    try:
        yield running, sign_in(running, "admin", running.password)
    finally:
        running.close()


def compared(
    running: Instance, admin: Caller, source: Source, key: str, folder: Path, chosen: argparse.Namespace
) -> dict[str, Any]:
    """Return the seconds of each way, in turns; the first round warms up."""
    connected(admin, source, key)
    where = f"{source.type} {source.port} {folder / 'plain.parquet'}"
    ways: dict[str, Callable[[], float]] = {
        "plain": lambda: timed(lambda: plainly(sys.executable, where)),
        "gatepost": lambda: timed(lambda: refreshed(admin, key)),
    }
    other = connectorx_in(folder)
    if other is not None:
        ways["connectorx"] = lambda: timed(lambda: plainly(other, f"connectorx-{where}"))
    rounds: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(chosen.rounds + 1):
        for way, run in ways.items():
            seconds = run()
            if turn:
                rounds[way].append(seconds)
    middles = {way: statistics.median(seconds) for way, seconds in rounds.items()}
    memory = {
        str(chosen.rows): peak_of([running.part(part) for part in _PARTS], lambda: refreshed(admin, key))
    }
    return {"seconds": middles, "ratio": middles["gatepost"] / middles["plain"], "memory": memory}


def connected(admin: Caller, source: Source, key: str) -> None:
    """Make a project, a connection with its credential, and a dataset that is filled over them."""
    ports = [f"127.0.0.1:{source.port}", f"[::1]:{source.port}"]
    admin.ok("PATCH", "settings", {"egress": {"allow": ports}, "features": {"stored_credentials": True}})
    place = {"name": key, "type": source.type, "params": source.params}
    connection = admin.ok("POST", "connections", place)["id"]
    stored = {"name": f"Reader of {key}", "type": "basic", "user": "reader", "password": PASSWORD}
    credential = admin.ok("POST", "credentials", stored)["id"]
    admin.ok("PUT", f"connections/{connection}/credentials/{credential}")
    admin.ok("POST", "projects", {"key": key, "name": key})
    said = {"name": "sold", "from": {"connection": connection, "credential": credential, "table": "sold"}}
    ended(admin, admin.ok("POST", f"projects/{key}/datasets", said))


def refreshed(admin: Caller, key: str) -> None:
    """Read the dataset anew; return when its rows are there."""
    ended(admin, admin.ok("POST", f"projects/{key}/datasets/sold/refresh"))


def ended(admin: Caller, begun: dict[str, Any]) -> None:
    """Wait for the end of a job."""
    job = begun.get("job") or begun
    job_id = job["id"] if isinstance(job, dict) else job
    while (now := admin.ok("GET", f"jobs/{job_id}"))["state"] in ("queued", "running"):
        time.sleep(0.02)
    assert now["state"] == "done", now


def timed(what: Callable[[], Any]) -> float:
    """Return the seconds of *what*."""
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def plainly(python: str, where: str) -> None:
    """Read the table without any server, in a process of its own."""
    argv = [python, str(Path(__file__).with_name("ingest_plain.py")), *where.split(), DATABASE, PASSWORD]
    subprocess.run(argv, check=True)


def connectorx_in(folder: Path) -> str | None:
    """Return an interpreter with connectorx, made once; None where it cannot be installed."""
    home = folder / "connectorx"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        wanted = [str(python), "-m", "pip", "install", "--quiet", CONNECTORX, "pyarrow", "pandas"]
        if subprocess.run(wanted, check=False, capture_output=True).returncode:
            return None
    return str(python)


def tested(running: Instance, source: Source) -> dict[str, float]:
    """Return the seconds that so many tests at a time take, each of somebody else."""
    client = Client(Folders(running.data).broker_socket)
    target = Target("org_1", "con_1", ConnectionType(source.type), source.params)
    login = OneTimeLogin(CredentialType.BASIC, "reader", {"password": Secret(PASSWORD)})
    nobody = Actor(ActorKind.SESSION, None, "tester")

    def one(number: int) -> bool:
        return client.test(replace(nobody, principal_id=f"usr_{number}"), target, login).ok

    assert one(0)
    with ThreadPoolExecutor(TESTS) as at_once:
        began = time.perf_counter()
        assert all(at_once.map(one, range(TESTS)))
        return {"at once": TESTS, "seconds": time.perf_counter() - began}


def opened_a_second(running: Instance, admin: Caller) -> float:
    """Return how many stored credentials one thread opens a second, each with its rights asked."""
    base = Foundation.lay(Settings(data_dir=running.data))
    actor = Actor(ActorKind.SESSION, admin.ok("GET", "users?q=admin")["items"][0]["id"], "admin", cap=5)
    stored = admin.ok("GET", "credentials")["items"][0]["id"]

    def open_some(count: int) -> None:
        for _ in range(count):
            with base.uow.read(actor, Origin("bench", door="broker")) as tx:
                assert vault.open_credential(tx, base.vault, stored).secret

    open_some(50)
    return OPENED / timed(lambda: open_some(OPENED))


def report(found: dict[str, Any], chosen: argparse.Namespace) -> None:
    """Print the tables."""
    print(f"| {chosen.rows:,} rows × 12 | plain | Gatepost | ratio | connectorx |\n|{'---|' * 5}")
    for name in ("postgresql", "mariadb"):
        if name in found:
            seconds = found[name]["seconds"]
            beside = f"{seconds['connectorx']:.2f} s" if "connectorx" in seconds else ""
            print(
                f"| {name} | {seconds['plain']:.2f} s | {seconds['gatepost']:.2f} s |"
                f" {found[name]['ratio']:.2f} | {beside} |"
            )
    few, many = found["memory"].values()
    print(f"\n| peak of broker and worker | MiB |\n|---|---|\n| {chosen.rows:,} rows | {few:.0f} |")
    print(f"| {chosen.many:,} rows | {many:.0f} ({many / few:.2f}) |")
    print(f"\n{TESTS} tests of connections at once: {found['tests']['seconds']:.2f} s")
    print(f"credentials opened a second: {found['vault']:.0f}")


if __name__ == "__main__":
    main()
