"""Every kind of app, built by uv or R, started in its sandbox, asked through its relay."""

import asyncio
import contextlib
import os
import shutil
import time

import pytest
import websockets

from gatepost_server.apps.model import BuildOrder, DesiredApp, Detected, Kind
from gatepost_server.kernel.clock import SystemClock
from gatepost_server.runtime.environments import Environments
from gatepost_server.runtime.local import LocalEngine
from gatepost_server.runtime.meter import Meter
from gatepost_server.runtime.r import find_r
from gatepost_server.runtime.service import look_around

PREFIX = {"X-Forwarded-Prefix": "/content/24"}
FASTAPI = """
from fastapi import FastAPI, Request, WebSocket
app = FastAPI()
@app.get("/mean")
def mean(request: Request, samples: int = 10):
    return {"samples": samples, "self": str(request.url_for("mean").path)}
@app.websocket("/ws")
async def ws(socket: WebSocket):
    await socket.accept()
    await socket.send_text(await socket.receive_text() + socket.scope["root_path"])
"""
FLASK = """
from flask import Flask, request, url_for
app = Flask(__name__)
@app.post("/up")
def up():
    return {"size": len(request.get_data()), "self": url_for("up")}
"""
STREAMLIT = "import streamlit as st\nst.title('Hello')\n"
SHINY = """
from shiny import App, ui, render
def server(input, output, session):
    @render.text
    def out(): return f"n is {input.n()}"
app = App(ui.page_fluid(ui.input_slider("n", "N", 0, 10, 5), ui.output_text("out")), server)
"""
PLUMBER = """## plumber.R

#* @get /mean
normalMean <- function(samples=10){
  data <- rnorm(samples)
  mean(data)
}
"""


class Bench:
    """Builds and starts bundles on the best rung of this machine."""

    def __init__(self, folders):
        self.folders = folders
        self.count = 0

    async def open(self):
        offer = await look_around(self.folders, "auto", os.environ)
        self.cgroups = offer.ground.cgroups
        self.environments = Environments(self.folders, offer.workshop)
        self.environments.prepare()
        self.engine = LocalEngine(
            self.folders, offer.ground, lambda _: None, Meter(self.folders.usage, SystemClock())
        )
        return self

    async def build(self, kind, files, entrypoint, requirements=None):
        self.count += 1
        code = self.folders.sources / f"ver_{self.count:024x}"
        code.mkdir(mode=0o755)
        for name, text in files.items():
            (code / name).write_text(text)
        detected = Detected(kind, entrypoint, "a test says so", requirements)
        log = self.folders.logs / "builds" / f"{code.name}.log"
        order = BuildOrder(code.name, "src_1", 1, detected, str(code), str(log))
        return order, await self.environments.build(order), log

    @contextlib.asynccontextmanager
    async def running(self, kind, files, entrypoint, requirements=None):
        order, result, log = await self.build(kind, files, entrypoint, requirements)
        assert result.ok, log.read_text()
        app = DesiredApp(
            app_id="app_1", number=self.count, name="x", deployment_id=f"dep_{self.count:024x}",
            version_id=order.version_id, kind=kind, entrypoint=entrypoint, code_dir=order.code_dir,
            env_dir=result.env_dir, log_path=str(self.folders.logs / "apps" / "x.log"), revision=1,
        )  # fmt: skip
        running = await self.engine.start(app, 1)
        try:
            yield running
        finally:
            await running.stop()


async def ask(running, target, body=None, **headers):
    """Ask as the gate does; return status and body."""
    reader, writer = await asyncio.open_unix_connection(str(running.socket_path))
    fields = {"host": "app", "connection": "close", "x-gp-ground": "g", **PREFIX, **headers}
    if body is not None:
        fields["content-length"] = str(len(body))
    lines = [
        f"{'GET' if body is None else 'POST'} {target} HTTP/1.1",
        *(f"{k}: {v}" for k, v in fields.items()),
    ]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), rest


def on_bench(folders, play):
    async def run():
        bench = await Bench(folders).open()
        try:
            return await play(bench)
        finally:
            if bench.cgroups is not None:
                bench.cgroups.close()

    return asyncio.run(run())


def test_fastapi_knows_its_prefix_in_links_and_websockets(folders):
    """root_path is the gate's prefix; requirements name what is needed, the rest is added."""

    async def play(bench):
        files = {"main.py": FASTAPI, "requirements.txt": "fastapi\n"}
        async with bench.running(Kind.FASTAPI, files, "main:app", "requirements.txt") as app:
            status, body = await ask(app, "/mean?samples=5")
            assert status == 200
            assert b'"samples":5' in body
            assert b'"self":"/content/24/mean"' in body
            assert b"/content/24/openapi.json" in (await ask(app, "/docs"))[1]
            async with websockets.unix_connect(
                str(app.socket_path), "ws://app/ws", additional_headers=PREFIX
            ) as socket:
                await socket.send("hi ")
                assert await socket.recv() == "hi /content/24"

    on_bench(folders, play)


def test_wsgi_knows_its_prefix_and_takes_large_bodies(folders):
    """SCRIPT_NAME is the gate's prefix."""

    async def play(bench):
        files = {"app.py": FLASK, "requirements.txt": "flask\n"}
        async with bench.running(Kind.WSGI, files, "app:app", "requirements.txt") as app:
            status, body = await ask(app, "/up", b"x" * 5_000_000)
            assert status == 200
            assert b'"size":5000000' in body
            assert b'"self":"/content/24/up"' in body

    on_bench(folders, play)


