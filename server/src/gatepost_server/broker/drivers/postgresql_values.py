"""Statements of PostgreSQL with bound values: COPY takes none, so a cursor is read instead."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import psycopg
import pyarrow as pa
from psycopg.adapt import PyFormat, Transformer

from gatepost_server.broker.drivers.postgresql_rows import failure_of
from gatepost_server.connections import Failure, StatementFailed
from gatepost_server.kernel.tagged import Value

_NAME: Final = "gatepost_rows"
_FEWEST, _MOST, _GROWS = 10, 10_000, 8
_BYTES: Final = 8 << 20


@dataclass(frozen=True)
class Bound:
    """Values, and the types that the server is told of them; of a text none, so it is what stands beside."""

    values: Sequence[Value]
    types: Sequence[int]

    @classmethod
    def of(cls, values: Sequence[Value], connection: "psycopg.Connection[Any]") -> Self:
        """Return *values* as they are bound.

        Raises:
            StatementFailed: the server has no such value.
        """
        writing = Transformer(connection)
        try:
            writing.dump_sequence(values, [PyFormat.AUTO] * len(values))
        except psycopg.Error:
            raise StatementFailed(Failure.TOO_LARGE) from None
        return cls(values, writing.types or ())


@dataclass(frozen=True)
class BoundReading:
    """A statement whose rows are fetched in parts, as many as its reader takes."""

    cursor: "psycopg.RawServerCursor[Any]"
    ends: float

    @classmethod
    def start(cls, connection: "psycopg.Connection[Any]", query: str, bound: Bound, seconds: float) -> Self:
        """Run *query* in the transaction of *connection*, which cannot write.

        Raises:
            StatementFailed: it is refused.
        """
        cursor = psycopg.RawServerCursor(connection, _NAME)
        try:
            cursor.execute(query.encode(), bound.values)
        except psycopg.Error as error:
            cursor.close()
            raise StatementFailed(failure_of(error.sqlstate)) from None
        return cls(cursor, time.monotonic() + seconds)

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the rows as *schema* says; a part has as many as the last one's width lets it have.

        Raises:
            StatementFailed: the far end broke off, or a value does not fit.
        """
        size = _FEWEST
        is_more = True
        while is_more and (rows := self._fetched(size)):
            is_more = len(rows) == size
            try:
                columns = [
                    pa.array(values, one.type)
                    for values, one in zip(zip(*rows, strict=True), schema, strict=True)
                ]
            except (pa.ArrowException, OverflowError):
                raise StatementFailed(Failure.TOO_LARGE) from None
            batch = pa.RecordBatch.from_arrays(columns, schema=schema)
            yield batch
            size = max(1, min(_MOST, size * _GROWS, _BYTES * len(rows) // max(1, batch.nbytes)))

    def close(self) -> None:
        """Leave, after the connection: nothing is asked of the server any more."""
        self.cursor.close()

    def _fetched(self, size: int) -> Sequence[Sequence[Any]]:
        if time.monotonic() >= self.ends:
            raise StatementFailed(Failure.TOO_SLOW)
        try:
            return self.cursor.fetchmany(size)
        except psycopg.DataError as error:  # also of our own making: a day that Python has not
            failure = Failure.TOO_LARGE if error.sqlstate is None else failure_of(error.sqlstate)
            raise StatementFailed(failure) from None
        except psycopg.Error as error:
            raise StatementFailed(failure_of(error.sqlstate)) from None
