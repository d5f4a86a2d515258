"""What the gate costs: one run, four ways to the same upstream, as ratios.

    .venv/bin/python bench/gate.py [--seconds 4] [--rounds 5] [--connections 32]

Installs wrk and nginx (apt) and configurable-http-proxy (npm) when they are not there.
Rounds are interleaved and the median counts, because this machine is shared.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from gate_house import House, gate_house  # noqa: E402
from gate_rig import free_port, wait_for_port  # noqa: E402

from gatepost_server.gateway.launch import find_envoy  # noqa: E402

RESULTS = ROOT / "bench" / "results"
TOOLS = RESULTS / "tools"
PROXY = TOOLS / "node_modules" / ".bin" / "configurable-http-proxy"


@dataclass(frozen=True)
class Way:
    """A way to the upstream: an address, a key or none, and the processes that serve it."""

    name: str
    url: str
    key: str | None
    pids: tuple[int, ...]


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
    report({name: middle(samples) for name, samples in rounds.items()}, chosen)


def install() -> None:
    """Bring the tools that are missing."""
    packages = [
        name for tool, name in (("wrk", "wrk"), ("nginx", "nginx-light")) if shutil.which(tool) is None
    ]
    if packages:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=True)
    if not PROXY.exists():
        package = "configurable-http-proxy@5"
        subprocess.run(
            ["npm", "install", "--silent", "--ignore-scripts", "--prefix", TOOLS, package], check=True
        )


@contextmanager
def ways(folder: Path) -> Iterator[list[Way]]:
    """Start the upstream and the four ways to it."""
    with ExitStack() as stack:
        house = stack.enter_context(gate_house(folder / "gate", apart=True))
        upstream, port = stack.enter_context(nginx_upstream(folder))
        ann = house.person("ann")
        app = house.publish(ann, "bench", socket=upstream)
        key = house.key(ann)
        assert house.envoy is not None
        assert house.authorizer is not None
        yield [
            stack.enter_context(plain_envoy(folder, upstream)),
            Way("gate with a valid key", f"http://127.0.0.1:{house.port}/content/{app.number}/", key,
                (house.envoy.pid, house.authorizer.pid)),
            stack.enter_context(node_proxy(port)),
            stack.enter_context(nginx_auth(folder, upstream, house, key, app.number)),
        ]  # fmt: skip


@contextmanager
def started(argv: list[str], port: int) -> Iterator[int]:
    """Run a server until the block is left."""
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def nginx_argv(folder: Path, name: str, servers: str) -> list[str]:
    """Write a configuration with one worker and return how to start it."""
    home = folder / name
    home.mkdir()
    (home / "nginx.conf").write_text(
        f"user root; daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error.log;\n"
        f"events {{ worker_connections 4096; }}\n"
        f"http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {home}/b;\n"
        f"proxy_temp_path {home}/p; fastcgi_temp_path {home}/f; uwsgi_temp_path {home}/u;\n"
        f"scgi_temp_path {home}/s;\n"
        f"{servers} }}\n"
    )
    return ["nginx", "-p", str(home), "-c", str(home / "nginx.conf")]


@contextmanager
def nginx_upstream(folder: Path) -> Iterator[tuple[Path, int]]:
    """Answer "ok" on a unix socket and a port."""
    socket, port = folder / "up.sock", free_port()
    servers = f"server {{ listen unix:{socket}; listen 127.0.0.1:{port}; location / {{ return 200 'ok'; }} }}"
    with started(nginx_argv(folder, "upstream", servers), port):
        socket.chmod(0o777)
        yield socket, port


@contextmanager
def plain_envoy(folder: Path, upstream: Path) -> Iterator[Way]:
    """Envoy as a proxy that asks nobody: the measure of the others."""
    port = free_port()
    router = {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network."
        "http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "plain",
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "up"}}],
                }
            ]
        },
        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": router}],
    }
    connection = {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}
    listener = {
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
        "filter_chains": [{"filters": [connection]}],
    }
    endpoint = {"endpoint": {"address": {"pipe": {"path": str(upstream)}}}}
    cluster = {
        "name": "up",
        "load_assignment": {"cluster_name": "up", "endpoints": [{"lb_endpoints": [endpoint]}]},
    }
    path = folder / "plain.json"
    path.write_text(json.dumps({"static_resources": {"listeners": [listener], "clusters": [cluster]}}))
    argv = [
        str(find_envoy(None)),
        "-c",
        str(path),
        "--disable-hot-restart",
        "--concurrency",
        "2",
        "-l",
        "error",
    ]
    with started(argv, port) as pid:
        yield Way("plain Envoy", f"http://127.0.0.1:{port}/", None, (pid,))


@contextmanager
def node_proxy(upstream_port: int) -> Iterator[Way]:
    """configurable-http-proxy, which authenticates nobody."""
    port, api = free_port(), free_port()
    argv = [
        str(PROXY),
        "--ip",
        "127.0.0.1",
        "--port",
        str(port),
        "--api-ip",
        "127.0.0.1",
        "--api-port",
        str(api),
    ]
    argv += ["--default-target", f"http://127.0.0.1:{upstream_port}", "--log-level", "error"]
    with started(argv, port) as pid:
        yield Way("configurable-http-proxy", f"http://127.0.0.1:{port}/", None, (pid,))


@contextmanager
def nginx_auth(folder: Path, upstream: Path, house: House, key: str, number: int) -> Iterator[Way]:
    """Nginx that asks the same authorizer by auth_request."""
    port = free_port()
    servers = (
        f"upstream up {{ server unix:{upstream}; keepalive 64; }}\n"
        f"upstream authz {{ server unix:{house.base.folders.authorizer_socket}; keepalive 64; }}\n"
        f"server {{ listen 127.0.0.1:{port}; proxy_http_version 1.1; proxy_set_header Connection '';\n"
        f"location / {{ auth_request /-auth; proxy_pass http://up/; }}\n"
        f"location = /-auth {{ internal; proxy_pass http://authz/check$request_uri;\n"
        f"proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;\n"
        f"proxy_set_header Connection ''; proxy_pass_request_body off; }} }}"
    )
    with started(nginx_argv(folder, "auth", servers), port) as pid:
        assert house.authorizer is not None
        url = f"http://127.0.0.1:{port}/content/{number}/"
        yield Way("nginx auth_request", url, key, (pid, house.authorizer.pid))


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
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def cpu_of(pids: tuple[int, ...]) -> float:
    """Return the CPU seconds of processes and their children so far."""
    each = [psutil.Process(pid) for pid in pids]
    whole = [*each, *(child for one in each for child in one.children(recursive=True))]
    return sum(times.user + times.system for times in (one.cpu_times() for one in whole))


def middle(samples: list[Sample]) -> Sample:
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
    RESULTS.mkdir(parents=True, exist_ok=True)
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
    (RESULTS / "gate.json").write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
