"""What every measurement needs: the median of tries, CPU and memory of processes, a file of numbers."""

import json
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine

_MIB = 2**20
RESULTS = Path(__file__).resolve().parent / "results"


def middle(what: Callable[[], Any], rounds: int) -> float:
    """Return the median seconds of *what*; the first time, which warms up, does not count."""
    what()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        what()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def own_cpu_of(pid: int) -> float:
    """Return the CPU seconds of one process so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def cpu_of(pids: Iterable[int]) -> float:
    """Return the CPU seconds of processes and their children so far."""
    whole = [pid for top in pids for pid in (top, *(one.pid for one in psutil.Process(top).children(True)))]
    return sum(map(own_cpu_of, whole))


def memory_of(process: psutil.Process) -> int:
    """Return the bytes that only this process holds: what would be free if it ended."""
    return int(process.memory_full_info().uss)


def peak_of(tops: Sequence[psutil.Process], what: Callable[[], Any]) -> float:
    """Return the highest sum of what processes and their children hold while *what* runs, in MiB."""
    highest, is_done = [0], threading.Event()

    def watch() -> None:
        is_over = False
        while not is_over:
            held = 0
            for one in (process for top in tops for process in (top, *top.children(recursive=True))):
                try:
                    held += memory_of(one)
                except psutil.NoSuchProcess:  # a child that ended meanwhile holds nothing
                    continue
            highest[0] = max(highest[0], held)
            is_over = is_done.wait(0.05)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        what()
    finally:
        is_done.set()
        thread.join()
    return highest[0] / _MIB


def by_store_and_caller(
    engines: Mapping[str, Engine], pages: Callable[[Engine, int, int], dict[str, float]], rounds: int
) -> dict[str, dict[str, float]]:
    """Return the ms of each page on each store, as a person and as an administrator (caps 4 and 5)."""
    return {
        f"{name}, {who}": pages(engine, cap, rounds)
        for name, engine in engines.items()
        for who, cap in (("person", 4), ("administrator", 5))
    }


def table_of(found: dict[str, dict[str, float]]) -> str:
    """Return a table: a line a page, a column a store and caller."""
    names = list(found)
    lines = [f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    lines += [
        f"| {row} | {' | '.join(f'{found[name][row]:,.1f}' for name in names)} |" for row in found[names[0]]
    ]
    return "\n".join(lines)


def keep(name: str, numbers: object) -> None:
    """Write what was measured to the folder of results."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(numbers, indent=2) + "\n")
