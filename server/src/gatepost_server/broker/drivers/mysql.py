"""MySQL and MariaDB by PyMySQL: rows are read as they come, in a transaction that only reads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa
from pymysql import err
from pymysql.constants import ER

from gatepost_server.broker.drivers.mysql_login import Careful, sign_in
from gatepost_server.broker.drivers.mysql_types import Kind, kind_of
from gatepost_server.broker.drivers.ports import Once, Rows, is_one_write
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
_ROWS: Final = 20_000
_BYTES: Final = 16 << 20
_BESIDE_S: Final = 5.0
_SYSTEM: Final = ("information_schema", "performance_schema", "mysql", "sys")
_SCHEMAS: Final = "SELECT schema_name FROM information_schema.schemata ORDER BY 1 LIMIT %s"
_TABLES: Final = """
    SELECT table_schema, table_name, IF(table_type LIKE '%%VIEW', 'view', 'table')
    FROM information_schema.tables
    WHERE table_schema = COALESCE(%s, DATABASE()) ORDER BY table_name LIMIT %s"""
_NATIVE: Final = """
    SELECT column_name, column_type FROM information_schema.columns
    WHERE table_schema = COALESCE(%s, DATABASE()) AND table_name = %s"""
_READS: Final = ("select", "with", "values", "table", "(")
_FAILURES: Final = {
    ER.NO_SUCH_TABLE: Failure.TABLE_UNKNOWN,
    ER.BAD_DB_ERROR: Failure.TABLE_UNKNOWN,
    ER.BAD_FIELD_ERROR: Failure.COLUMN_UNKNOWN,
    ER.PARSE_ERROR: Failure.SYNTAX,
    ER.TABLEACCESS_DENIED_ERROR: Failure.NOT_ALLOWED,
    ER.COLUMNACCESS_DENIED_ERROR: Failure.NOT_ALLOWED,
    ER.DBACCESS_DENIED_ERROR: Failure.NOT_ALLOWED,
    ER.SPECIFIC_ACCESS_DENIED_ERROR: Failure.NOT_ALLOWED,
    1792: Failure.NOT_ALLOWED,  # a transaction that only reads
    1969: Failure.TOO_SLOW,  # MariaDB: max_statement_time
    3024: Failure.TOO_SLOW,  # MySQL: max_execution_time
    1317: Failure.CANCELLED,
    ER.NET_PACKET_TOO_LARGE: Failure.TOO_LARGE,
    **dict.fromkeys(
        (
            ER.DUP_ENTRY,
            ER.BAD_NULL_ERROR,
            ER.NO_DEFAULT_FOR_FIELD,
            ER.ROW_IS_REFERENCED_2,
            ER.NO_REFERENCED_ROW_2,
            ER.DATA_TOO_LONG,
            ER.WARN_DATA_OUT_OF_RANGE,
            3819,
            4025,
        ),  # the last two: a CHECK of MySQL, and of MariaDB
        Failure.CONSTRAINT,
    ),
}
_LOST: Final = (2006, 2013, 1053, 1927)


def open_session(target: Target, login: OpenedCredential | None, means: Means, trial: Trial) -> "Session":
    """Sign in step by step.

    Raises:
        StepFailed: a step did not succeed.
    """
    return Session(sign_in(target, login, means, trial), means.seconds)


class Session(Once):
    """Signed in; everything is read in one transaction that cannot write."""

    def __init__(self, connection: Careful, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._is_ready = False
        self._running: Any = None

    def check(self) -> None:
        """Run the smallest query there is."""
        self._all("SELECT 1")

    def schemas(self) -> Sequence[str]:
        """Return the databases that the login sees."""
        found = [row[0] for row in self._all(_SCHEMAS, _MOST_NAMES)]
        return [name for name in found if name.lower() not in _SYSTEM]

    def tables(self, schema: str | None) -> Sequence[TableName]:
        """Return the tables and views of a database."""
        return [TableName(*row) for row in self._all(_TABLES, schema, _MOST_NAMES)]

    def columns(self, schema: str | None, table: str) -> Sequence[SourceColumn]:
        """Return the columns of a table."""
        native = dict(self._all(_NATIVE, schema, table))
        with self._run(_select(TableOf(schema, table)) + " LIMIT 0") as cursor:
            fields = list(cursor._result.fields)  # noqa: SLF001 — the description lacks flags and character sets
        return [SourceColumn(one.name, kind_of(one).type, native.get(one.name, "")) for one in fields]

    def rows(self, statement: Statement, limit: int | None = None) -> Rows:
        """Run *statement*."""
        query = _select(statement)
        if isinstance(statement, Sql):
            if not query.lstrip().lower().startswith(_READS):
                raise StatementFailed(Failure.NOT_A_SELECT)
            query = f"SELECT * FROM (\n{query}\n) AS q"
        query += f" LIMIT {limit:d}" if limit is not None else ""
        cursor = self._started(query, *(statement.values if isinstance(statement, Sql) else ()))
        fields = cursor._result.fields  # noqa: SLF001 — as above
        kinds = [kind_of(one) for one in fields]
        schema = named([one.name for one in fields], [kind.arrow for kind in kinds])
        return Rows(schema, _batches(cursor, kinds, schema))

    def write(self, statement: Write) -> int:
        """Run *statement* in a transaction of its own; it is done when the server said so."""
        if not is_one_write(statement.text):
            raise StatementFailed(Failure.NOT_A_WRITE)
        self._running = cursor = self._connection.cursor()
        with _told():
            self._settle(cursor)
            cursor.execute("START TRANSACTION")
            met = int(cursor.execute(statement.text, [_sent(value) for value in statement.values] or None))
            cursor.execute("COMMIT")
        return met

    def cancel(self) -> None:
        """End what runs now."""
        self._connection.drop()

    def close(self) -> None:
        """Leave; rows that were not read are not waited for."""
        self._connection.drop()
        if self._running is not None and self._running._result is not None:  # noqa: SLF001 — as above
            self._running._result.unbuffered_active = False  # noqa: SLF001
        with suppress(err.Error, OSError):
            self._connection._force_close()  # noqa: SLF001 — close() would read the rest

    def _all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        size = 0
        with self._run(query, *values) as cursor, _told():
            while (row := cursor.fetchone()) is not None:
                found.append(row)
                size += sum(len(value) for value in row if value is not None)
                if len(found) > _MOST_NAMES or size > _BYTES:
                    raise StatementFailed(Failure.TOO_MUCH)
        return found

    @contextmanager
    def _run(self, query: str, *values: Any) -> Iterator[Any]:
        cursor = self._started(query, *values)
        yield cursor
        with _told():
            cursor.close()

    def _started(self, query: str, *values: Any) -> Any:
        self._running = cursor = self._connection.cursor()
        with _told():
            self._begin(cursor)
            cursor.execute(query, [_sent(value) for value in values] or None)
        return cursor

    def _begin(self, cursor: Any) -> None:
        if self._is_ready:
            return
        self._settle(cursor)
        cursor.execute("START TRANSACTION READ ONLY")
        self._is_ready = True

    def _settle(self, cursor: Any) -> None:
        self._connection.patience(self._seconds + _BESIDE_S)
        is_mariadb = "mariadb" in self._connection.get_server_info().lower()
        cursor.execute("SET SESSION time_zone = '+00:00'")
        if is_mariadb:
            cursor.execute("SET SESSION max_statement_time = %s", [self._seconds])
        else:
            cursor.execute("SET SESSION max_execution_time = %s", [round(self._seconds * 1000)])


def _batches(cursor: Any, kinds: Sequence[Kind], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield the rows; a batch is full at so many rows or bytes, whichever comes first."""
    rows: list[Any] = []
    size = 0
    while True:
        with _told():
            row = cursor.fetchone()
        if row is not None:
            rows.append(row)
            size += sum(len(value) for value in row if value is not None)
        if rows and (row is None or len(rows) >= _ROWS or size >= _BYTES):
            yield _batch(rows, kinds, schema)
            rows, size = [], 0
        if row is None:
            return


