"""Ask every process whether it is ready, over its own socket."""

import http.client
import socket
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path

from gatepost_server.admin.plan import Probe
from gatepost_server.admin.refusals import PartsNotReady
from gatepost_server.broker import is_answering


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = str(path)

    def connect(self) -> None:
        """Connect to the socket's path instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def answers(probe: Probe, *, within: float = 2.0) -> bool:
    """Tell whether the process of *probe* answers 200 now."""
    if probe.path is None:
        return is_answering(probe.socket)
    connection = _UnixConnection(probe.socket, within)
    try:
        connection.request("GET", probe.path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def await_ready(probes: Sequence[Probe], *, within: float, pause: Callable[[], None], logs: Path) -> None:
    """Return when all of *probes* have answered; call *pause* between two rounds.

    Raises:
        PartsNotReady: some did not within that many seconds.
    """
    end, waiting = time.monotonic() + within, list(probes)
    while waiting := [probe for probe in waiting if not answers(probe)]:
        if time.monotonic() > end:
            late = ", ".join(probe.name for probe in waiting)
            raise PartsNotReady(f"Not ready after {within:.0f} seconds: {late}. Their logs are in {logs}.")
        pause()
