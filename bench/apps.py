"""What an application costs: waking it, deploying it again, keeping it, and many open WebSockets.

    .venv/bin/python bench/apps.py [--rounds 5] [--apps 40] [--sockets 500] [--seconds 10]

In instances of `gatepost up` without examples. *Wake*: the process of an application has paused, a
program calls, and the gate holds the call until the first byte of the answer. *Deploy*: a source that
has not changed, so that its environment is there, to the first 200: as a new application of a version
that is built, and uploaded once more. *Memory*: what each
process holds for itself alone, by how much more for so many static sites. *WebSockets*: opened by
one key through the gate to an echo, first silent, then each saying a word a second.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measuring import keep, memory_of, own_cpu_of
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from callers import Caller, pack, path_of, sign_in, with_key  # noqa: E402
from instances import PARTS, Instance  # noqa: E402
from waiting import until  # noqa: E402

EXAMPLES = ROOT / "examples"
SLEEPERS = {"fastapi": ("mean-fastapi", "mean"), "streamlit": ("streamlit", "")}
"""Of each kind the example that is woken, and the path that is asked for."""
IDLE_AFTER = "10"
GONE_AFTER = 3
"""Seconds: who asks right after the pause is told still gets the process that was there."""
MIB = 2**20


def main() -> None:
    """Measure, print a table for each question, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--apps", type=int, default=40)
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=10)
    chosen = parser.parse_args()
    with instance(GATEPOST_IDLE_AFTER=IDLE_AFTER) as (_, admin, program):
        wakes = woken(admin, program, chosen.rounds)
    with instance() as (running, admin, program):
        deploys = deployed(admin, program, chosen.rounds)
        memory = weighed(running, admin, chosen.apps)
        sockets = asyncio.run(talked(running, admin, chosen.sockets, chosen.seconds))
    report(wakes, deploys, memory, sockets, chosen)


@contextmanager
def instance(**env: str) -> Iterator[tuple[Instance, Caller, Caller]]:
    """Start an instance; give its administrator too, and a program with a key."""
    with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder:
        running = Instance(Path(folder) / "data", "--no-demo", env=env)
        try:
            with (
                sign_in(running, "admin", running.password) as admin,
                with_key(running, admin.make_key("bench")["key"]) as program,
            ):
                yield running, admin, program
        finally:
            running.close()


def woken(admin: Caller, program: Caller, rounds: int) -> dict[str, list[float]]:
    """Return the seconds from a call of each paused application to the first byte of its answer."""
    apps = {kind: admin.publish(EXAMPLES / folder, kind) for kind, (folder, _) in SLEEPERS.items()}
    found: dict[str, list[float]] = {kind: [] for kind in apps}
    for turn in range(rounds + 1):
        for kind, app in apps.items():
            admin.settled(app["id"], "idle", within=120)
            time.sleep(GONE_AFTER)
            took = to_first_byte(program, path_of(app["content_url"]) + SLEEPERS[kind][1])
            if turn:  # the first one warms up
                found[kind].append(took)
    return found


def to_first_byte(program: Caller, path: str) -> float:
    """Return the seconds until the first byte of an answer's body is there."""
    began = time.perf_counter()
    with program.stream("GET", path) as answer:
        next(answer.iter_raw())
        took = time.perf_counter() - began
        assert answer.status_code == 200, answer
    return took


