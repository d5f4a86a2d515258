"""Four ways to one upstream, for bench/gate.py: plain Envoy, the gate, and two neighbours."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from measuring import RESULTS

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from gate_house import House, gate_house  # noqa: E402
from gate_rig import free_port, wait_for_port  # noqa: E402

from gatepost_server.gateway.launch import find_envoy  # noqa: E402

TOOLS = RESULTS / "tools"
PROXY = TOOLS / "node_modules" / ".bin" / "configurable-http-proxy"


@dataclass(frozen=True)
class Way:
    """A way to the upstream: an address, a key or none, and the processes that serve it."""

    name: str
    url: str
    key: str | None
    pids: tuple[int, ...]


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
        yield [
            stack.enter_context(plain_envoy(folder, upstream)),
            Way("gate with a valid key", f"http://127.0.0.1:{house.port}/content/{app.number}/", key,
                (house.envoy.pid, *(each.pid for each in house.authorizers))),
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


def plain_configuration(port: int, upstream: Path) -> dict[str, object]:
    """Configure an Envoy that passes everything on."""
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
    return {"static_resources": {"listeners": [listener], "clusters": [cluster]}}


@contextmanager
def plain_envoy(folder: Path, upstream: Path) -> Iterator[Way]:
    """Envoy as a proxy that asks nobody: the measure of the others."""
    port = free_port()
    path = folder / "plain.json"
    path.write_text(json.dumps(plain_configuration(port, upstream)))
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
    sockets = [house.base.folders.authorizer_socket(number + 1) for number in range(len(house.authorizers))]
    authorizers = " ".join(f"server unix:{socket};" for socket in sockets)
    servers = (
        f"upstream up {{ server unix:{upstream}; keepalive 64; }}\n"
        f"upstream authz {{ {authorizers} keepalive 64; }}\n"
        f"server {{ listen 127.0.0.1:{port}; proxy_http_version 1.1; proxy_set_header Connection '';\n"
        f"location / {{ auth_request /-auth; proxy_pass http://up/; }}\n"
        f"location = /-auth {{ internal; proxy_pass http://authz/check$request_uri;\n"
        f"proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;\n"
        f"proxy_set_header Connection ''; proxy_pass_request_body off; }} }}"
    )
    with started(nginx_argv(folder, "auth", servers), port) as pid:
        url = f"http://127.0.0.1:{port}/content/{number}/"
        yield Way("nginx auth_request", url, key, (pid, *(each.pid for each in house.authorizers)))
