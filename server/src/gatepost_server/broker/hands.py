"""Threads that go on to the next call when one is done: making one takes longer than many a call."""

import queue
import threading
from collections.abc import Callable
from typing import Final

_KEPT: Final = 64


class Hands:
    """Does each piece of work at once, in a thread that is free or a new one; they end with the process."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._free = 0

    def do(self, work: Callable[[], None]) -> None:
        """Have *work* done, which raises nothing."""
        with self._lock:
            if self._free:
                self._free -= 1
                self._work.put(work)
                return
        threading.Thread(target=self._go_on, args=(work,), daemon=True).start()

    def _go_on(self, work: Callable[[], None]) -> None:
        thread = threading.current_thread()
        while True:
            thread.name = "call"
            work()
            thread.name = "free"
            with self._lock:
                if self._free >= self._kept:
                    return
                self._free += 1
            work = self._work.get()
