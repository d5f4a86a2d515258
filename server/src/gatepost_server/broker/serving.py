"""Serving on the socket: a thread per call, each ended when its asker goes."""

import logging
import os
import select
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol

from gatepost_server.broker import wire
from gatepost_server.broker.places import Busy, Places
from gatepost_server.broker.refusals import told
from gatepost_server.kernel.errors import GatepostError, Unavailable

log = logging.getLogger(__name__)

MOST_CALLS: Final = 64
"""At a time; as many further ones wait a moment, then they are refused."""
MOST_OF_ONE: Final = 16
"""At a time for whoever answers for them, so that nobody's slow sources take every place."""
WAITS_S: Final = 3.0
"""Many short calls of one person, as of a data API that reads as them, come one after the other."""
BEAT_S: Final = 20.0
_BACKLOG: Final = 128
_ASKED_WITHIN_S: Final = 5.0
_PICKED_UP_WITHIN_S: Final = 300.0
_GONE: Final = select.POLLHUP | select.POLLERR | select.POLLRDHUP


class Leash:
    """Ends what a call is doing as soon as its asker is gone."""

    def __init__(self, asker: socket.socket) -> None:
        self._asker = asker
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
            is_late = self.is_cut
            self.has_cancelled |= is_late and cancel is not None
        if is_late and cancel is not None:
            cancel()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch the asker as long as the block lasts."""
        stop, stopping = os.pipe()
        watcher = threading.Thread(target=self._watch, args=(stop,), name="leash", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            os.close(stopping)
            watcher.join()
            os.close(stop)

    def _watch(self, stop: int) -> None:
        waiting = select.poll()
        waiting.register(self._asker, select.POLLRDHUP)
        waiting.register(stop, 0)
        while not (happened := waiting.poll(BEAT_S * 1000)):
            self._beat()
        for descriptor, what in happened:
            if descriptor != stop and what & _GONE:
                self._cut()

    def _beat(self) -> None:
        """Say that the call is under way, unless something is being sent now, which says it, too."""
        if self.sending.acquire(blocking=False):
            with suppress(OSError):  # the asker is gone, which is noticed next
                wire.send(self._asker, wire.BEAT)
            self.sending.release()

    def _cut(self) -> None:
        with self._lock:
            self.is_cut = True
            cancel = self._cancel
            self.has_cancelled = cancel is not None
        if cancel is not None:
            try:
                cancel()
            except Exception:
                log.exception("a call whose asker is gone could not be cancelled")


class Answerer(Protocol):
    """Does a call, and sends what comes of it."""

    def __call__(self, call: Mapping[str, Any], to: socket.socket, leash: Leash) -> None:
        """Answer *call* on *to*."""
        ...


class Server:
    """Serves *answer* on a socket that our own user alone can open, and that it alone may ask."""

    def __init__(
        self,
        path: Path,
        answer: Answerer,
        *,
        most: int = MOST_CALLS,
        of_one: int = MOST_OF_ONE,
        waits: float = WAITS_S,
    ) -> None:
        self._path = path
        self._answer = answer
        self._places = Places(most, of_one, waits=waits)
        self._listener = _listening(path)

    def serve(self) -> None:
        """Answer until the listener is closed."""
        while True:
            try:
                asker, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._take, args=(asker,), name="call", daemon=True).start()

    def close(self) -> None:
        """Take no further calls."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _take(self, asker: socket.socket) -> None:
        with asker:
            if not wire.is_ours(asker):
                log.warning("somebody who runs as another user asked the broker; not answered")
                return
            try:
                asker.settimeout(_ASKED_WITHIN_S)
                call = wire.called(asker)
                asker.settimeout(_PICKED_UP_WITHIN_S)
                self._bounded(call, asker)
            except (OSError, wire.Garbled) as error:
                log.info("a call was not answered: %s", error)

    def _bounded(self, call: Mapping[str, Any], asker: socket.socket) -> None:
        if call.get("do") == "ping":
            wire.send_json(asker, wire.ANSWER, "pong")
            return
        try:
            with self._places.one_for(call.get("for")):
                self._do(call, asker)
        except Busy as busy:
            wire.send_json(asker, wire.REFUSAL, told(busy))

    def _do(self, call: Mapping[str, Any], asker: socket.socket) -> None:
        leash = Leash(asker)
        with leash.watching():
            try:
                self._answer(call, asker, leash)
            except GatepostError as refusal:
                with leash.sending:
                    wire.send_json(asker, wire.REFUSAL, told(refusal))
            except OSError:
                raise
            except Exception as error:  # noqa: BLE001 — said where, never what: drivers repeat what was sent
                where = "".join(traceback.format_tb(error.__traceback__))
                log.error("a call failed: %s\n%s", type(error).__name__, where)  # noqa: TRY400
                with leash.sending:
                    wire.send_json(asker, wire.REFUSAL, told(Broken()))


class Broken(Unavailable):
    """A fault of ours; the log has it."""

    code = "broker-silent"

    def __init__(self) -> None:
        super().__init__(
            "The part of Gatepost that opens data connections failed. An administrator finds it logged."
        )


def end_on_sigterm(server: Server) -> None:
    """Let SIGTERM and SIGINT close *server*; call it in the main thread."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.close())


def _listening(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(mask)
    listener.listen(_BACKLOG)
    return listener
