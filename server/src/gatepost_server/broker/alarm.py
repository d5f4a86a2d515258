"""One thread that keeps the time of every call, instead of a thread for each of their deadlines."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)


class Alarm:
    """Calls back when the time of something is up; each has one deadline, which may be moved.

    What is called runs in the alarm's own thread, so it has to be quick.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[Callable[[], None], float] = {}
        self._looks_at = 0.0
        self._thread: threading.Thread | None = None

    def set(self, ring: Callable[[], None], seconds: float) -> None:
        """Call *ring* in so many seconds from now, instead of at the time said before."""
        due = time.monotonic() + seconds
        with self._changed:
            self._due[ring] = due
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_time, name="alarm", daemon=True)
                self._thread.start()
            elif due < self._looks_at:
                self._changed.notify()

    def drop(self, ring: Callable[[], None]) -> None:
        """Call *ring* no more; it may be running now."""
        with self._changed:
            self._due.pop(ring, None)

    def _keep_time(self) -> None:
        while True:
            for ring in self._over():
                try:
                    ring()
                except Exception:
                    log.exception("what was to end in time did not")

    def _over(self) -> list[Callable[[], None]]:
        """Wait until some are due, or another one is sooner, and take them out."""
        with self._changed:
            now = time.monotonic()
            self._looks_at = min(self._due.values(), default=now + _LONGEST_S)
            if self._looks_at > now:
                self._changed.wait(min(self._looks_at - now, _LONGEST_S))
            now = time.monotonic()
            over = [ring for ring, due in self._due.items() if due <= now]
            for ring in over:
                del self._due[ring]
            return over


_LONGEST_S: Final = 60.0
ALARM: Final = Alarm()
"""Of this process."""
