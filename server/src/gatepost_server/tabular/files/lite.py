"""SQLite files: opened to be read; what is no SELECT is denied while it is prepared."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa

from gatepost_server.kernel.tagged import Value
from gatepost_server.tabular.files.reading import Refused, limited, quoted, select_of

_BATCH: Final = 20_000
_BYTES: Final = 16 << 20
_MOST_NAMES: Final = 10_000
_LOOK_EVERY: Final = 100_000
_ALLOWED: Final = (
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE,
)  # fmt: skip
_FORBIDDEN: Final = ("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer")
_TABLES: Final = """
    SELECT NULL, name, type FROM sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name LIMIT ?"""
_KINDS: Final = ("integer", "real", "text", "blob")
_AT_ONCE: Final = 400


class SqliteReader:
    """A SQLite file, as it stands: what lies in a write-ahead log beside it is not seen."""

    def __init__(self, path: str) -> None:
        self._is_late = False
        with self._told():
            try:
                self._connection = sqlite3.connect(
                    f"file:{quote(path)}?mode=ro&immutable=1", uri=True, isolation_level=None,
                    check_same_thread=False,
                )  # fmt: skip
                for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "query_only=ON"):
                    self._connection.execute(f"PRAGMA {pragma}")
                self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            except sqlite3.Error:
                raise Refused("cannot-connect") from None
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._connection.set_authorizer(_judge)
        self._connection.set_progress_handler(lambda: int(self._is_late), _LOOK_EVERY)

    def interrupt(self) -> None:
        """End what runs."""
        self._is_late = True

    def schemas(self) -> Sequence[str]:
        """Return none: there are no schemas."""
        return []

    def tables(self, schema: str | None) -> Sequence[Sequence[str | None]]:
        """Return the tables and views."""
        _require_none(schema)
        with self._told():
            return self._connection.execute(_TABLES, [_MOST_NAMES]).fetchall()

    def columns(self, schema: str | None, table: str) -> Sequence[Sequence[str]]:
        """Return the columns of a table, by the values that are there."""
        _require_none(schema)
        found = self._typed(select_of({"schema": None, "table": table, "columns": None}))
        with self._told():
            cursor = self._connection.execute(f"PRAGMA table_xinfo({quoted(table)})")
            declared = {row[1]: row[2] for row in cursor.fetchall()}
        return [(name, type_, declared.get(name, "")) for name, type_, _ in found]

    def query(self, statement: Mapping[str, Any]) -> str:
        """Return the SELECT of *statement*."""
        _require_none(statement.get("schema"))
        return select_of(statement)

    def rows(
        self, query: str, values: Sequence[Value], limit: int | None
    ) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Run *query*; columns have the type that holds all their values."""
        bound = [_kept(value) for value in values]
        found = self._typed(limited(query, limit), bound)
        read = ", ".join(read for _, _, read in found)
        schema = pa.schema([(name, _ARROW[type_]) for name, type_, _ in found])
        counted = ", ".join(f"c{at}" for at in range(len(found)))
        with self._told():
            wanted = f"WITH q({counted}) AS (\n{limited(query, limit)}\n) SELECT {read} FROM q"
            cursor = self._connection.execute(wanted, bound)
        return schema, self._batches(cursor, schema)

    def _typed(self, query: str, bound: Sequence[Any] = ()) -> list[tuple[str, str, str]]:
        """Return name, type and expression of each column; every value of it is looked at once."""
        with self._told():
            nothing = limited(query, 0)
            cursor = self._connection.execute(nothing, bound)
            names = [one[0] for one in cursor.description]
            counted = [f"c{at}" for at in range(len(names))]
            kinds: list[int] = []
            for start in range(0, len(counted), _AT_ONCE):
                flags = ", ".join(
                    f"max(typeof({name}) = '{kind}')"
                    for name in counted[start : start + _AT_ONCE]
                    for kind in _KINDS
                )
                looked = f"WITH q({', '.join(counted)}) AS (\n{query}\n) SELECT {flags} FROM q"
                kinds += self._connection.execute(looked, bound).fetchone()
        size = len(_KINDS)
        return [
            (name, *_chosen(counted[at], *map(bool, kinds[at * size : (at + 1) * size])))
            for at, name in enumerate(names)
        ]

    def _batches(self, cursor: sqlite3.Cursor, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        while True:
            with self._told():
                rows = _some(cursor)
            if not rows:
                return
            try:
                columns = [
                    pa.array(values, one.type)
                    for values, one in zip(zip(*rows, strict=True), schema, strict=True)
                ]
            except (pa.ArrowException, UnicodeError):
                raise Refused("too-large") from None
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, UnicodeError, OverflowError) as error:
            raise Refused(_word(error), is_late=self._is_late) from None


_ARROW: Final = {
    "integer": pa.int64(),
    "double": pa.float64(),
    "string": pa.string(),
    "binary": pa.binary(),
}


def _chosen(name: str, integer: bool, real: bool, text: bool, blob: bool) -> tuple[str, str]:
    """Return the type that holds all values of a column, and how it is read."""
    if blob:
        return "binary", f"CAST({name} AS BLOB)"
    if text or not (integer or real):
        return "string", f"CAST({name} AS TEXT)"
    return ("double", f"CAST({name} AS REAL)") if real else ("integer", name)


def _judge(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    is_allowed = action in _ALLOWED and not (action == sqlite3.SQLITE_FUNCTION and second in _FORBIDDEN)
    is_harmless = action == sqlite3.SQLITE_PRAGMA and first == "table_xinfo"
    return sqlite3.SQLITE_OK if is_allowed or is_harmless else sqlite3.SQLITE_DENY


def _kept(value: Value) -> Any:
    """Return *value* as SQLite keeps such: it has no decimals, and its moments are texts in UTC."""
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)).isoformat(" ")
    return value.isoformat() if isinstance(value, (date, time)) else value


def _some(cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    """Return the next rows: so many, or so large together."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    while len(rows) < _BATCH and size < _BYTES and (row := cursor.fetchone()) is not None:
        rows.append(row)
        size += sum(len(value) for value in row if isinstance(value, (str, bytes)))
    return rows


def _require_none(schema: str | None) -> None:
    if schema is not None:
        raise Refused("table-unknown")


def _word(error: Exception) -> str:
    said = str(error)
    for part, word in (
        ("no such table", "table-unknown"),
        ("no such column", "column-unknown"),
        ("not authorized", "not-a-select"),
        ("prohibited", "not-allowed"),
        ("one statement", "syntax"),
        ("syntax error", "syntax"),
        ("bindings supplied", "syntax"),
        ("too large to convert", "too-large"),
        ("incomplete input", "syntax"),
        ("too big", "too-large"),
    ):
        if part in said:
            return word
    return "failed"
