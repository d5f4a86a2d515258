"""What a data API costs over code that somebody would write by hand, and over the plain driver.

    .venv/bin/python bench/dataapi.py [--rows 1000000] [--rounds 5] [--seconds 4] [--connections 16]

A real PostgreSQL with one table. *Calls*: one row and 1,000 rows, signed by an application and by key,
through the whole gate, against FastAPI and psycopg without any governance (dataapi_plain.py), loaded by wrk
in turns; every signed call has a nonce of its own, made before the clock runs. *Streaming*: all rows through
the gate as Arrow and as CSV, against reading them with psycopg and a server-side cursor; with the peak
memory of the processes on the way, for a tenth of the rows and for all. The goals: 0.6 and flat.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
from gate_ways import install
from measuring import keep, peak_of

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from callers import Caller, sign_in  # noqa: E402
from gate_rig import free_port, wait_for_port  # noqa: E402
from instances import Instance  # noqa: E402
from source_servers import DATABASE, PASSWORD, Source, postgres_source  # noqa: E402

from gatepost.signing import sign  # noqa: E402

_NAMES = ("envoy", "calls", "broker")
_MOST_SIGNED = 40_000
_LUA = """
local lines = {}
for line in io.lines(os.getenv("SIGNED")) do lines[#lines + 1] = line end
local at = 0
request = function()
  at = at + 1
  local key, time, nonce, stage, method, names, signature = lines[at]:match(
    "^(%S+) (%S+) (%S+) (%S+) (%S+) (%S+) (%S+)$")
  wrk.headers["X-Ca-Key"], wrk.headers["X-Ca-Timestamp"], wrk.headers["X-Ca-Nonce"] = key, time, nonce
  wrk.headers["X-Ca-Stage"], wrk.headers["X-Ca-Signature-Method"] = stage, method
  wrk.headers["X-Ca-Signature-Headers"], wrk.headers["X-Ca-Signature"] = names, signature
  return wrk.format()
end
"""


def main() -> None:
    """Measure, print a table for each question, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=16)
    chosen = parser.parse_args()
    install()
    with postgres_source(connections=100) as source, house() as (running, admin):
        fill(source, chosen.rows)
        key, client = offered(admin, source)
        with by_hand(source) as plain:
            calls = called(running.url, plain, key, client, chosen)
        streams = streamed(running, source, key, chosen)
    report(calls, streams, chosen)


@contextmanager
def house() -> Iterator[tuple[Instance, Caller]]:
    """Run an instance without examples, with its administrator."""
    with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder:
        running = Instance(Path(folder) / "data", "--no-demo")
        try:
            yield running, sign_in(running, "admin", running.password)
        finally:
            running.close()


def fill(source: Source, rows: int) -> None:
    """Write the table."""
    source.run(
        "CREATE TABLE items (id bigint PRIMARY KEY, name text, city text, cases integer);"
        " INSERT INTO items SELECT n, 'item number ' || n, 'Rotterdam', n % 1000"
        f" FROM generate_series(1, {rows:d}) AS n; ANALYZE items; GRANT SELECT ON items TO PUBLIC"
    )


