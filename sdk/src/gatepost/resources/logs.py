"""The logs of an application: what its build and its runs said."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import httpx

from gatepost.errors import Unavailable
from gatepost.transport import Transport, segment

LogKind = Literal["build", "run"]
MAX_TAIL: Final = 10_000
_PAUSE: Final = 1.0
_PATIENCE: Final = 60.0
_SILENCE: Final = 30.0


class LogCalls:
    """Calls about logs of applications."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(
        self, app_id: str, *, kind: LogKind = "run", tail: int = 200, q: str | None = None
    ) -> Sequence[str]:
        """Return the last *tail* lines; with *q* those that hold it, of all that is kept."""
        path = f"apps/{segment(app_id)}/logs"
        query: dict[str, str | int] = {"kind": kind, "tail": tail}
        if q:
            query["q"] = q
        with self._transport.stream(path, query) as answer:
            return list(_lines(answer))

    def follow(
        self,
        app_id: str,
        *,
        kind: LogKind = "run",
        tail: int = 200,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Iterator[str]:
        """Yield the last *tail* lines and then each new one, as it is written.

        Ends when the build does, or when one may not read any more. A server that
        restarts is waited for (a minute at most) and asked to go on where it stopped:
        nothing is shown twice, nothing is left out.
        """
        path, silent_for = f"apps/{segment(app_id)}/logs", 0.0
        place: str | None = None
        query = {"kind": kind, "tail": tail, "follow": True}
        while True:
            headers: Mapping[str, str] = {} if place is None else {"Last-Event-ID": place}
            try:
                with self._transport.stream(path, query, silence=_SILENCE, headers=headers) as answer:
                    for part in _parts(answer):
                        silent_for, place = 0.0, part.place
                        yield from part.lines
            except Unavailable:
                if silent_for >= _PATIENCE:
                    raise
            else:
                return
            silent_for += _PAUSE
            sleep(_PAUSE)


class Unseen:
    """Tell the new lines of a log from those that were shown before."""

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


@dataclass(frozen=True)
class _Part:
    """Lines of a stream, and the place in the log behind the last of them."""

    lines: Sequence[str]
    place: str | None


def _parts(answer: httpx.Response) -> Iterator[_Part]:
    """Yield lines when the place behind them is known; those of a broken stream come again.

    Raises:
        Unavailable: the stream broke off.
    """
    lines: list[str] = []
    event = ""
    for line in _lines(answer):
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name == "data" and not event:
            lines.append(str(json.loads(value)))
        elif name == "id":
            yield _Part(lines, value)
            lines = []
        if event == "end":
            yield _Part(lines, None)
            return
    raise Unavailable("The log's stream ended early.", code="stream-ended")


def _lines(answer: httpx.Response) -> Iterator[str]:
    """Split at newlines only: a log line may hold whatever else Unicode calls a line's end."""
    rest = ""
    for text in answer.iter_text():
        *whole, rest = (rest + text).split("\n")
        yield from whole
    if rest:
        yield rest
