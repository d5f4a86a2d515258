"""Places for calls that wait for a far end: so many at a time, and so many of one person's."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from gatepost_server.kernel.errors import Unavailable


class Busy(Unavailable):
    """As many calls as there are places for are under way."""

    code = "broker-busy"
    retry_after_s = 1

    def __init__(self) -> None:
        super().__init__("Too many data connections are in use at this moment. Try again soon.")


class Places:
    """*most* places, of which nobody gets more than *of_one*: whose sources are slow, they alone wait.

    Who finds none waits up to *waits* seconds for one, *most* of them at a time; `waiting` are as many.
    """

    def __init__(self, most: int, of_one: int, *, waits: float = 0.0) -> None:
        self._most, self._of_one, self._waits = most, of_one, waits
        self._taken: Counter[str] = Counter()
        self.waiting = 0
        self._freed = threading.Condition()

    @contextmanager
    def one_for(self, whose: str | None) -> Iterator[None]:
        """Hold a place.

        Raises:
            Busy: there is none, and none became free in time.
        """
        name = str(whose)
        with self._freed:
            if not (self._is_free(name) or self._came_free(name)):
                raise Busy
            self._taken[name] += 1
        try:
            yield
        finally:
            with self._freed:
                self._taken -= Counter((name,))
                # Whoever is woken may be waiting for another one's place to become free: all look.
                self._freed.notify_all()

    def _is_free(self, name: str) -> bool:
        return self._taken.total() < self._most and self._taken[name] < self._of_one

    def _came_free(self, name: str) -> bool:
        if not self._waits or self.waiting >= self._most:
            return False
        self.waiting += 1
        try:
            return self._freed.wait_for(lambda: self._is_free(name), self._waits)
        finally:
            self.waiting -= 1
