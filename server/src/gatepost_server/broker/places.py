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
    """*most* places, of which nobody gets more than *of_one*: whose sources are slow, they alone wait."""

    def __init__(self, most: int, of_one: int) -> None:
        self._most, self._of_one = most, of_one
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def one_for(self, whose: str | None) -> Iterator[None]:
        """Hold a place.

        Raises:
            Busy: there is none; nobody waits for one.
        """
        name = str(whose)
        with self._lock:
            if self._taken.total() >= self._most or self._taken[name] >= self._of_one:
                raise Busy
            self._taken[name] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken -= Counter((name,))
