"""PostgreSQL: libpq signs in and tells about tables (psycopg); ADBC reads rows, in binary, by COPY."""

import select
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGresult

from gatepost_server.broker.drivers.ports import Rows, is_one_write
from gatepost_server.broker.drivers.postgresql_login import Place, sign_in
from gatepost_server.broker.drivers.postgresql_rows import Reading, failure_of
from gatepost_server.broker.drivers.postgresql_types import Kind, kind_of
from gatepost_server.broker.drivers.postgresql_values import Bound, BoundReading
from gatepost_server.broker.drivers.values import named
from gatepost_server.broker.reaching import Means
from gatepost_server.broker.trial import Trial
from gatepost_server.connections import (
    Failure,
    SourceColumn,
    Sql,
    Statement,
    StatementFailed,
    TableName,
    TableOf,
    Target,
    Write,
)
from gatepost_server.vault import OpenedCredential

_MOST_NAMES: Final = 10_000
_FEW: Final = 10_001
_SCHEMAS: Final = """
    SELECT nspname FROM pg_catalog.pg_namespace
    WHERE pg_catalog.has_schema_privilege(oid, 'USAGE')
      AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    ORDER BY nspname LIMIT %s"""
_TABLES: Final = """
    SELECT n.nspname, c.relname, CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition
      AND n.nspname = coalesce(%s::text, current_schema())
      AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
    ORDER BY c.relname LIMIT %s"""
_NATIVE: Final = """
    SELECT pg_catalog.format_type(t.oid, t.modifier)
    FROM unnest(%s::oid[], %s::int[]) WITH ORDINALITY AS t(oid, modifier, at) ORDER BY t.at"""
_READS: Final = ("select", "with", "values", "table", "(")


def open_session(target: Target, login: OpenedCredential | None, means: Means, trial: Trial) -> "Session":
    """Sign in step by step.

    Raises:
        StepFailed: a step did not succeed.
    """
    place, connection = sign_in(target, login, means, trial)
    return Session(place, connection, means)


