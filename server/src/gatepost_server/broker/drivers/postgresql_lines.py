"""The socket below a connection of ADBC, which does not tell it: only who holds it can end it for certain."""

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from adbc_driver_postgresql import dbapi

from gatepost_server.broker.drivers.postgresql_login import Place
from gatepost_server.connections import Failure, StatementFailed

_OPENED: Final = Path("/proc/self/fd")
_TURNS: Final = tuple(threading.Lock() for _ in range(64))
"""Who connects to a server is alone with it meanwhile, so that the new socket is theirs."""


def connected(place: Place) -> tuple[Any, socket.socket]:
    """Sign in once more, and return the connection and the socket below it.

    Raises:
        adbc_driver_manager.Error: the server refused.
        StatementFailed: it kept others waiting, too.
    """
    there = place.settings["hostaddr"], int(place.settings["port"])
    turn = _TURNS[hash(there) % len(_TURNS)]
    if not turn.acquire(timeout=float(place.settings["connect_timeout"])):
        raise StatementFailed(Failure.TOO_SLOW)
    try:
        before = _sockets()
        connection = dbapi.connect(place.uri())
        for name in _sockets().keys() - before.keys():
            line = _line(_sockets().get(name), there)
            if line is not None:
                return connection, line
    finally:
        turn.release()
    connection.close()
    raise StatementFailed(Failure.DROPPED)


def _sockets() -> dict[str, int]:
    """Return the sockets of this process: the kernel's name of each, and its number here."""
    found = {}
    for opened in _OPENED.iterdir():
        with suppress(OSError):  # closed meanwhile
            name = str(opened.readlink())
            if name.startswith("socket:"):
                found[name] = int(opened.name)
    return found


def _line(number: int | None, there: tuple[str, int]) -> socket.socket | None:
    """Return a socket of our own for the same line, if it leads *there*."""
    if number is None:
        return None
    with suppress(OSError):
        line = socket.socket(fileno=os.dup(number))
        if line.getpeername()[:2] == there:
            return line
        line.close()
    return None
