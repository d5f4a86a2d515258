"""Rows of PostgreSQL: ADBC reads them by COPY in binary, on a connection of its own."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self

import adbc_driver_manager
import pyarrow as pa

from gatepost_server.broker.drivers.postgresql_lines import connected
from gatepost_server.broker.drivers.postgresql_login import Place
from gatepost_server.broker.drivers.values import batch_of
from gatepost_server.broker.reaching import Means
from gatepost_server.connections import Failure, StatementFailed

_AT_MOST: Final = "SELECT set_config('statement_timeout', $1, true)"
_STATE: Final = re.compile(r"SQLSTATE: ([0-9A-Z]{5})")
_ABORTED: Final = "25P02"
_EXACT: Final = {
    "42P01": Failure.TABLE_UNKNOWN,
    "3F000": Failure.TABLE_UNKNOWN,
    "42703": Failure.COLUMN_UNKNOWN,
    "42501": Failure.NOT_ALLOWED,
    "25006": Failure.NOT_ALLOWED,
    "57014": Failure.TOO_SLOW,
}
_CLASSES: Final = {
    "08": Failure.DROPPED,
    "57": Failure.DROPPED,
    "42": Failure.SYNTAX,
    "54": Failure.TOO_LARGE,
    "28": Failure.LOGIN_REFUSED,
    "23": Failure.CONSTRAINT,
}


def failure_of(state: str | None) -> Failure:
    """Return the fixed word for a SQLSTATE; none came when the connection broke."""
    if state is None:
        return Failure.DROPPED
    return _EXACT.get(state) or _CLASSES.get(state[:2], Failure.FAILED)


@dataclass
class Reading:
    """A statement that runs, and the rows that come of it."""

    connection: Any
    cursor: Any
    found: pa.RecordBatchReader
    ends: float
    line: socket.socket
    is_read: bool = False

    @classmethod
    def start(cls, place: Place, query: str, means: Means, begins: Callable[[int], None]) -> Self:
        """Run *query* in a transaction that cannot write; *begins* is told the server's process before.

        Raises:
            StatementFailed: it is refused.
        """
        ends = time.monotonic() + means.seconds
        try:
            connection, line = connected(place)
        except adbc_driver_manager.Error as error:
            raise StatementFailed(_told(error)) from None
        means.fuse.hold(line)
        try:
            cursor = connection.cursor()
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(_AT_MOST, [f"{means.seconds:.0f}s"])
            cursor.execute("SELECT pg_backend_pid()")
            begins(int((cursor.fetchone() or (0,))[0]))
            cursor.execute(query)
            return cls(connection, cursor, cursor.fetch_record_batch(), ends, line)
        except adbc_driver_manager.Error as error:
            with suppress(adbc_driver_manager.Error):
                connection.close()
            line.close()
            raise StatementFailed(_told(error)) from None

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows as *schema* says.

        Raises:
            StatementFailed: the far end broke off, or a value does not fit.
        """
        while True:
            try:
                batch = self.found.read_next_batch()
            except StopIteration:
                self.is_read = True
                return
            except (pa.ArrowException, adbc_driver_manager.Error, OSError):
                raise StatementFailed(self._why()) from None
            try:
                yield batch_of(batch, schema)
            except pa.ArrowException:
                raise StatementFailed(Failure.TOO_LARGE) from None

    def _why(self) -> Failure:
        """Return why rows stopped coming: their errors say it in the server's language only."""
        if time.monotonic() >= self.ends:
            return Failure.TOO_SLOW
        try:
            self.cursor.execute("SELECT 1")
        except adbc_driver_manager.Error as error:
            return Failure.FAILED if error.sqlstate == _ABORTED else Failure.DROPPED
        return Failure.FAILED

    def close(self) -> None:
        """Leave; rows that were not read are not waited for."""
        with self.line, suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        for one in (self.found, self.cursor, self.connection):
            with suppress(adbc_driver_manager.Error, pa.ArrowException):
                one.close()


def _told(error: Exception) -> Failure:
    state = getattr(error, "sqlstate", None)
    found = None if state else _STATE.search(str(error))
    return failure_of(state or (found[1] if found else None))
