"""What counts as a sign of life: any answer, or where a version names a path one that says all is well."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gatepost_server.runtime.relay.plan import RelayPlan
from gatepost_server.runtime.relay.service import is_answering
from gatepost_server.runtime.wire import ask_json


async def _asked(answer: bytes, path: str = "/", *, is_well_only: bool = False) -> tuple[bool, bytes]:
    """Return whether a server that says *answer* counts as answering, and what it was asked."""
    heard = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readline())
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        plan = RelayPlan("x", "y", "z", port=port, alive_path=path, is_well_only=is_well_only)
        return await is_answering(plan, within=20), heard[0]


@pytest.mark.parametrize(
    "status", [b"200 OK", b"204 No Content", b"302 Found", b"404 Not Found", b"503 Away"]
)
def test_any_answer_counts_and_a_named_path_has_to_be_well(status: bytes) -> None:
    answer = b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\n\r\n"
    assert asyncio.run(_asked(answer)) == (True, b"GET / HTTP/1.1\r\n")
    is_well = status[:1] in (b"2", b"3")
    named = asyncio.run(_asked(answer, "/well?deep=1", is_well_only=True))
    assert named == (is_well, b"GET /well?deep=1 HTTP/1.1\r\n")


@pytest.mark.parametrize("answer", [b"", b"hello\r\n", b"220 smtp\r\n"])
def test_what_is_no_http_is_no_sign(answer: bytes) -> None:
    assert asyncio.run(_asked(answer))[0] is False


def test_a_static_site_is_well_as_long_as_its_health_path_leads_to_a_file(relay: Any, tmp_path: Path) -> None:
    (tmp_path / "health.txt").write_text("ok")

    async def asked() -> list[Any]:
        found = []
        async with relay(None, static=tmp_path, alive_path="/health.txt", is_well_only=True) as rig:
            found.append(await ask_json(rig.control, "GET", "/alive"))
            (tmp_path / "health.txt").unlink()
            found.append(await ask_json(rig.control, "GET", "/alive"))
        return found

    assert asyncio.run(asked()) == [(200, {"alive": True}), (200, {"alive": False})]


def test_a_static_site_whose_health_path_leads_nowhere_does_not_start(tmp_path: Path) -> None:
    plan = RelayPlan(
        str(tmp_path / "s"), str(tmp_path / "c"), str(tmp_path), port=0, static_root=str(tmp_path),
        alive_path="/health", is_well_only=True, parent=os.getpid(),
    )  # fmt: skip
    argv = [sys.executable, "-m", "gatepost_server.runtime.relay", plan.to_argument()]
    ended = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr.strip() == "There is no file at /health, where the health path leads."
