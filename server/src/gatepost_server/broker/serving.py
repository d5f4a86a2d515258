"""Serving on the socket: calls at the same time, each ended when its asker goes."""

import logging
import os
import signal
import socket
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from gatepost_server.broker import wire
from gatepost_server.broker.hands import Hands
from gatepost_server.broker.leash import Leash
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
_BACKLOG: Final = 128
_ASKED_WITHIN_S: Final = 5.0
_PICKED_UP_WITHIN_S: Final = 300.0


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
        self._hands = Hands()
        self._listener = listening(path)

    def serve(self) -> None:
        """Answer until the listener is closed."""
        while True:
            try:
                asker, _ = self._listener.accept()
            except OSError:
                return
            self._hands.do(partial(self._take, asker))

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


def listening(path: Path) -> socket.socket:
    """Return a listener that our own user alone can open."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(mask)
    listener.listen(_BACKLOG)
    return listener
