"""The tree as `gatepost up` sees it: start the warden, hear its news, stop it all."""

import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gatepost_server.admin.children import Plan
from gatepost_server.admin.leash import adopt_orphans
from gatepost_server.admin.lineage import sweep

STOP_WITHIN: Final = 9.5


@dataclass(frozen=True)
class News:
    """One event: a child `started` or `died`, the `warden` was lost."""

    event: str
    name: str
    how: str = ""
    wait: float = 0.0


class Tree:
    """All processes of one instance; leaving the `with` block leaves none of them.

    Use it from the main thread, once. The file descriptors in *keep* stay open as long
    as any part of the tree may still write (the lock on the data folder).
    """

    def __init__(self, plan: Plan, *, log: Path, env: Mapping[str, str], keep: tuple[int, ...] = ()) -> None:
        self._plan = plan
        self._log = log
        self._env = dict(env)
        self._keep = keep
        self._warden: subprocess.Popen[bytes] | None = None
        self._unread = b""

    def __enter__(self) -> Self:
        """Start the warden, which starts the children."""
        adopt_orphans()
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything in order, and what will not stop by force, within ten seconds."""
        self.stop()

    def stop(self) -> None:
        """Stop everything; a second call finds nothing to do."""
        before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
        warden, self._warden = self._warden, None
        if warden is not None:
            assert warden.stdin is not None
            warden.stdin.close()
            try:
                warden.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                warden.kill()
                warden.wait()
            if warden.stdout is not None:
                warden.stdout.close()
        sweep(os.getpid())
        for number, handler in before.items():
            signal.signal(number, handler)

    def news(self, within: float | None) -> Iterator[News]:
        """Yield what happened; wait up to *within* seconds for it (None: until something does).

        A warden that was killed is replaced: its children are swept away and all start
        again.
        """
        assert self._warden is not None
        assert self._warden.stdout is not None
        source = self._warden.stdout.fileno()
        with selectors.DefaultSelector() as waiting:
            waiting.register(source, selectors.EVENT_READ)
            if not waiting.select(within):
                return
        part = os.read(source, 65536)
        if not part:
            yield News("died", "warden", how="ended unasked")
            self._restart()
            return
        *lines, self._unread = (self._unread + part).split(b"\n")
        for line in lines:
            told = json.loads(line)
            yield News(told["event"], told["name"], told.get("how", ""), told.get("wait", 0.0))

    def _start(self) -> None:
        self._unread = b""
        with self._log.open("ab") as log:
            self._warden = subprocess.Popen(
                [sys.executable, "-P", "-m", "gatepost_server.admin.warden"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self._env,
                start_new_session=True,
                pass_fds=self._keep,
            )
        assert self._warden.stdin is not None
        self._warden.stdin.write(self._plan.to_json().encode() + b"\n")
        self._warden.stdin.flush()

    def _restart(self) -> None:
        assert self._warden is not None
        self._warden.wait()
        for end in (self._warden.stdin, self._warden.stdout):
            if end is not None:
                end.close()
        sweep(os.getpid())
        self._start()
