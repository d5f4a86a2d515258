"""DuckDB files: opened to be read, with no way to anything besides."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import pyarrow as pa

from gatepost_server.kernel.tagged import Value
from gatepost_server.tabular.engine import literal
from gatepost_server.tabular.files.reading import Refused, limited, quoted, select_of
from gatepost_server.tabular.types import type_of

_MEMORY: Final = "512MiB"
_BATCH: Final = 20_000
_MOST_NAMES: Final = 10_000
_NO_FILE: Final = ":memory:"
_ALLOW: Final = "SET allowed_paths = [{}]"
_LOCK: Final = (
    "SET TimeZone = 'UTC'",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_TABLES: Final = """
    SELECT table_schema, table_name, CASE WHEN table_type = 'VIEW' THEN 'view' ELSE 'table' END
    FROM information_schema.tables
    WHERE table_catalog = current_database() AND table_schema = coalesce(?, 'main') ORDER BY 2 LIMIT ?"""
_SCHEMAS: Final = """
    SELECT DISTINCT table_schema FROM information_schema.tables
    WHERE table_catalog = current_database() ORDER BY 1 LIMIT ?"""


class DuckReader:
    """A DuckDB file."""

    def __init__(self, path: str) -> None:
        self._open(path, [])

    def _open(self, path: str, allowed: Sequence[str], *more: str) -> None:
        """Open *path*, run *more*, and let nothing be opened afterwards but what is *allowed*."""
        self._is_late = False
        wanted: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": _MEMORY,
            "threads": 1,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }
        with self._told():
            try:
                self._connection = duckdb.connect(path, read_only=path != _NO_FILE, config=wanted)
            except duckdb.Error:
                raise Refused("cannot-connect") from None
            for statement in (_ALLOW.format(", ".join(map(literal, allowed))), *_LOCK[:-1], *more, _LOCK[-1]):
                self._connection.execute(statement)

    def interrupt(self) -> None:
        """End what runs."""
        self._is_late = True
        self._connection.interrupt()

    def schemas(self) -> Sequence[str]:
        """Return the schemas that hold something."""
        with self._told():
            found = self._connection.execute(_SCHEMAS, [_MOST_NAMES]).fetchall()
        return [str(row[0]) for row in found]

    def tables(self, schema: str | None) -> Sequence[Sequence[str | None]]:
        """Return the tables and views of a schema."""
        with self._told():
            return self._connection.execute(_TABLES, [schema, _MOST_NAMES]).fetchall()

    def columns(self, schema: str | None, table: str) -> Sequence[Sequence[str]]:
        """Return the columns of a table."""
        query = select_of({"schema": schema, "table": table, "columns": None})
        with self._told():
            found = self._connection.sql(query)
            return [
                (name, str(type_of(kind)), str(kind))
                for name, kind in zip(found.columns, found.types, strict=True)
            ]

    def query(self, statement: Mapping[str, Any]) -> str:
        """Return the one SELECT of *statement*."""
        query = select_of(statement)
        with self._told():
            found = self._connection.extract_statements(query)
        if len(found) != 1 or found[0].type != duckdb.StatementType.SELECT:
            raise Refused("not-a-select")
        return query

    def rows(
        self, query: str, values: Sequence[Value], limit: int | None
    ) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Run *query*, each column cast to the type that datasets keep."""
        with self._told():
            found = self._connection.sql(limited(query, limit), params=list(values) or None)
            casts = ", ".join(
                f"CAST({quoted(name)} AS {type_of(kind).sql}) AS {quoted(name)}"
                for name, kind in zip(found.columns, found.types, strict=True)
            )
            reader = found.project(casts).to_arrow_reader(_BATCH)
        return reader.schema, self._batches(reader)

    def _batches(self, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        while True:
            with self._told():
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    return
            yield batch

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (duckdb.Error, pa.ArrowException, OSError, RuntimeError) as error:
            raise Refused(_word(error), is_late=self._is_late) from None


class TableReader(DuckReader):
    """A file that is one table: `rows`."""

    def __init__(self, path: str, read: str) -> None:
        try:
            self._open(_NO_FILE, [path], f"CREATE VIEW rows AS SELECT * FROM {read}({literal(path)})")
        except Refused as refused:
            raise Refused("failed", is_late=refused.is_late) from None


def _word(error: Exception) -> str:
    for kind, word in (
        (duckdb.CatalogException, "table-unknown"),
        (duckdb.BinderException, "column-unknown"),
        (duckdb.ParserException, "syntax"),
        (duckdb.InvalidInputException, "syntax"),
        (duckdb.PermissionException, "not-allowed"),
        (duckdb.OutOfMemoryException, "too-large"),
    ):
        if isinstance(error, kind):
            return word
    return "failed"
