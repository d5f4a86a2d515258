"""A real tree of small real processes, run by a parent of its own, and its end afterwards."""

import contextlib
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from gatepost_server.admin.children import ChildSpec, Plan

ACTORS = str(Path(__file__).with_name("actors.py"))


class Stage:
    """Where the actors play: their common notes, their processes, the parent of them all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.token = f"gp-{uuid.uuid4().hex[:12]}"
        self.notes = folder / "notes"
        self.notes.touch()
        self.front: subprocess.Popen[str] | None = None

    @staticmethod
    def until(true: Callable[[], object], within: float = 60.0) -> None:
        """Look again every 20 ms until *true*; fail after *within* seconds."""
        end = time.monotonic() + within
        while not true():
            assert time.monotonic() < end, "it did not come true in time"
            time.sleep(0.02)

    def child(self, habit: str, name: str, *, stage: int = 0, grace: float = 3.0) -> ChildSpec:
        """Describe an actor."""
        argv = (sys.executable, ACTORS, habit, f"{self.token}-{name}", str(self.notes))
        return ChildSpec(name, argv, str(self.folder / f"{name}.log"), stage=stage, grace=grace)

    def play(self, *children: ChildSpec) -> None:
        """Start the parent, which starts *children*; return when all have started."""
        plan = self.folder / "plan.json"
        plan.write_text(Plan(children).to_json())
        argv = [sys.executable, ACTORS, "front", self.token, str(plan), str(self.folder / "tree.log")]
        self.front = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        self.until(lambda: all(self.written(f"start {self.token}-{child.name}") for child in children))

    def written(self, line: str) -> int:
        """Count how often *line* is in the notes."""
        return self.notes.read_text().splitlines().count(line)

    def found(self, text: str = "") -> list[psutil.Process]:
        """Return the living processes of this stage whose command line holds *text*."""
        alive = []
        for process in psutil.process_iter():
            try:
                words = " ".join(process.cmdline())
                is_zombie = process.status() == psutil.STATUS_ZOMBIE
            except psutil.Error:
                continue
            if self.token in words and text in words and not is_zombie:
                alive.append(process)
        return alive

    def actor(self, name: str) -> psutil.Process:
        """Return the living actor of this name: by its whole word, since a token may begin as a name does."""
        return next(process for process in self.found() if f"{self.token}-{name}" in process.cmdline())

    def warden(self) -> psutil.Process:
        """Return the process that owns the children."""
        assert self.front is not None
        return psutil.Process(self.front.pid).children()[0]

    def end(self) -> float:
        """Ask the parent to stop, as Ctrl-C does; return the seconds it took."""
        assert self.front is not None
        began = time.monotonic()
        self.front.terminate()
        self.front.wait(60)
        return time.monotonic() - began


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Lend a stage and clear it afterwards, whatever the test left on it."""
    stage = Stage(tmp_path)
    yield stage
    if stage.front is not None:
        if stage.front.poll() is None:
            stage.front.kill()
            stage.front.wait()
        assert stage.front.stdout is not None
        stage.front.stdout.close()
    for process in stage.found():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
