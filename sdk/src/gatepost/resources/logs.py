"""The logs of an application: what its build and its runs said."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from gatepost.errors import Unavailable
from gatepost.transport import Transport, segment

LogKind = Literal["build", "run"]
MAX_TAIL: Final = 5000
_PAUSE: Final = 0.7
_PATIENCE: Final = 60.0


class LogCalls:
    """Calls about logs of applications."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(self, app_id: str, *, kind: LogKind = "run", tail: int = 200) -> Sequence[str]:
        """Return the last *tail* lines."""
        path = f"apps/{segment(app_id)}/logs"
        with self._transport.stream(path, {"kind": kind, "tail": tail}) as answer:
            return list(answer.iter_lines())

    def follow(
        self,
        app_id: str,
        *,
        kind: LogKind = "run",
        tail: int = 200,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Iterator[str]:
        """Yield the last *tail* lines and then each new one, without an end.

        A server that restarts is waited for (a minute at most); nothing is shown twice.
        """
        unseen, silent_for, asked = Unseen(), 0.0, tail
        while True:
            try:
                yield from unseen.of(self.read(app_id, kind=kind, tail=asked))
                silent_for, asked = 0.0, MAX_TAIL
            except Unavailable:
                if silent_for >= _PATIENCE:
                    raise
                silent_for += _PAUSE
            sleep(_PAUSE)


class Unseen:
    """Tell the new lines at the end of a log from those that were shown before."""

    _OVERLAP: Final = 50

    def __init__(self) -> None:
        self._last: list[str] = []

    def of(self, lines: Sequence[str]) -> Sequence[str]:
        """Return what follows the lines that were seen last; all, when they are gone."""
        new = lines[self._end_of_seen(lines) :]
        self._last = [*self._last, *new][-self._OVERLAP :]
        return new

    def _end_of_seen(self, lines: Sequence[str]) -> int:
        if not self._last:
            return 0
        for end in range(len(lines), 0, -1):
            known = self._last[-end:]
            if list(lines[end - len(known) : end]) == known:
                return end
        return 0
