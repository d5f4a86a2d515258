"""What ends a call whose asker is gone: one thread looks after all of them."""

import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from gatepost_server.broker import wire

log = logging.getLogger(__name__)

BEAT_S: Final = 20.0
_LOOKS_S: Final = 0.5


class Leash:
    """Ends what a call is doing as soon as its asker is gone."""

    def __init__(self, asker: socket.socket) -> None:
        self.asker = asker
        self.beats_at = time.monotonic() + BEAT_S
        self._lock = threading.Lock()
        self._cancel: Callable[[], None] | None = None
        self.sending = threading.Lock()
        """Held by who sends a frame, so that none comes in the middle of another one."""
        self.is_cut = False
        self.has_cancelled = False
        """Whether what was held was called, so that the call did not end by itself."""

    def hold(self, cancel: Callable[[], None] | None) -> None:
        """Let *cancel* be called when the asker goes; at once when it is gone already."""
        with self._lock:
            self._cancel = cancel
            is_late = self.is_cut and cancel is not None
            self.has_cancelled |= is_late
        if is_late and cancel is not None:
            cancel()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the asker as long as the block lasts."""
        _WATCH.add(self)
        try:
            yield
        finally:
            _WATCH.remove(self)

    def beat(self) -> None:
        """Say that the call is under way, unless something is being sent now, which says it, too."""
        self.beats_at = time.monotonic() + BEAT_S
        if self.sending.acquire(blocking=False):
            with suppress(OSError):  # the asker is gone, which is noticed next; or it reads nothing now
                os.write(self.asker.fileno(), wire.frame(wire.BEAT))  # its timeout makes it wait for nobody
            self.sending.release()

    def is_left(self) -> bool:
        """Tell whether the asker is gone; it sends nothing after its call."""
        try:
            return not os.read(self.asker.fileno(), 1)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def cut(self) -> None:
        """End the call; who ends it may take a while, so that this has a thread of its own."""
        with self._lock:
            self.is_cut = True
            cancel = self._cancel
            self.has_cancelled = cancel is not None
        if cancel is not None:
            threading.Thread(target=_ended, args=(cancel,), name="cancel", daemon=True).start()


def _ended(cancel: Callable[[], None]) -> None:
    try:
        cancel()
    except Exception:
        log.exception("a call whose asker is gone could not be cancelled")


class _Watch:
    """Looks after every leash of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[int, Leash] = {}
        self._waiting = select.epoll()
        self._woken = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._waiting.register(self._woken, select.EPOLLIN)
        self._sleeps = False
        self._thread: threading.Thread | None = None

    def add(self, leash: Leash) -> None:
        """Look after *leash*, whose socket stays open until it is removed."""
        with self._lock:
            self._held[leash.asker.fileno()] = leash
            self._waiting.register(leash.asker.fileno(), select.EPOLLRDHUP)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="leashes", daemon=True)
                self._thread.start()
            elif self._sleeps:
                self._sleeps = False
                os.eventfd_write(self._woken, 1)

    def remove(self, leash: Leash) -> None:
        """Look after it no more; whoever uses its socket does so before."""
        with self._lock:
            if self._held.pop(leash.asker.fileno(), None) is not None:
                self._waiting.unregister(leash.asker.fileno())

    def _look(self) -> None:
        while True:
            with self._lock:
                self._sleeps = not self._held
            happened = self._waiting.poll(None if self._sleeps else _LOOKS_S)
            with self._lock:
                for number, _ in happened:
                    self._cut_if_left(number)
                now = time.monotonic()
                for leash in self._held.values():
                    if leash.beats_at <= now:
                        leash.beat()

    def _cut_if_left(self, number: int) -> None:
        """Cut who was seen leaving; the number may be another one's by now, so it is asked itself."""
        if number == self._woken:
            with suppress(BlockingIOError):
                os.eventfd_read(number)
            return
        leash = self._held.get(number)
        if leash is not None and leash.is_left():
            del self._held[number]
            self._waiting.unregister(number)
            leash.cut()


_WATCH: Final = _Watch()