class Session:
    """Signed in; everything is read in one transaction that cannot write."""

    def __init__(self, place: Place, connection: "psycopg.Connection[Any]", means: Means) -> None:
        self._place = place
        self._connection = connection
        self._means = means
        self._seconds = means.seconds
        self._reading: Reading | BoundReading | None = None
        self._process: int | None = None
        self._is_ready = False

    def check(self) -> None:
        """Run the smallest query there is."""
        self._all("SELECT 1")

    def schemas(self) -> Sequence[str]:
        """Return the schemas that the login may look into."""
        return [row[0] for row in self._all(_SCHEMAS, _MOST_NAMES)]

    def tables(self, schema: str | None) -> Sequence[TableName]:
        """Return the tables and views that the login may read."""
        return [TableName(*row) for row in self._all(_TABLES, schema, _MOST_NAMES)]

    def columns(self, schema: str | None, table: str) -> Sequence[SourceColumn]:
        """Return the columns of a table."""
        described = self._described(_select(TableOf(schema, table), self._connection))
        oids, modifiers = [one[1] for one in described], [one[2] for one in described]
        native = [row[0] for row in self._all(_NATIVE, oids, modifiers)]
        return [
            SourceColumn(name, kind_of(oid, modifier).type, told)
            for (name, oid, modifier), told in zip(described, native, strict=True)
        ]

    def rows(self, statement: Statement, limit: int | None = None) -> Rows:
        """Run *statement*."""
        inner = _select(statement, self._connection)
        bound = self._bound(statement, limit)
        try:
            described = self._described(f"SELECT * FROM (\n{inner}\n) AS q", bound)
        except StatementFailed as failed:
            is_query = inner.lstrip().lower().startswith(_READS)
            if failed.failure is Failure.SYNTAX and not is_query:
                raise StatementFailed(Failure.NOT_A_SELECT) from None
            raise
        kinds = [kind_of(oid, modifier) for _, oid, modifier in described]
        schema = named([name for name, _, _ in described], [kind.arrow for kind in kinds])
        query = _projection(inner, kinds) + (f" LIMIT {limit:d}" if limit is not None else "")
        if bound is None:
            self._reading = Reading.start(self._place, query, self._means, self._begins)
        else:
            self._reading = BoundReading.start(self._connection, query, bound, self._seconds)
        return Rows(schema, self._reading.batches(schema))

    def write(self, statement: Write) -> int:
        """Run *statement* in a transaction of its own; it is done when the server said so."""
        if not is_one_write(statement.text):
            raise StatementFailed(Failure.NOT_A_WRITE)
        self._begin(read_only=False)
        self._described(statement.text, Bound.of(statement.values, self._connection))
        try:
            cursor = psycopg.RawCursor(self._connection)
            met = cursor.execute(statement.text.encode(), statement.values).rowcount
            self._connection.execute("COMMIT")
        except psycopg.Error as error:
            raise StatementFailed(failure_of(error.sqlstate)) from None
        return met

    def cancel(self) -> None:
        """End what runs now."""
        with suppress(psycopg.Error):
            self._connection.cancel_safe(timeout=2)
        self._end_reading()

    def close(self) -> None:
        """Leave; rows that were not read are not waited for."""
        self._end_reading()
        with suppress(psycopg.Error):
            self._connection.close()
        if self._reading is not None:
            self._reading.close()
        self._place.forget()

    def rest(self) -> bool:
        """Get ready for a later call: no transaction, no setting, no lock of this one is left."""
        if isinstance(self._reading, Reading):
            return False
        try:
            for word in (b"ROLLBACK", b"DISCARD ALL"):
                if self._connection.pgconn.exec_(word).status != ExecStatus.COMMAND_OK:
                    return False
            if self._reading is not None:
                self._reading.close()
        except psycopg.Error:
            return False
        self._reading, self._is_ready = None, False
        return True

    def wake(self, means: Means) -> bool:
        """Take up a call with *means*; False when the server left, or its address may be dialed no more."""
        if not self._place.may_be_dialed(means.dialer) or self._connection.closed or self._is_left():
            return False
        means.fuse.hold(self._connection.pgconn.socket)
        self._means, self._seconds = means, means.seconds
        return True

    def _is_left(self) -> bool:
        """Tell whether the server said something unasked: that it ends, as a rule."""
        heard = select.poll()
        heard.register(self._connection.pgconn.socket, select.POLLIN)
        return bool(heard.poll(0))

    def _end_reading(self) -> None:
        """End what ADBC runs: asked over our own connection, since its own way of asking waits for ever."""
        is_read = isinstance(self._reading, Reading) and self._reading.is_read
        if self._process is not None and not is_read:
            with suppress(psycopg.Error):
                self._connection.execute("SELECT pg_cancel_backend(%s)", [self._process])

    def _begins(self, process: int) -> None:
        self._process = process

    def _bound(self, statement: Statement, limit: int | None) -> Bound | None:
        """Return what a cursor is given; None where ADBC reads: it signs in once more, and is quick."""
        if not isinstance(statement, Sql) or not (statement.values or (limit is not None and limit <= _FEW)):
            return None
        return Bound.of(statement.values, self._connection)

    def _described(self, query: str, bound: Bound | None = None) -> list[tuple[str, int, int]]:
        """Return name, type and modifier of each column of *query*, which is one statement and is not run."""
        self._begin()
        pgconn = self._connection.pgconn
        _require(pgconn.prepare(b"", query.encode(), None if bound is None else bound.types))
        found = pgconn.describe_prepared(b"")
        _require(found)
        if found.nparams != (0 if bound is None else len(bound.values)):
            raise StatementFailed(Failure.SYNTAX)
        return [
            ((found.fname(at) or b"").decode(), found.ftype(at), found.fmod(at))
            for at in range(found.nfields)
        ]

    def _all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        self._begin()
        try:
            return self._connection.execute(query, values).fetchall()
        except psycopg.Error as error:
            raise StatementFailed(failure_of(error.sqlstate)) from None

    def _begin(self, *, read_only: bool = True) -> None:
        if self._is_ready:
            return
        only = "ONLY" if read_only else "WRITE"
        begin = f"BEGIN READ {only}; SET LOCAL statement_timeout = '{self._seconds:.0f}s'"
        try:
            _require(self._connection.pgconn.exec_(begin.encode()))
        except psycopg.Error:
            raise StatementFailed(Failure.DROPPED) from None
        self._is_ready = True


def _select(statement: Statement, connection: "psycopg.Connection[Any]") -> str:
    if isinstance(statement, Sql):
        return statement.text.strip().rstrip(";")
    names = [part for part in (statement.schema, statement.table) if part is not None]
    chosen = sql.SQL("*")
    if statement.columns is not None:
        chosen = sql.SQL(", ").join(map(sql.Identifier, statement.columns))  # type: ignore[assignment]
    return sql.SQL("SELECT {} FROM {}").format(chosen, sql.Identifier(*names)).as_string(connection)


def _projection(inner: str, kinds: Sequence[Kind]) -> str:
    """Return the query that reads each column as its kind wants; columns are counted, so names may repeat."""
    counted = [f"c{at}" for at in range(len(kinds))]
    read = ", ".join(
        kind.read.format(f"q.{name}") + f" AS {name}" for name, kind in zip(counted, kinds, strict=True)
    )
    return f"SELECT {read} FROM (\n{inner}\n) AS q({', '.join(counted)})"


def _require(result: PGresult) -> None:
    if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        state = result.error_field(DiagnosticField.SQLSTATE)
        raise StatementFailed(failure_of(None if state is None else state.decode()))
