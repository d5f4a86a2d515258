"""The warden: owns every process of one instance, restarts the dead, ends them in order.

A small process of its own, so that `gatepost up` may be killed with -9 and still nothing
is left behind. It reads the plan as the first line of its standard input and stops when
that input closes (its parent ended) or on SIGTERM; it tells what happens as JSON lines on
its standard output. If the warden itself is killed, the leash ends its children and
`gatepost up` sweeps up what those had started.
"""

import json
import os
import select
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from gatepost_server.admin.children import Backoff, ChildSpec, Plan, how_it_ended
from gatepost_server.admin.handing import HANDED, descriptor_with, forbid_looking
from gatepost_server.admin.leash import adopt_orphans, leashed
from gatepost_server.admin.lineage import reap_strays, sweep

TICK: Final = 5.0
LOG_LIMIT: Final = 10 * 1024 * 1024


@dataclass
class _Life:
    """One child as it is now: running (`pid`), or waiting for its next start (`due`)."""

    spec: ChildSpec
    pid: int | None = None
    since: float = 0.0
    due: float = 0.0
    backoff: Backoff = field(default_factory=Backoff)


class Warden:
    """Keeps the children of *plan* alive until told to stop."""

    def __init__(self, plan: Plan, *, commands: int, events: IO[str]) -> None:
        self._plan = plan
        self._lives = {child.name: _Life(child) for child in plan.children}
        self._commands = commands
        self._events = events
        self._is_stopping = False
        self._wake_read, wake_write = os.pipe()
        for end in (self._wake_read, wake_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def run(self) -> None:
        """Start everything and stay until asked to stop; leave no process behind."""
        adopt_orphans()
        while not self._is_stopping:
            self._start_due()
            self._sleep(self._next_moment())
            self._bury_the_dead()
            sweep(os.getpid(), spare=self._pids())
            self._trim_logs()
        self._stop()

    def _asked_to_stop(self, *_: object) -> None:
        self._is_stopping = True

    def _pids(self) -> list[int]:
        return [life.pid for life in self._lives.values() if life.pid is not None]

    def _next_moment(self) -> float:
        waiting = [life.due for life in self._lives.values() if life.pid is None]
        return max(0.0, min([TICK, *(due - time.monotonic() for due in waiting)]))

    def _sleep(self, seconds: float) -> None:
        """Wait for a death, a command, a signal, or *seconds* at most."""
        ready, _, _ = select.select([self._wake_read, self._commands], [], [], seconds)
        if self._wake_read in ready:
            os.read(self._wake_read, 4096)
        if self._commands in ready and not os.read(self._commands, 4096):
            self._is_stopping = True

    def _start_due(self) -> None:
        for life in self._lives.values():
            if life.pid is None and life.due <= time.monotonic():
                life.pid, life.since = _spawn(life.spec), time.monotonic()
                self._tell("started", life.spec.name, pid=life.pid)

    def _bury_the_dead(self) -> None:
        for life in self._lives.values():
            if life.pid is None:
                continue
            pid, status = os.waitpid(life.pid, os.WNOHANG)
            if pid:
                self._bury(life, status)
        reap_strays(self._pids())

    def _bury(self, life: _Life, status: int) -> None:
        _end_group(life.pid)
        now = time.monotonic()
        life.backoff = life.backoff.after_life_of(now - life.since)
        life.pid, life.due = None, now + life.backoff.wait
        if not self._is_stopping:
            self._tell("died", life.spec.name, how=how_it_ended(status), wait=life.backoff.wait)

    def _stop(self) -> None:
        for stage in self._plan.stages():
            lives = [self._lives[child.name] for child in stage]
            for life in lives:
                _signal(life.pid, signal.SIGTERM)
            self._await_end(lives, time.monotonic() + max(child.grace for child in stage))
            for life in lives:
                _end_group(life.pid)
        sweep(os.getpid())
        self._tell("stopped", "all")

    def _await_end(self, lives: list[_Life], end: float) -> None:
        while any(life.pid is not None for life in lives) and time.monotonic() < end:
            ready, _, _ = select.select([self._wake_read], [], [], end - time.monotonic())
            if ready:
                os.read(self._wake_read, 4096)
            self._bury_the_dead()

    def _trim_logs(self) -> None:
        for life in self._lives.values():
            _keep_small(Path(life.spec.log))

    def _tell(self, event: str, name: str, **more: object) -> None:
        line = json.dumps({"event": event, "name": name, **more})
        try:
            print(line, file=self._events, flush=True)
        except BrokenPipeError:
            self._is_stopping = True


def _spawn(spec: ChildSpec) -> int:
    """Start *spec* leashed, in a session of its own, writing to its log; its secrets are its input."""
    log = str(Path(spec.log))
    wanted = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    told = {HANDED: "0"} if spec.secrets else {}
    source = descriptor_with(spec.secrets) if spec.secrets else os.open(os.devnull, os.O_RDONLY)
    try:
        return os.posix_spawn(
            sys.executable,
            leashed(os.getpid(), spec.argv),
            {**os.environ, **spec.env, **told},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, source, 0),
                (os.POSIX_SPAWN_OPEN, 1, log, wanted, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
            setsigdef=[signal.SIGINT, signal.SIGTERM, signal.SIGCHLD],
        )
    finally:
        os.close(source)


def _signal(pid: int | None, number: int) -> None:
    if pid is not None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return


def _end_group(pid: int | None) -> None:
    """Kill what is left of the session that *pid* led."""
    if pid is not None:
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def _keep_small(log: Path) -> None:
    """Move a log over the limit aside and empty it in place: its writer holds it open."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.with_suffix(".log.1").write_bytes(log.read_bytes())
        os.truncate(log, 0)


def main() -> None:
    """Read the plan and be its warden."""
    forbid_looking()
    commands = sys.stdin.fileno()
    plan = Plan.from_json(_first_line(commands))
    Warden(plan, commands=commands, events=sys.stdout).run()


def _first_line(source: int) -> str:
    """Read up to the first newline, unbuffered, so that select sees the rest."""
    read = bytearray()
    while not read.endswith(b"\n"):
        part = os.read(source, 1)
        if not part:
            sys.exit("The warden was given no plan.")
        read += part
    return read.decode()


if __name__ == "__main__":
    main()
