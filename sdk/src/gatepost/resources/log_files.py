"""The instance's own log files, and how much is written into them."""

from collections.abc import Iterator

from gatepost.administered import LogFile, LogLevels
from gatepost.shape import read
from gatepost.transport import Transport, segment


class LogFileCalls:
    """Calls about the instance's own logs; administrators only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[LogFile]:
        """Yield the log files, without their lines."""
        return self._transport.pages(LogFile, "log-files")

    def read(self, name: str, *, tail: int = 200) -> LogFile:
        """Return a log file with its last *tail* lines; keys in it are cut short."""
        return self._transport.get(LogFile, f"log-files/{segment(name)}", {"tail": str(tail)})

    def levels(self) -> LogLevels:
        """Return how much is written."""
        return self._transport.get(LogLevels, "log-level")

    def set_level(self, level: str | None, logger: str | None = None) -> LogLevels:
        """Let all processes write more or less; None takes a logger's own level away.

        Raises:
            Invalid: no such level, or not a logger of Gatepost's.
        """
        body = {"level": level, "logger": logger}
        return read(LogLevels, self._transport.call("PUT", "log-level", body=body))
