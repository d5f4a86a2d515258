"""A real Envoy with our configuration, a recording raw upstream, a scripted authorizer."""

import asyncio
import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from gatepost_server.gateway.envoy import Gate, Upstream, clusters_file, files_of, write_files
from gatepost_server.gateway.envoy.files import CLUSTERS
from gatepost_server.gateway.launch import find_envoy

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Recorded:
    """One request as raw bytes reached an upstream."""

    head: bytes
    body_bytes: int = 0

    @property
    def line(self) -> str:
        return self.head.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def headers(self) -> list[tuple[str, str]]:
        rows = self.head.decode("latin-1").split("\r\n")[1:]
        return [(n.lower(), v.strip()) for n, _, v in (row.partition(":") for row in rows if row)]

    def values(self, name: str) -> list[str]:
        return [v for n, v in self.headers if n == name]


@dataclass
class Upstreams:
    """Unix sockets answered by one thread; what arrives on each is kept, byte for byte."""

    folder: Path
    seen: dict[str, list[Recorded]] = field(default_factory=dict)
    answers: dict[str, Callable[[Recorded], bytes]] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _servers: list[asyncio.Server] = field(default_factory=list)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def serve(self, name: str, answer: Callable[[Recorded], bytes] = lambda _: OK) -> Path:
        path = self.folder / f"{name}.sock"
        self.seen[name], self.answers[name] = [], answer

        async def begin() -> None:
            server = await asyncio.start_unix_server(
                lambda r, w: self._converse(name, r, w), path=path, limit=1 << 20
            )
            self._servers.append(server)

        asyncio.run_coroutine_threadsafe(begin(), self._loop).result(5)
        return path

    def stop(self) -> None:
        async def end() -> None:
            for server in self._servers:
                server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _converse(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                request = Recorded(head[:-4])
                self.seen[name].append(request)
                await self._swallow(request, reader)
                writer.write(self.answers[name](request))
                await writer.drain()
                if request.values("upgrade"):
                    while data := await reader.read(65536):
                        writer.write(data)
                        await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await writer.wait_closed()

    async def _swallow(self, request: Recorded, reader: asyncio.StreamReader) -> None:
        if request.values("transfer-encoding"):
            while size := int((await reader.readline()).strip() or b"0", 16):
                await reader.readexactly(size + 2)
                request.body_bytes += size
            await reader.readline()
            return
        left = int((request.values("content-length") or ["0"])[0])
        while left:
            data = await reader.read(min(left, 1 << 20))
            if not data:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(data)
            request.body_bytes += len(data)


@dataclass
class Rig:
    """A running gate and its neighbours."""

    gate: Gate
    upstreams: Upstreams
    envoy: subprocess.Popen[bytes]

    def seen(self, name: str) -> list[Recorded]:
        return self.upstreams.seen[name]

    def raw(self, payload: bytes, *, wait: float = 3.0) -> bytes:
        """Send bytes as they are; return all that came back until close or silence."""
        with socket.create_connection((self.gate.host, self.gate.port), timeout=wait) as conn:
            conn.sendall(payload)
            return _all_of(conn)

    def ask(
        self, path: str = "/content/24/", *lines: str, host: str = "localhost", method: str = "GET"
    ) -> bytes:
        """Send one request with the given header lines; return the raw answer."""
        rows = [f"{method} {path} HTTP/1.1", f"Host: {host}", *lines, "Connection: close", "", ""]
        return self.raw("\r\n".join(rows).encode("latin-1"))

    def route_to(self, *upstreams: Upstream) -> float:
        """Replace the app clusters; return when the file was in place."""
        gate = replace(self.gate, upstreams=upstreams)
        write_files(gate.folder, {CLUSTERS: clusters_file(gate)})
        return time.monotonic()

    def rss_kb(self) -> int:
        status = Path(f"/proc/{self.envoy.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])


def _all_of(conn: socket.socket) -> bytes:
    got = b""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while data := conn.recv(65536):
            got += data
    return got


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def allow(cluster: str, *extra: str) -> Callable[[Recorded], bytes]:
    """An authorizer that lets everything pass to *cluster*."""
    rows = ["HTTP/1.1 200 OK", f"x-gp-cluster: {cluster}", *extra, "content-length: 0", "", ""]
    answer = "\r\n".join(rows).encode()
    return lambda _: answer


APP = "dep_" + "a" * 24


@contextlib.contextmanager
def gate_rig(folder: Path) -> Iterator[Rig]:
    """Start everything on a free port; app cluster `APP`, authorizer that allows."""
    upstreams = Upstreams(folder)
    upstreams.start()
    app = upstreams.serve("app")
    port = free_port()
    gate = Gate(
        host="127.0.0.1",
        port=port,
        control_origin=f"http://localhost:{port}",
        apps_suffix=f"localhost:{port}",
        control_socket=upstreams.serve("control"),
        calls_socket=upstreams.serve("calls"),
        authorizer_sockets=(upstreams.serve("authz", allow(APP)),),
        admin_socket=folder / "admin.sock",
        folder=folder,
        upstreams=(Upstream(APP, app),),
    )
    write_files(folder, files_of(gate))
    argv = [str(find_envoy(None)), "-c", str(folder / "bootstrap.json"), "--disable-hot-restart"]
    argv += ["--concurrency", "2", "--log-level", "warning", "--log-path", str(folder / "envoy.log")]
    envoy = subprocess.Popen(argv)
    try:
        wait_for_port(port)
        yield Rig(gate, upstreams, envoy)
    finally:
        envoy.terminate()
        envoy.wait(10)
        upstreams.stop()


def wait_for_port(port: int, *, seconds: float = 10) -> None:
    """Return when something accepts on *port*."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
