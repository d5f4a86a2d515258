"""The logs of an application: what its build and its runs said."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
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

    def read(self, app_id: str, *, kind: LogKind = "run", tail: int = 200) -> Sequence[str]:
        """Return the last *tail* lines."""
        path = f"apps/{segment(app_id)}/logs"
        with self._transport.stream(path, {"kind": kind, "tail": tail}) as answer:
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
        restarts is waited for (a minute at most); nothing is shown twice.
        """
        path, unseen, silent_for, asked = f"apps/{segment(app_id)}/logs", Unseen(), 0.0, tail
        while True:
            query = {"kind": kind, "tail": asked, "follow": True}
            try:
                with self._transport.stream(path, query, silence=_SILENCE) as answer:
                    for batch in _batches(answer):
                        silent_for, asked = 0.0, MAX_TAIL
                        yield from unseen.of(batch)
            except Unavailable:
                if silent_for >= _PATIENCE:
                    raise
            else:
                return
            silent_for += _PAUSE
            sleep(_PAUSE)
            unseen.expect_repetition()


class Unseen:
    """Tell the new lines of a log from those that were shown before.

    At first, and after `expect_repetition`, a batch may begin with lines that were shown;
    otherwise batches follow one another.
    """

    _OVERLAP: Final = 50

    def __init__(self, *, always_repeats: bool = False) -> None:
        self._last: list[str] = []
        self._always_repeats = always_repeats
        self._may_repeat = always_repeats

    def expect_repetition(self) -> None:
        """Say that the next batch starts anew, somewhere before the last line."""
        self._may_repeat = True

    def of(self, lines: Sequence[str]) -> Sequence[str]:
        """Return what follows the lines that were seen last; all, when they are gone."""
        new = lines[self._end_of_seen(lines) :] if self._may_repeat else lines
        self._last = [*self._last, *new][-self._OVERLAP :]
        self._may_repeat = self._always_repeats
        return new

    def _end_of_seen(self, lines: Sequence[str]) -> int:
        if not self._last:
            return 0
        for end in range(len(lines), 0, -1):
            known = self._last[-end:]
            if list(lines[end - len(known) : end]) == known:
                return end
        return 0


def _batches(answer: httpx.Response) -> Iterator[list[str]]:
    """Yield the log's lines: first those written before (one batch), then one by one.

    A server sends a comment after the first batch, and while nothing is written.
    """
    batch: list[str] = []
    is_first, event = True, ""
    for line in _lines(answer):
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name == "data" and not event:
            batch.append(str(json.loads(value)))
        is_over = event == "end"
        if batch and (not is_first or is_over or line.startswith(":")):
            yield batch
            batch = []
        is_first = is_first and not line.startswith(":")
        if is_over:
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
