"""Plays apps on the reduced rung as somebody who is not root; run by `test_reduced_rung.py` as nobody.

`as_nobody.py DATA PYTHON WISH CODE`: choose the rung, start CODE in a cell, print one line of JSON on what
was chosen, then the cell's own lines. A line on stdin ends the cell; then how it ended is printed.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

from gatepost_server.runtime.isolation.model import Cell
from gatepost_server.runtime.isolation.probe import Machine, choose_isolation
from gatepost_server.runtime.isolation.selftest import reached_by_attack
from gatepost_server.runtime.isolation.spawn import spawn
from gatepost_server.settings.folders import Folders


async def play(data: Path, python: Path, wish: str, code: str) -> None:
    """Do what the module says."""
    folders = Folders(data)
    folders.prepare()
    machine = Machine(folders, python, None, 7, has_wide_uids=False)
    chosen, confinement = await choose_isolation(wish, machine)  # type: ignore[arg-type]
    reached = await reached_by_attack(confinement, None, folders, python=python, uid=os.geteuid())
    say({"rung": chosen.rung, "reason": chosen.reason, "offered": chosen.offered, "reached": reached})
    cell = Cell(name="played", argv=(str(python), "-c", code), uid=os.geteuid(), cwd=folders.sources)
    spawned = await spawn(cell, confinement, None)
    assert spawned.process.stdout is not None
    said = await spawned.process.stdout.readline()
    sys.stdout.write(said.decode())
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        spawned.process.send_signal(signal.SIGUSR1)
    say({"ended": await spawned.process.wait()})
    spawned.close()


def say(line: object) -> None:
    """Print one line of JSON at once."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(play(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]))
