"""What the gate costs: one run, four ways to the same upstream, as ratios.

    .venv/bin/python bench/gate.py [--seconds 4] [--rounds 5] [--connections 32]

Installs wrk and nginx (apt) and configurable-http-proxy (npm) when they are not there.
Rounds are interleaved and the median counts, because this machine is shared.
"""

import argparse
import os
import re
import statistics
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from gate_ways import Way, install, ways
from measuring import cpu_of, keep


@dataclass(frozen=True)
class Sample:
    """One round of one way."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    failed: int


def main() -> None:
    """Measure every way, print a table, keep the numbers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    chosen = parser.parse_args()
    install()
    with tempfile.TemporaryDirectory(prefix="gp-bench-") as folder, ways(Path(folder)) as each:
        rounds: dict[str, list[Sample]] = {way.name: [] for way in each}
        for turn in range(chosen.rounds + 1):
            for way in each:
                sample = measured(way, chosen.seconds, chosen.connections)
                if turn:  # the first one warms up
                    rounds[way.name].append(sample)
    report({name: medians(samples) for name, samples in rounds.items()}, chosen)


def measured(way: Way, seconds: int, connections: int) -> Sample:
    """Load one way with wrk and read what it cost."""
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", way.url]
    if way.key is not None:
        argv[1:1] = ["-H", f"Authorization: Key {way.key}"]
    before = cpu_of(way.pids)
    shown = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    spent = cpu_of(way.pids) - before
    count = int(re.search(r"(\d+) requests in", shown)[1])  # type: ignore[index]
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", shown)
    return Sample(
        rate=float(re.search(r"Requests/sec:\s+([\d.]+)", shown)[1]),  # type: ignore[index]
        p50_ms=latency(shown, "50%"),
        p99_ms=latency(shown, "99%"),
        cpu_us=spent / count * 1e6,
        failed=int(refused[1]) if refused else 0,
    )


def latency(shown: str, percentile: str) -> float:
    """Read a percentile in milliseconds."""
    found = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)\b", shown)
    assert found is not None, shown
    factor = {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]
    return float(found[1]) * factor


def medians(samples: list[Sample]) -> Sample:
    """Return the median of each number, and all failures."""

    def pick(name: str) -> float:
        return statistics.median(getattr(one, name) for one in samples)

    failed = sum(one.failed for one in samples)
    return Sample(pick("rate"), pick("p50_ms"), pick("p99_ms"), pick("cpu_us"), failed)


def report(found: dict[str, Sample], chosen: argparse.Namespace) -> None:
    """Print the table and keep it."""
    plain = found["plain Envoy"]
    titles = ("req/s", "ratio", "p50 ms", "p99 ms", "CPU us", "ratio", "failed")
    print(f"{'way':26} " + " ".join(f"{title:>8}" for title in titles))
    for name, one in found.items():
        print(
            f"{name:26} {one.rate:8.0f} {one.rate / plain.rate:8.2f} {one.p50_ms:8.2f} {one.p99_ms:8.2f} "
            f"{one.cpu_us:8.0f} {one.cpu_us / plain.cpu_us:8.2f} {one.failed:8d}"
        )
    kept = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cores": os.cpu_count(),
        "rounds": chosen.rounds,
        "seconds": chosen.seconds,
        "connections": chosen.connections,
        "ways": {
            name: {**asdict(one), "ratio": round(one.rate / plain.rate, 3)} for name, one in found.items()
        },
    }
    keep("gate", kept)


if __name__ == "__main__":
    main()