def offered(admin: Caller, source: Source) -> tuple[str, tuple[str, str]]:
    """Publish the API on the table; return a key, and an application with its secret."""
    allow = [f"127.0.0.1:{source.port}", f"[::1]:{source.port}"]
    admin.ok("PATCH", "settings", {"egress": {"allow": allow}, "features": {"stored_credentials": True}})
    place = {"name": "Shop", "type": "postgresql", "params": source.params}
    connection = admin.ok("POST", "connections", place)["id"]
    stored = {"name": "Reader", "type": "basic", "user": "reader", "password": PASSWORD}
    credential = admin.ok("POST", "credentials", stored)["id"]
    admin.ok("PUT", f"connections/{connection}/credentials/{credential}")
    admin.ok("POST", "projects", {"key": "BENCH", "name": "Bench"})
    limits = {"page_rows": 1_000_000, "calls_per_minute": 0, "at_once": 0, "seconds": 300}
    admin.ok("POST", "projects/BENCH/apis", {
        "name": "Items", "slug": "items", "connection_id": connection, "credential_id": credential,
        "table": "items", "key": ["id"], "operations": ["list", "get"], "stage": "production",
        "limits": limits,
    })  # fmt: skip
    admin.ok("POST", "client-groups", {"name": "Partners"})
    made = admin.ok("POST", "clients", {"name": "Loader", "group": "Partners", "owners": ["admin"]})
    secret = admin.ok("POST", f"clients/{made['id']}/secrets", {})["app_secret"]
    admin.ok("POST", f"clients/{made['id']}/apis", {"api": "items", "validity": "permanent"})
    return admin.make_key("bench")["key"], (made["app_key"], secret)