def deployed(admin: Caller, program: Caller, rounds: int) -> dict[str, list[float]]:
    """Return the seconds from each way to deploy an unchanged FastAPI source to its first 200."""
    folder, page = SLEEPERS["fastapi"]
    bundle = pack(EXAMPLES / folder)
    app = admin.publish(EXAMPLES / folder, "Standing")
    version = {"source_id": app["source_id"], "version": app["version"]}

    def fresh(**asked: Any) -> None:
        made = admin.ok("POST", "apps", **asked)
        path = f"/content/{made['number']}/{page}"
        until(lambda: program.get(path).status_code == 200, 90)
        admin.ok("DELETE", f"apps/{made['id']}")

    ways: dict[str, Callable[[], None]] = {
        "new application of a built version": lambda: fresh(json={**version, "name": "Fresh"}),
        "the same files uploaded again": lambda: fresh(data={"name": "Fresh"}, files={"bundle": bundle}),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            if turn:
                found[name].append(time.perf_counter() - began)
    return found


def weighed(running: Instance, admin: Caller, count: int) -> dict[str, float]:
    """Return by how many KiB each part grows for one more static site, and what its relay holds."""
    before = by_part(running)
    for number in range(count):
        admin.publish(EXAMPLES / "static-report", f"Site {number}")
    after = by_part(running)
    relays = [memory_of(one) for one in running.relays()]
    grown = {name: (after[name] - before[name]) / count / 1024 for name in sorted(before)}
    return {**grown, "its own relay": statistics.median(relays) / 1024}


def by_part(running: Instance) -> Counter[str]:
    """Return the bytes that each part of an instance holds for itself alone."""
    held: Counter[str] = Counter()
    for name in (*PARTS, "envoy"):
        held[name] = memory_of(running.part(name))
    return held


async def talked(running: Instance, admin: Caller, count: int, seconds: int) -> dict[str, dict[str, float]]:
    """Open WebSockets through the gate; return what each part pays while they are silent, and talk."""
    others = {one.pid for one in running.relays()}
    app = await asyncio.to_thread(admin.publish, EXAMPLES / "echo", "Echo")
    relay = next(one.pid for one in running.relays() if one.pid not in others)
    key = admin.make_key("sockets")["key"]
    url = f"ws://localhost:{running.port}{path_of(app['content_url'])}"
    sent, held = {"Authorization": f"Key {key}"}, by_part(running)
    sockets = [await connect(url, additional_headers=sent, proxy=None) for _ in range(count)]
    grown = {name: (size - held[name]) / count / 1024 for name, size in by_part(running).items()}
    silent = await paid(running, relay, seconds, asyncio.sleep(seconds))
    words = asyncio.gather(*(says(one, seconds) for one in sockets))
    talking = await paid(running, relay, seconds, words)
    await asyncio.gather(*(one.close() for one in sockets))
    return {"KiB a socket": grown, "CPU % silent": silent, "CPU % talking": talking}


async def says(socket: ClientConnection, words: int) -> None:
    """Say a word a second, and hear each again."""
    for number in range(words):
        began = time.perf_counter()
        await socket.send(f"word {number}")
        assert await socket.recv() == f"word {number}"
        await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - began)))


async def paid(running: Instance, relay: int, seconds: int, work: Any) -> dict[str, float]:
    """Return the share of one core that each part took while *work* went on."""
    pids = {name: running.part(name).pid for name in (*PARTS, "envoy")} | {"its own relay": relay}
    before = {name: own_cpu_of(pid) for name, pid in pids.items()}
    began = time.perf_counter()
    await work
    span = time.perf_counter() - began
    assert span < 2 * seconds + 5, f"the words of {seconds} seconds took {span:.0f}"
    return {name: (own_cpu_of(pid) - before[name]) / span * 100 for name, pid in pids.items()}


def report(
    wakes: dict[str, list[float]],
    deploys: dict[str, list[float]],
    memory: dict[str, float],
    sockets: dict[str, dict[str, float]],
    chosen: argparse.Namespace,
) -> None:
    """Print the tables and keep the numbers."""
    for title, times_of in (
        ("wake to the first byte", wakes),
        ("deploy unchanged to the first 200", deploys),
    ):
        print(f"| {title} | median s | slowest s |\n|---|---|---|")
        for name, times in times_of.items():
            print(f"| {name} | {statistics.median(times):.2f} | {max(times):.2f} |")
        print()
    print(f"| memory for one more of {chosen.apps} static sites | KiB |\n|---|---|")
    for name, size in memory.items():
        print(f"| {name} | {size:.0f} |")
    print(f"\n| {chosen.sockets} WebSockets | {' | '.join(sockets)} |\n|---|{'---|' * len(sockets)}")
    for name in next(reversed(sockets.values())):
        told = (f"{one[name]:.1f}" if name in one else "" for one in sockets.values())
        print(f"| {name} | {' | '.join(told)} |")
    keep(
        "apps",
        {**vars(chosen), "wake_s": wakes, "deploy_s": deploys, "memory_kib": memory, "sockets": sockets},
    )


if __name__ == "__main__":
    main()