def _batch(rows: Sequence[Any], kinds: Sequence[Kind], schema: pa.Schema) -> pa.RecordBatch:
    try:
        columns = [
            kind.read(values, kind.arrow) for kind, values in zip(kinds, zip(*rows, strict=True), strict=True)
        ]
    except (pa.ArrowException, UnicodeDecodeError):
        raise StatementFailed(Failure.TOO_LARGE) from None
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _select(statement: Statement) -> str:
    if isinstance(statement, Sql):
        return statement.text.strip().rstrip(";")
    chosen = "*" if statement.columns is None else ", ".join(map(_quoted, statement.columns))
    names = [part for part in (statement.schema, statement.table) if part is not None]
    return f"SELECT {chosen} FROM {'.'.join(map(_quoted, names))}"


def _sent(value: Any) -> Any:
    """Return *value* as the driver writes it rightly, in a session of UTC: it drops zones, and says 1E+2."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return Decimal(f"{value:f}") if isinstance(value, Decimal) else value


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


@contextmanager
def _told() -> Iterator[None]:
    """Say in a fixed word why the server did not answer.

    Raises:
        StatementFailed: it did not.
    """
    try:
        yield
    except err.Error as error:
        number = error.args[0] if error.args else 0
        if isinstance(error.__context__, TimeoutError):
            raise StatementFailed(Failure.TOO_SLOW) from None
        lost = Failure.DROPPED if number in _LOST else Failure.FAILED
        raise StatementFailed(_FAILURES.get(number, lost)) from None
    except (TypeError, ValueError):  # other places than values, or a value that no literal says
        raise StatementFailed(Failure.SYNTAX) from None
    except (OSError, AttributeError):  # dropped by ourselves, in the middle of a read
        raise StatementFailed(Failure.DROPPED) from None