def test_streamlit_opens_its_websocket_without_a_44_ms_stall(folders):
    """The page and its stream answer; kept connections answer at once (TCP_QUICKACK)."""

    async def play(bench):
        async with bench.running(Kind.STREAMLIT, {"app.py": STREAMLIT}, "app.py") as app:
            assert (await ask(app, "/"))[0] == 200
            async with websockets.unix_connect(
                str(app.socket_path),
                "ws://app/_stcore/stream",
                subprotocols=["streamlit"],
                origin="http://app",
            ) as socket:
                assert socket.subprotocol == "streamlit"
            reader, writer = await asyncio.open_unix_connection(str(app.socket_path))
            spans = []
            for _ in range(12):
                began = time.perf_counter()
                writer.write(b"GET /_stcore/health HTTP/1.1\r\nhost: app\r\n\r\n")
                await reader.readuntil(b"ok")
                spans.append(time.perf_counter() - began)
            writer.close()
            assert sorted(spans)[len(spans) // 2] < 0.02

    on_bench(folders, play)


def test_shiny_talks_over_its_websocket(folders):
    """The session starts: the first message of the server is its configuration."""

    async def play(bench):
        async with bench.running(Kind.SHINY, {"app.py": SHINY}, "app:app") as app:
            assert b"shiny" in (await ask(app, "/"))[1]
            async with websockets.unix_connect(str(app.socket_path), "ws://app/websocket/") as socket:
                await socket.send(
                    '{"method":"init","data":{"n:shiny.number":5,".clientdata_output_out_hidden":false}}'
                )
                said = ""
                while "n is 5" not in said:
                    said = str(await asyncio.wait_for(socket.recv(), 10))

    on_bench(folders, play)


@pytest.mark.skipif(find_r().rscript is None, reason="Rscript with plumber is not installed")
def test_the_seeds_plumber_file_runs_unchanged(folders):
    """/mean with and without samples."""

    async def play(bench):
        async with bench.running(Kind.PLUMBER, {"plumber.R": PLUMBER}, "plumber.R") as app:
            status, body = await ask(app, "/mean?samples=5")
            assert status == 200
            assert body.startswith(b"[")
            assert (await ask(app, "/mean"))[0] == 200

    on_bench(folders, play)


def test_two_versions_with_the_same_requirements_share_one_environment(folders):
    """The second build is a look-up, and says so; files are links into the cache."""

    async def play(bench):
        files = {"app.py": "", "requirements.txt": "idna==3.10\n# a remark\n"}
        _, first, _ = await bench.build(Kind.ASGI, files, "app:app", "requirements.txt")
        again = {**files, "requirements.txt": "idna == 3.10\n"}
        _, second, log = await bench.build(Kind.ASGI, again, "app:app", "requirements.txt")
        assert first.env_dir == second.env_dir
        assert "used again" in log.read_text()
        module = next((folders.envs / first.env_dir).glob("lib/python*/site-packages/idna/core.py"))
        assert module.stat().st_nlink > 1
        assert list(module.parent.glob("__pycache__/core.*.pyc"))

    on_bench(folders, play)


def test_a_build_that_was_killed_half_way_leaves_nothing_that_is_used(folders):
    """What lies in `building` is cleared at the next start; only a rename makes an environment."""

    async def play(bench):
        task = asyncio.create_task(
            bench.build(
                Kind.ASGI, {"app.py": "", "requirements.txt": "idna==3.10\n"}, "app:app", "requirements.txt"
            )
        )
        while not list((folders.cache / "building").glob("*/env")):
            await asyncio.sleep(0.01)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert list(folders.envs.iterdir()) == []
        (folders.cache / "building" / "left" / "env").mkdir(parents=True)
        bench.environments.prepare()
        assert list((folders.cache / "building").iterdir()) == []
        files = {"app.py": "", "requirements.txt": "idna==3.10\n"}
        _, result, _ = await bench.build(Kind.ASGI, files, "app:app", "requirements.txt")
        assert result.ok

    on_bench(folders, play)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--index-url http://evil/", "option --index-url"),
        ("-r other.txt", "option -r"),
        ("-e .", "option -e"),
        ("evil @ https://evil/x.whl", "names an address"),
        ("./local.whl", "not a package"),
        ("idna==99999", "could not be installed"),
        ("no-such-package-of-gatepost-tests", "could not be installed"),
    ],
)
def test_requirements_that_cannot_be_used_fail_with_words(folders, line, words):
    """The reason names the line and what is wrong; nothing is left behind."""

    async def play(bench):
        files = {"app.py": "", "requirements.txt": line + "\n"}
        _, result, log = await bench.build(Kind.ASGI, files, "app:app", "requirements.txt")
        assert not result.ok
        assert words in result.reason
        assert "The build failed" in log.read_text()
        assert list(folders.envs.iterdir()) == []

    on_bench(folders, play)


def test_source_distributions_are_not_built(folders):
    """Building one would run its code; wheels only."""
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")

    async def play(bench):
        files = {"app.py": "", "requirements.txt": "docopt==0.6.2\n"}
        _, result, _ = await bench.build(Kind.ASGI, files, "app:app", "requirements.txt")
        assert not result.ok

    on_bench(folders, play)
