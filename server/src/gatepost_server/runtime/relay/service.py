"""Runs one relay: waits for the app's first answer, then serves until told to stop."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from gatepost_server.runtime.relay.back import Back, Receiver
from gatepost_server.runtime.relay.exchanges import Ledger
from gatepost_server.runtime.relay.front import Front
from gatepost_server.runtime.relay.head import GoneFromPeers
from gatepost_server.runtime.relay.judge import Judge
from gatepost_server.runtime.relay.measure import Measure
from gatepost_server.runtime.relay.plan import RelayPlan
from gatepost_server.runtime.relay.static import StaticSite
from gatepost_server.runtime.relay.tunnel import open_tunnels
from gatepost_server.runtime.relay.way import open_way
from gatepost_server.runtime.wire import serve_json

HOST = "127.0.0.1"
PATIENCE = 0.05
DIALS_FOR = 2.0
BACKLOG = 1024


async def run_relay(plan: RelayPlan) -> None:
    """Serve *plan* until SIGTERM; prints `ready` once the app has answered over HTTP.

    A static site is ready at once; it ends, saying so, where its health path leads to nothing.

    Raises:
        TimeoutError: the app did not answer in time.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    ledger = Ledger(wall=time.time, steady=time.monotonic)
    judge = Judge(ledger, Path(plan.authorizers), every=plan.ask_every, give_up_after=plan.give_up_after)
    static = StaticSite(Path(plan.static_root)) if plan.static_root is not None else None

    async def dial(receiver: Receiver) -> Back:
        ends = loop.time() + DIALS_FOR
        while True:
            try:
                return (await loop.create_connection(lambda: Back(receiver), HOST, plan.port))[1]
            except ConnectionRefusedError:
                if plan.has_peers:
                    raise GoneFromPeers from None
                # It has ended, and so will we, unless it listens again; nothing was sent to it.
                if loop.time() > ends:
                    raise
                await asyncio.sleep(PATIENCE)

    way = await open_way(plan)
    tunnels = await open_tunnels(plan.tunnels)
    await _show_life(plan, static)
    watching = loop.create_task(judge.watch())
    control = await serve_json(Path(plan.control), _controls(ledger, judge, plan, static))

    def front() -> Front:
        return Front(ledger, dial=dial, static=static, body=Measure(plan.body_limit))

    listening = await _listen(plan.listen, front)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await ended.wait()
    watching.cancel()
    for door in (*tunnels, *([] if way is None else [way])):
        door.close()
    listening.close()
    control.close()


async def _listen(path: str, front: Any) -> asyncio.Server:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 — a dead relay's
    mask = os.umask(0o177)
    try:
        return await asyncio.get_running_loop().create_unix_server(front, path, backlog=BACKLOG)
    finally:
        os.umask(mask)


async def _show_life(plan: RelayPlan, static: StaticSite | None) -> None:
    if static is None:
        async with asyncio.timeout(plan.start_timeout):
            await _until_answered(plan)
    elif not _shows(static, plan):
        sys.exit(f"There is no file at {plan.alive_path}, where the health path leads.")


def _shows(static: StaticSite, plan: RelayPlan) -> bool:
    return not plan.is_well_only or static.is_well(plan.alive_path)


def _controls(ledger: Ledger, judge: Judge, plan: RelayPlan, static: StaticSite | None) -> Any:
    async def answer(method: str, path: str, _: Any) -> tuple[int, Any]:
        if (method, path) == ("POST", "/recheck"):
            return 200, {"closed": await judge.recheck()}
        if (method, path) == ("GET", "/stats"):
            return 200, {
                "active": ledger.active, "total": ledger.total, "last_at": ledger.last_at,
                "refused": ledger.refused, "failed": ledger.failed,
            }  # fmt: skip
        if (method, path) == ("GET", "/alive"):
            is_alive = await is_answering(plan, within=10.0) if static is None else _shows(static, plan)
            return 200, {"alive": is_alive}
        return 404, {"detail": "POST /recheck, GET /stats or GET /alive."}

    return answer


async def _until_answered(plan: RelayPlan) -> None:
    """Ask the app until it answers; a connection alone proves nothing."""
    while not await is_answering(plan, within=plan.start_timeout):  # noqa: ASYNC110 — nothing to wait on
        await asyncio.sleep(PATIENCE)


async def is_answering(plan: RelayPlan, *, within: float) -> bool:
    """Tell whether the app answers HTTP: with whatever status, or as its version says what is well."""
    try:
        async with asyncio.timeout(within):
            reader, writer = await asyncio.open_connection(HOST, plan.port)
            try:
                writer.write(
                    b"GET %b HTTP/1.1\r\nhost: 127.0.0.1:%d\r\nuser-agent: gatepost-alive\r\n"
                    b"connection: close\r\n\r\n" % (plan.alive_path.encode(), plan.port)
                )
                line = await reader.readline()
                return line.startswith(b"HTTP/1.") and (not plan.is_well_only or line[9:10] in (b"2", b"3"))
            finally:
                writer.close()
    except (OSError, ValueError):  # nothing there, or a first line without an end
        return False
