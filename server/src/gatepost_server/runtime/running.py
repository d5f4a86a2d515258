"""The processes of one started deployment: sandbox, relay and log."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from gatepost_server.apps.limits import TASKS
from gatepost_server.apps.model import DesiredApp
from gatepost_server.kernel.ids import hex_of
from gatepost_server.kernel.secret import Secret
from gatepost_server.runtime.commands import LAUNCH, command_for
from gatepost_server.runtime.engine import CannotRunError, Measured, StartFailedError, Stats
from gatepost_server.runtime.given import Gifts
from gatepost_server.runtime.isolation.cgroups import Cgroups
from gatepost_server.runtime.isolation.model import Cell, Confinement, Isolation, Limits, Rung, uid_for
from gatepost_server.runtime.isolation.spawn import Spawned, spawn
from gatepost_server.runtime.last_words import how_it_ended
from gatepost_server.runtime.logs import LineLog
from gatepost_server.runtime.measuring import measured_of
from gatepost_server.runtime.processes import Processes, seen_processes
from gatepost_server.runtime.relay.plan import RelayPlan
from gatepost_server.runtime.ways import WayIn
from gatepost_server.runtime.wire import ask_json
from gatepost_server.settings.folders import Folders

INNER_PORT = 8000
GRACE = 2.0


@dataclass(frozen=True)
class Ground:
    """What the machine offers to apps, found out once at start."""

    isolation: Isolation
    confinement: Confinement
    cgroups: Cgroups | None
    rscript: Path | None
    instance: int
    has_wide_uids: bool
    body_limit: int | None = None


class LocalRunning:
    """The processes of one started deployment."""

    def __init__(
        self, folders: Folders, app: DesiredApp, ground: Ground, index: int, living: Counter[int]
    ) -> None:
        self._app = app
        self._ground = ground
        self._folders = folders
        has_peers = app.resources.replicas > 1
        self._log = LineLog(Path(app.log_path), lead=f"[{index}] " if has_peers else "")
        self._name = name = hex_of(app.deployment_id) + (f"-{index}" if index > 1 else "")
        self.socket_path = folders.relays / f"{name}.sock"
        self._control_path = folders.relays / f"{name}.ctl"
        self._spawned: Spawned | None = None
        self._relay: asyncio.subprocess.Process | None = None
        self._followers: list[asyncio.Task[None]] = []
        self._uid = uid_for(app.number, instance=ground.instance, is_wide=ground.has_wide_uids)
        self._living = living
        self._measured = Measured()
        self.is_over = False

    async def come_up(self, within: float, key: Secret | None, gifts: Gifts) -> None:
        """Start process and relay, and wait for the first answer; the process is given *key* and *gifts*."""
        for note in gifts.notes:
            self._log.note(note)
        has_own_network = self._ground.confinement.has_own_network
        port = INNER_PORT if has_own_network else _free_port()
        way = WayIn.own() if has_own_network else WayIn.shared(_free_port())
        try:
            command = command_for(self._app, port=port, rscript=self._ground.rscript)
        except LookupError as error:
            raise CannotRunError(str(error)) from error
        alive_path = self._app.resources.health_path or "/"
        if command is not None:
            alive_path = self._app.resources.health_path or command.alive_path
            env = {**dict(command.env), **self._app.env, **way.env_of(self._app, key), **gifts.env}
            env["PORT"] = str(port)
            self._spawned = await self._spawn(command.argv, env, port, way.port)
        await self._start_relay(port, way, alive_path, within, gifts)

    async def _spawn(self, argv: tuple[str, ...], env: dict[str, str], port: int, way_port: int) -> Spawned:
        app = self._app
        reads = [LAUNCH, Path(app.code_dir)]
        if app.env_dir is not None:
            reads.append(Path(app.env_dir))
        limits = Limits(memory=app.resources.memory, cpu=app.resources.cpu, pids=TASKS)
        cell = Cell(
            name=self._name, argv=argv, uid=self._uid, cwd=Path(app.code_dir),
            reads=tuple(reads), env=env, limits=limits, port=port, way_port=way_port,
        )  # fmt: skip
        self._living[self._uid] += 1
        try:
            spawned = await spawn(cell, self._ground.confinement, self._ground.cgroups)
        except BaseException as error:
            self._living[self._uid] -= 1
            if not isinstance(error, OSError):
                raise
            raise StartFailedError(f"The sandbox could not be started: {error}.") from error
        assert spawned.process.stdout is not None
        self._followers.append(asyncio.create_task(self._log.follow(spawned.process.stdout)))
        if spawned.has_own_network and spawned.inner_pid is None:
            self._spawned = spawned
            raise StartFailedError(await self._last_words("The sandbox did not start"))
        return spawned

    async def _start_relay(self, port: int, way: WayIn, alive_path: str, within: float, gifts: Gifts) -> None:
        is_static = self._spawned is None
        guarded = self._guarded_group()
        plan = RelayPlan(
            listen=str(self.socket_path),
            control=str(self._control_path),
            authorizers=str(self._folders.run),
            port=port,
            netns_pid=self._spawned.inner_pid if self._spawned else None,
            static_root=str(Path(self._app.code_dir) / self._app.entrypoint) if is_static else None,
            alive_path=alive_path,
            is_well_only=self._app.resources.health_path is not None,
            start_timeout=within,
            body_limit=self._ground.body_limit,
            parent=os.getpid(),
            guarded_group=guarded,
            guarded_uid=self._uid if guarded and self._ground.isolation.rung is Rung.HARDENED else None,
            way=None if is_static else way.plan_of(self._app, self._folders),
            tunnels=None if is_static else gifts.plan_of(self._app, self._folders),
            has_peers=self._app.resources.replicas > 1,
        )
        self._relay = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gatepost_server.runtime.relay", plan.to_argument(),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            start_new_session=True, env={**os.environ, **way.relay_env()},
        )  # fmt: skip
        assert self._relay.stdout is not None
        assert self._relay.stderr is not None
        ready = asyncio.create_task(self._relay.stdout.readline())
        over = [asyncio.create_task(self._spawned.process.wait())] if self._spawned else []
        await asyncio.wait([ready, *over], return_when=asyncio.FIRST_COMPLETED)
        is_ready = ready.done() and ready.result() == b"ready\n"
        for task in (ready, *over):
            task.cancel()
        if not is_ready:
            if self._spawned and self._spawned.process.returncode is not None:
                raise StartFailedError(await self._last_words("The app ended before it answered"))
            words = (await self._relay.stderr.read()).decode("utf-8", "replace").strip().splitlines()
            raise StartFailedError(await self._last_words(words[-1] if words else "The relay did not start"))
        self._followers.append(asyncio.create_task(self._log.follow(self._relay.stderr)))

    def _guarded_group(self) -> int | None:
        """Return the process group that the relay ends when we die, where no namespace or guard does."""
        if self._spawned is None or self._spawned.has_own_network or self._spawned.is_guarded:
            return None
        return self._spawned.process.pid

    async def ended(self) -> str:
        """Wait until process or relay ends by itself and return why, in words."""
        assert self._relay is not None
        waits = [asyncio.create_task(self._relay.wait())]
        if self._spawned is not None:
            waits.append(asyncio.create_task(self._spawned.process.wait()))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
        if self._spawned is not None and self._spawned.process.returncode is not None:
            return await self._last_words("The app ended")
        return await self._last_words("The relay ended")

    async def stats(self) -> Stats | None:
        """Ask the relay what it counts; None when it does not say."""
        try:
            _, told = await ask_json(self._control_path, "GET", "/stats")
            return Stats(**told)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    async def is_alive(self) -> bool:
        """Ask the app for a sign of life over HTTP."""
        try:
            _, told = await ask_json(self._control_path, "GET", "/alive", within=15.0)
            return bool(told["alive"])
        except (OSError, ValueError, KeyError, TypeError):
            return False

    async def measured(self, processes: Processes) -> Measured:
        """Return what it has used, seen among *processes*; once it is over, what it had used by then."""
        if not self.is_over:
            stats = await self.stats()
            self._measured = await asyncio.to_thread(
                measured_of, self._spawned, stats, processes, self._measured
            )
        return self._measured

    async def stop(self) -> None:
        """End it, politely first; afterwards nothing of it is left."""
        last = await self.measured(await asyncio.to_thread(seen_processes))
        self._measured, self.is_over = replace(last, memory=0), True
        if self._relay is not None and self._relay.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._relay.kill()
            await self._relay.wait()
        if self._spawned is not None:
            await self._end_app(self._spawned)
        for follower in self._followers:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(follower, 1.0)
        for path in (self.socket_path, self._control_path):
            path.unlink(missing_ok=True)
        self._log.close()

    async def _end_app(self, spawned: Spawned) -> None:
        process = spawned.process
        if process.returncode is None:
            for pid in _first_processes(spawned):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), GRACE)
        if process.returncode is None and spawned.inner_pid is not None:
            with contextlib.suppress(ProcessLookupError, TimeoutError):
                os.kill(spawned.inner_pid, signal.SIGKILL)  # bubblewrap then reaps it and ends
                await asyncio.wait_for(process.wait(), GRACE)
        if process.returncode is None and spawned.is_guarded:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGUSR1)  # the guard ends what hid, then itself
            await process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        self._living[self._uid] -= 1
        if not self._living[self._uid]:  # else others of the same app would be ended with it
            await asyncio.to_thread(self._ground.confinement.sweep, self._uid)
        await asyncio.to_thread(spawned.close)

    async def _last_words(self, lead: str) -> str:
        """Return *lead*, how the process ended, and the last lines it wrote."""
        for follower in self._followers:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(asyncio.shield(follower), 0.5)
        code = self._spawned.process.returncode if self._spawned else None
        lines = "\n".join(self._log.tail(8))
        return f"{lead}{how_it_ended(code)}." + (f"\n{lines}" if lines else "")


def _first_processes(spawned: Spawned) -> list[int]:
    """Return whom to ask to end: the app itself, below bubblewrap's own first process."""
    if spawned.inner_pid is None:
        return [spawned.process.pid]
    try:
        children = Path(f"/proc/{spawned.inner_pid}/task/{spawned.inner_pid}/children").read_text()
    except OSError:
        return []
    return [int(pid) for pid in children.split()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
