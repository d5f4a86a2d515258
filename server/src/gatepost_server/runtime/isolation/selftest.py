"""Attacks a rung before it is trusted: sets up victims, runs the attack, counts what fell."""

import asyncio
import contextlib
import json
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gatepost_server.runtime.isolation.cgroups import Cgroups
from gatepost_server.runtime.isolation.model import Cell, Confinement
from gatepost_server.runtime.isolation.plan import HERE
from gatepost_server.runtime.isolation.spawn import spawn
from gatepost_server.settings.folders import Folders

WITHIN = 30.0
VICTIM = "import time; time.sleep(120)"


class SelfTestError(Exception):
    """The test could not be carried out; the rung must not be trusted."""


@dataclass(frozen=True)
class _Victims:
    """What the attack may not reach; all of it is removed afterwards."""

    target: dict[str, Any]
    code: Path

    def left_behind(self) -> list[str]:
        """Name the places in which the attack managed to write."""
        places = (("shared temporary folder", "shared"), ("own code", "code"))
        return [name for name, key in places if Path(self.target[key]).exists()]


async def reached_by_attack(
    confinement: Confinement, cgroups: Cgroups | None, folders: Folders, *, python: Path, uid: int
) -> list[str]:
    """Return, in words, what an app on this rung could reach; empty when the walls hold.

    Raises:
        SelfTestError: the attack did not run to its end.
    """
    word = secrets.token_hex(12)
    victim = await asyncio.create_subprocess_exec(
        python, "-I", "-S", "-c", VICTIM, word,
        env={"GATEPOST_VICTIM": word}, stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with _victims(folders, word, victim.pid) as victims:
            reached = await _attack(confinement, cgroups, victims, python=python, uid=uid)
            reached += victims.left_behind()
        if victim.returncode is not None:
            reached.append("signal")
        return reached
    finally:
        with contextlib.suppress(ProcessLookupError):
            victim.kill()
        await victim.wait()


async def _attack(
    confinement: Confinement, cgroups: Cgroups | None, victims: _Victims, *, python: Path, uid: int
) -> list[str]:
    cell = Cell(
        name=f"self-test-{secrets.token_hex(4)}",
        argv=(str(python), "-I", "-S", str(HERE / "attack.py"), json.dumps(victims.target)),
        uid=uid, cwd=victims.code, reads=(victims.code,), port=8000,
    )  # fmt: skip
    try:
        spawned = await spawn(cell, confinement, cgroups)
    except OSError as error:
        raise SelfTestError(str(error)) from error
    assert spawned.process.stdout is not None
    try:
        async with asyncio.timeout(WITHIN):
            said = (await spawned.process.stdout.read()).decode("utf-8", "replace")
            await spawned.process.wait()
    except TimeoutError as error:
        spawned.process.kill()
        raise SelfTestError("it took too long") from error
    finally:
        await spawned.process.wait()
        await asyncio.to_thread(spawned.close)
    lines = said.strip().splitlines()
    try:
        told = json.loads(lines[-1])
    except (ValueError, IndexError) as error:
        raise SelfTestError(lines[-1] if lines else f"exit code {spawned.process.returncode}") from error
    if not isinstance(told, list):
        raise SelfTestError(lines[-1])
    return [str(name) for name in told]


@contextlib.contextmanager
def _victims(folders: Folders, word: str, pid: int) -> Iterator[_Victims]:
    name = f"self-test-{secrets.token_hex(12)}"  # not the word: paths show on the cell's own command line
    secret, store = folders.secrets / name, folders.data / name
    foreign, code = folders.sources / f"{name}-foreign", folders.sources / name
    shared = Path(tempfile.gettempdir()) / name
    with contextlib.ExitStack() as stack:
        for file in (secret, store):
            stack.callback(file.unlink, missing_ok=True)
            file.touch(mode=0o600)
            file.write_text("canary")
        for folder, mode in ((foreign, 0o700), (code, 0o755)):
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            folder.mkdir(mode=mode)
            (folder / "file").write_text("canary")
        stack.callback(shared.unlink, missing_ok=True)
        path = folders.run / f"{name[:24]}.sock"
        stack.callback(path.unlink, missing_ok=True)
        listeners = (
            (socket.AF_UNIX, str(path)), (socket.AF_UNIX, f"\0{name}"), (socket.AF_INET, ("127.0.0.1", 0)),
        )  # fmt: skip
        port = 0
        for family, address in listeners:
            listener = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
            listener.bind(address)
            listener.listen()
            port = listener.getsockname()[1] if family == socket.AF_INET else port
        yield _Victims(
            {
                "word_backwards": word[::-1], "secret": str(secret),
                "store": str(folders.database if folders.database.exists() else store),
                "foreign": str(foreign),
                "pid": pid, "socket": str(path), "abstract": name, "tcp": port, "shared": str(shared),
                "code": str(code / "written"),
            },
            code,
        )  # fmt: skip
