"""The runtime process: finds out what the machine offers, then reconciles until told to end."""

import asyncio
import contextlib
import ctypes
import hashlib
import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uv

from gatepost_server.apps.views import RuntimeStatus
from gatepost_server.kernel.clock import Clock
from gatepost_server.runtime.environments import Environments, Interpreter, find_interpreters
from gatepost_server.runtime.environments.builder import Workshop
from gatepost_server.runtime.given import EnvironmentOf
from gatepost_server.runtime.isolation.cgroups import Cgroups, find_cgroups
from gatepost_server.runtime.isolation.direct import Direct
from gatepost_server.runtime.isolation.model import Rung
from gatepost_server.runtime.isolation.probe import Machine, Wish, choose_isolation, has_wide_uids
from gatepost_server.runtime.local import LocalEngine
from gatepost_server.runtime.meter import Meter
from gatepost_server.runtime.ports import Orders
from gatepost_server.runtime.r import RSupport, find_r
from gatepost_server.runtime.reconciler import Reconciler
from gatepost_server.runtime.replica import Habits
from gatepost_server.runtime.running import Ground
from gatepost_server.runtime.wire import serve_json
from gatepost_server.settings.folders import Folders

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Offer:
    """What this machine offers, as found out at start."""

    ground: Ground
    workshop: Workshop
    interpreters: list[Interpreter]
    r: RSupport


async def serve(
    orders: Orders,
    environment_of: EnvironmentOf,
    *,
    folders: Folders,
    isolation: Wish,
    clock: Clock,
    habits: Habits,
    surroundings: Mapping[str, str],
    body_limit: int | None = None,
) -> None:
    """Build and run what *orders* desires until SIGTERM, SIGINT or cancellation.

    *environment_of* asks for the data connections that a deployment is given.
    No request body longer than *body_limit* bytes reaches an app.
    *surroundings* is the environment from which builds take the package index's settings.
    Run it in the main thread: apps are tied to its life. Nothing outlives it.
    """
    adopt_orphans()
    # Before the slow look around: what ran is gone, and requests for it can wait.
    await asyncio.to_thread(orders.requeue_builds)
    offer = await look_around(folders, isolation, surroundings)
    meter = Meter(folders.usage, clock, every=habits.measure_every)
    ground = replace(offer.ground, body_limit=body_limit)
    engine = LocalEngine(folders, ground, orders.launch_key, meter, environment_of=environment_of)
    builder = Environments(folders, offer.workshop)
    await asyncio.to_thread(builder.prepare)
    reconciler = Reconciler(
        orders, engine, builder, clock=clock, habits=habits, isolation=offer.ground.isolation.rung.value
    )
    await asyncio.to_thread(orders.report_runtime, status_of(offer))
    server = await serve_json(folders.runtime_socket, _door(reconciler, offer))
    reconciling, metering = asyncio.create_task(reconciler.run()), asyncio.create_task(meter.run())
    ending = asyncio.create_task(_told_to_end().wait())
    try:
        await asyncio.wait([reconciling, ending], return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.close()
        ending.cancel()
        reconciling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reconciling
        metering.cancel()
        await meter.look()  # what was used until the end
        folders.runtime_socket.unlink(missing_ok=True)
        if offer.ground.cgroups is not None:
            await asyncio.to_thread(offer.ground.cgroups.close)


def _told_to_end() -> asyncio.Event:
    """Return what is set by the signals that end us."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, ended.set)
    return ended


def adopt_orphans() -> None:
    """Make processes that lose their parent below us ours, so that they can be reaped."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


async def look_around(folders: Folders, isolation: Wish, surroundings: Mapping[str, str]) -> Offer:
    """Find out what works here; clears away what a dead runtime left."""
    digest = hashlib.sha256(str(folders.data.resolve()).encode()).hexdigest()
    instance = int(digest[:8], 16)
    asking_r = asyncio.create_task(asyncio.to_thread(find_r))
    cgroups = await asyncio.to_thread(_fresh, folders, digest[:12])
    interpreters = await asyncio.to_thread(find_interpreters)
    python = interpreters[0].path if interpreters else Path(sys.executable)
    reads = tuple(dict.fromkeys(path for interpreter in interpreters for path in interpreter.reads))
    is_wide = has_wide_uids()
    machine = Machine(folders, python, cgroups, instance, is_wide, reads)
    chosen, confinement = await choose_isolation(isolation, machine)
    r = await asking_r
    bare = Direct(Rung.NONE, python, folders.data / "scratch")
    workshop = Workshop(
        confinement=confinement if chosen.rung is Rung.STRICT else bare,
        cgroups=cgroups,
        interpreters=interpreters,
        uv=Path(uv.find_uv_bin()),
        uid=machine.builder_uid,
        rscript=r.rscript,
        rscript_reason=r.reason,
        surroundings=surroundings,
    )
    ground = Ground(chosen, confinement, cgroups, r.rscript, instance, is_wide)
    return Offer(ground, workshop, interpreters, r)


def status_of(offer: Offer) -> RuntimeStatus:
    """Return what people are told of this machine, with the way to mend what is missing."""
    isolation = offer.ground.isolation
    has_r = offer.r.rscript is not None
    return RuntimeStatus(
        isolation=isolation.rung.value,
        is_accepted=isolation.is_accepted,
        advice=isolation.refusal_for(trusted=False) or isolation.reason,
        r_version=offer.r.reason if has_r else None,
        r_missing=None if has_r else offer.r.reason,
        pythons=tuple(interpreter.version for interpreter in offer.interpreters),
        exact_limits=offer.ground.cgroups.holds if offer.ground.cgroups else (),
    )


def _fresh(folders: Folders, instance: str) -> Cgroups | None:
    """Clear away groups, sockets and scratch folders of a dead runtime."""
    cgroups = find_cgroups(instance)
    if cgroups is not None:
        cgroups.sweep()
    for left in (*folders.relays.glob("*.sock"), *folders.relays.glob("*.ctl")):
        left.unlink(missing_ok=True)
    shutil.rmtree(folders.data / "scratch", ignore_errors=True)
    return cgroups


def _door(reconciler: Reconciler, offer: Offer) -> Any:
    isolation = offer.ground.isolation

    async def answer(method: str, path: str, payload: Any) -> tuple[int, Any]:
        if (method, path) == ("POST", "/wake"):
            app_id = payload.get("app_id") if isinstance(payload, dict) else None
            if not isinstance(app_id, str):
                return 400, {"detail": 'Say which app: {"app_id": …}.'}
            return 202, {"is_known": reconciler.wake(app_id)}
        if (method, path) == ("GET", "/health"):
            return 200, {
                "isolation": {
                    "rung": isolation.rung.value,
                    "reason": isolation.reason,
                    "is_accepted": isolation.is_accepted,
                    "exact_limits": list(offer.ground.cgroups.holds) if offer.ground.cgroups else [],
                },
                "r": {"is_available": offer.r.rscript is not None, "reason": offer.r.reason},
                "python": [interpreter.version for interpreter in offer.interpreters],
                "apps": reconciler.seen(),
            }
        return 404, {"detail": "POST /wake or GET /health."}

    return answer