@contextmanager
def by_hand(source: Source) -> Iterator[str]:
    """Run what somebody would write by hand; yield its address."""
    port = free_port()
    argv = [sys.executable, "-m", "uvicorn", "dataapi_plain:app", "--port", str(port), "--no-access-log",
            "--log-level", "warning"]  # fmt: skip
    where = (
        f"host=localhost port={source.port} dbname={DATABASE} user=reader password={PASSWORD} sslmode=require"
    )
    process = subprocess.Popen(argv, cwd=Path(__file__).parent, env={**os.environ, "SOURCE": where})
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def called(
    gate: str, plain: str, key: str, client: tuple[str, str], chosen: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Return calls a second of each way, by what is asked for."""
    found: dict[str, dict[str, float]] = {}
    for name, ours, theirs in (
        ("one row", "/gw/items/row?id=4711", "/row?id=4711"),
        ("1,000 rows", "/gw/items?limit=1000", "/rows?limit=1000"),
    ):
        ways: dict[str, Callable[[], float]] = {
            "by hand": lambda theirs=theirs: load(plain + theirs, chosen),  # type: ignore[misc]
            "by key": lambda ours=ours: load(gate + ours, chosen, key=key),  # type: ignore[misc]
            "signed": lambda ours=ours: load(gate + ours, chosen, client=client),  # type: ignore[misc]
        }
        rounds: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(chosen.rounds + 1):
            for way, run in ways.items():
                rate = run()
                if turn:  # the first one warms up
                    rounds[way].append(rate)
        found[name] = {way: statistics.median(rates) for way, rates in rounds.items()}
    return found


def load(
    url: str, chosen: argparse.Namespace, *, key: str | None = None, client: tuple[str, str] | None = None
) -> float:
    """Load an address with wrk; return the calls a second, all of them answered."""
    argv = ["wrk", "-t1", f"-c{chosen.connections}", f"-d{chosen.seconds}s", url]
    env = dict(os.environ)
    if key is not None:
        argv[1:1] = ["-H", f"Authorization: Key {key}"]
    with tempfile.TemporaryDirectory() as folder:
        if client is not None:
            script, lines = Path(folder) / "signed.lua", Path(folder) / "signed.txt"
            script.write_text(_LUA)
            lines.write_text("\n".join(signed_lines(url, client, 1000 * chosen.seconds * 2)))
            argv[1:1] = ["-s", str(script), "-H", "Accept: */*"]
            env["SIGNED"] = str(lines)
        shown = subprocess.run(argv, capture_output=True, text=True, check=True, env=env).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", shown)
    assert refused is None, shown
    return float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1])  # type: ignore[index]


def signed_lines(url: str, client: tuple[str, str], count: int) -> Iterator[str]:
    """Yield the headers of so many calls, each signed for itself."""
    names = ("X-Ca-Key", "X-Ca-Timestamp", "X-Ca-Nonce", "X-Ca-Stage", "X-Ca-Signature-Method",
             "X-Ca-Signature-Headers", "X-Ca-Signature")  # fmt: skip
    for _ in range(min(count, _MOST_SIGNED)):
        made = sign("GET", url, *client, headers={"accept": "*/*", "x-ca-stage": "RELEASE"})
        folded = {name.lower(): value for name, value in made.items()}
        yield " ".join(folded[name.lower()] for name in names)


def streamed(
    running: Instance, source: Source, key: str, chosen: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Return rows a second of each way of reading everything, and the peak memory for few and for all."""
    found: dict[str, dict[str, float]] = {}
    ways: dict[str, Callable[[int], int]] = {
        "psycopg, server-side cursor": lambda rows: read_plainly(source, rows),
        "gate, Arrow": lambda rows: read_at_gate(running.url, key, rows, "arrow"),
        "gate, CSV": lambda rows: read_at_gate(running.url, key, rows, "csv"),
    }
    for name, read in ways.items():
        read(1000)
        times = [elapsed(read, chosen.rows) for _ in range(max(1, chosen.rounds - 2))]
        found[name] = {"rows/s": chosen.rows / statistics.median(times)}
        if name.startswith("gate"):
            found[name] |= {
                f"peak MiB at {rows}": peak_of(
                    [running.part(part) for part in _NAMES],
                    lambda rows=rows, read=read: read(rows),  # type: ignore[misc]
                )
                for rows in (chosen.rows // 10, chosen.rows)
            }
    return found


def elapsed(read: Callable[[int], int], rows: int) -> float:
    """Return the seconds that reading takes."""
    began = time.perf_counter()
    assert read(rows) > 0
    return time.perf_counter() - began


def read_plainly(source: Source, rows: int) -> int:
    """Read with the driver alone, some thousand rows at a time; return how many came."""
    where = (
        f"host=localhost port={source.port} dbname={DATABASE} user=reader password={PASSWORD} sslmode=require"
    )
    count = 0
    with psycopg.connect(where) as connection, connection.cursor("all") as cursor:
        cursor.itersize = 10_000
        cursor.execute("SELECT id, name, city, cases FROM items LIMIT %s", [rows])
        while some := cursor.fetchmany(10_000):
            count += len(some)
    return count


def read_at_gate(url: str, key: str, rows: int, form: str) -> int:
    """Read through the gate; return how many bytes came."""
    query = {"limit": str(rows), "format": form}
    headers, size = {"Authorization": f"Key {key}"}, 0
    with httpx.stream("GET", f"{url}/gw/items", params=query, headers=headers, timeout=300) as answer:
        assert answer.status_code == 200, answer.read()
        for part in answer.iter_raw():
            size += len(part)
    return size


def report(
    calls: dict[str, dict[str, float]], streams: dict[str, dict[str, float]], chosen: argparse.Namespace
) -> None:
    """Print the tables and keep the numbers."""
    print("| calls a second | by hand | by key | ratio | signed | ratio |\n|---|---|---|---|---|---|")
    for name, one in calls.items():
        hand = one["by hand"]
        print(
            f"| {name} | {hand:.0f} | {one['by key']:.0f} | {one['by key'] / hand:.2f} |"
            f" {one['signed']:.0f} | {one['signed'] / hand:.2f} |"
        )
    plain = streams["psycopg, server-side cursor"]["rows/s"]
    print(f"\n| {chosen.rows:,} rows | rows/s | ratio | peak MiB, a tenth | peak MiB, all |\n|{'---|' * 5}")
    for name, one in streams.items():
        peaks = [f"{value:.0f}" for label, value in one.items() if label.startswith("peak")] or ["", ""]
        print(f"| {name} | {one['rows/s']:,.0f} | {one['rows/s'] / plain:.2f} | {' | '.join(peaks)} |")
    kept = {"rows": chosen.rows, "calls": calls, "streams": streams, "rounds": chosen.rounds}
    keep("dataapi", kept)
    print(json.dumps({"kept": "bench/results/dataapi.json"}))


if __name__ == "__main__":
    main()
