"""What ends a call that a far end keeps waiting: its sockets are shut, whatever comes over them."""

import os
import socket
import threading
from contextlib import suppress
from typing import Final

from gatepost_server.broker.alarm import ALARM

_SHUT: Final = socket.SHUT_RDWR


class Fuse:
    """The sockets of one call; all are shut when its time is up, or its asker gone.

    Timeouts of sockets start anew with every byte; this one does not, so that a far end which
    sends a byte now and then holds nobody up.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._is_burnt = False
        self.is_late = False

    def hold(self, line: socket.socket | int) -> None:
        """Shut *line*, too; at once when the others are shut already."""
        number = line if isinstance(line, int) else line.fileno()
        with self._lock:
            self._lines.append(kept := socket.socket(fileno=os.dup(number)))
            is_burnt = self._is_burnt
        if is_burnt:
            _shut(kept)

    def let_go(self) -> None:
        """Shut what is held, which is needed no more."""
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            _shut(line)
            line.close()

    def spare(self) -> bool:
        """Let go of what is held without shutting it; False when it is shut already."""
        with self._lock:
            if self._is_burnt:
                return False
            lines, self._lines = self._lines, []
        for line in lines:
            line.close()
        return True

    def limit(self, seconds: float) -> None:
        """Shut everything in so many seconds, counted from now, instead of at the time said before."""
        ALARM.set(self._run_out, seconds)

    def burn(self) -> None:
        """Shut everything, and what is held later; called from another thread."""
        with self._lock:
            self._is_burnt = True
            for line in self._lines:
                _shut(line)

    def close(self) -> None:
        """Leave: nothing is shut any more by time."""
        ALARM.drop(self._run_out)
        self.let_go()

    def _run_out(self) -> None:
        self.is_late = True
        self.burn()


def _shut(line: socket.socket) -> None:
    with suppress(OSError):  # it was closed already
        line.shutdown(_SHUT)
