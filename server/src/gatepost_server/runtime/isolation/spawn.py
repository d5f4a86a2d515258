"""Starts a prepared cell as a process under its limits."""

import asyncio
import contextlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from gatepost_server.runtime.isolation.cgroups import Cgroups, Group
from gatepost_server.runtime.isolation.model import Cell, Confinement

JOIN = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1" || exit 125; shift; n=$((n-1)); done; exec "$@"'
PID_WITHIN = 20.0


@dataclass
class Spawned:
    """A running cell. `inner_pid` is the first process of its namespaces, if it has any."""

    process: asyncio.subprocess.Process
    inner_pid: int | None
    has_own_network: bool
    group: Group | None
    scratch: Path | None = None
    is_guarded: bool = False

    def close(self) -> None:
        """Give its limits back; only after it ended. Ends stragglers. Blocks briefly."""
        if self.group is not None:
            self.group.close()
        if self.inner_pid is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.inner_pid, 0)  # bubblewrap leaves its first process to us (subreaper)
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)


async def spawn(cell: Cell, confinement: Confinement, cgroups: Cgroups | None) -> Spawned:
    """Start *cell*; its output is on `process.stdout`, errors included.

    Call it from the main thread: the kernel ties the child's life to the thread that made it.

    Raises:
        OSError: it could not be started.
    """
    group = await asyncio.to_thread(cgroups.open, cell.name, cell.limits) if cgroups else None
    reading, writing = os.pipe() if confinement.has_own_network else (None, None)
    try:
        start = confinement.start_of(cell, pid_fd=writing)
        doors = [str(door) for door in group.doors] if group else []
        argv = ("/bin/sh", "-c", JOIN, "sh", str(len(doors)), *doors, *start.argv)
        process = await asyncio.create_subprocess_exec(
            *argv,
            env=dict(start.env),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=(writing,) if writing is not None else (),
            start_new_session=True,
        )
    except BaseException:
        if reading is not None:
            os.close(reading)
        if group:
            await asyncio.to_thread(group.close)
        raise
    finally:
        if writing is not None:
            os.close(writing)
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # it ended at once; its exit code tells
        process.stdin.write(start.stdin)
        await process.stdin.drain()
    process.stdin.close()
    inner = await _inner_pid(reading) if reading is not None else None
    return Spawned(process, inner, start.has_own_network, group, start.scratch, start.is_guarded)


async def _inner_pid(fd: int) -> int | None:
    """Read what bubblewrap says about itself; None when nobody says anything."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(fd, "rb", buffering=0)
    )
    try:
        async with asyncio.timeout(PID_WITHIN):
            told = await reader.read()
        return int(json.loads(told)["child-pid"]) if told else None
    except TimeoutError:
        return None
    finally:
        transport.close()
