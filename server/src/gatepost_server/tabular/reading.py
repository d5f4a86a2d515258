"""Reading rows as a stream of bytes, in each form, some batches at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gatepost_server.tabular.columns import Column, Type, quoted, read_type
from gatepost_server.tabular.engine import Limits, literal, opened, translated
from gatepost_server.tabular.texts import as_json, as_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow import RecordBatch, Schema

_BATCH: Final = 8192


class Form(StrEnum):
    """The forms in which rows are read."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    ARROW = "arrow"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Filter:
    """Rows whose *column* has one of *values*; several filters let a row through that passes any."""

    column: str
    values: Sequence[str | int | float | bool | None]


@dataclass(frozen=True)
class Query:
    """Which rows: of *columns* (in this order), at most *limit*, that pass *filters* (None: all).

    The first *offset* of those are left out; rows come in the order in which they were written.
    """

    columns: Sequence[Column]
    limit: int | None = None
    filters: Sequence[Filter] | None = None
    known: Sequence[Column] = field(default_factory=tuple)
    offset: int = 0


def is_value_of(value: str | float | bool | None, kind: Type) -> bool:
    """Tell whether a column of *kind* can have *value*, as a filter would compare it."""
    if value is None:
        return True
    with opened(Limits()) as connection:
        query = f"SELECT TRY_CAST(? AS {kind.sql}) IS NOT NULL"
        found = connection.execute(query, [_said(value)]).fetchone()
    return bool(found and found[0])


def stream(form: Form, paths: Sequence[Path], query: Query, limits: Limits) -> Iterator[bytes]:
    """Yield the rows of the Parquet files *paths* as *form*; the first bytes may take a while.

    Raises:
        DataTooHeavy: it takes more than *limits*.
        DataUnreadable: a file is damaged.
    """
    with opened(limits, paths) as connection:
        kinds = [read_type(one.type) for one in query.columns]
        names = [one.name for one in query.columns]
        if form in (Form.JSON, Form.NDJSON):
            yield from _objects(connection, paths, query, kinds, is_array=form is Form.JSON)
            return
        texts = [
            as_text(quoted(name), kind) if form is Form.CSV else quoted(name)
            for name, kind in zip(names, kinds, strict=True)
        ]
        shown = ", ".join(f"{text} AS {quoted(name)}" for text, name in zip(texts, names, strict=True))
        reader = _reader(connection, shown, paths, query)
        yield from _encoded(form, reader.schema, reader)


def _objects(
    connection: "DuckDBPyConnection",
    paths: Sequence[Path],
    query: Query,
    kinds: Sequence[Type],
    *,
    is_array: bool,
) -> Iterator[bytes]:
    parts = ", ".join(
        f"{literal(one.name)}, {as_json(quoted(one.name), kind)}"
        for one, kind in zip(query.columns, kinds, strict=True)
    )
    reader = _reader(connection, f"CAST(json_object({parts}) AS VARCHAR) AS line", paths, query)
    between = ",\n" if is_array else "\n"
    if is_array:
        yield b"["
    is_first = True
    for batch in reader:
        lines = batch.column(0).to_pylist()
        if lines:
            yield ("" if is_first else between).encode() + between.join(lines).encode()
            is_first = False
    if is_array:
        yield b"]"
    elif not is_first:
        yield b"\n"


def rows_of(paths: Sequence[Path], query: Query) -> tuple[str, list[Any]]:
    """Return the SQL of a source of the rows that pass, for use after FROM, and its parameters."""
    values: list[Any] = []
    where = _where(query, values)
    return f"(SELECT * FROM {_rows(paths, query.known)}{where})", values  # quoted


def _reader(connection: "DuckDBPyConnection", shown: str, paths: Sequence[Path], query: Query) -> Any:
    """Start the query; its batches come as they are asked for."""
    values: list[Any] = []
    where = _where(query, values)
    rows = _rows(paths, query.known)
    limit = f" LIMIT {query.limit}" if query.limit is not None else ""
    offset = f" OFFSET {query.offset:d}" if query.offset else ""
    relation = connection.sql(f"SELECT {shown} FROM {rows}{where}{limit}{offset}", params=values)
    return relation.to_arrow_reader(_BATCH)


def _rows(paths: Sequence[Path], known: Sequence[Column]) -> str:
    if paths:
        return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"
    # A dataset without files has columns all the same.
    empty = ", ".join(f"CAST(NULL AS {read_type(one.type).sql}) AS {quoted(one.name)}" for one in known)
    return f"(SELECT {empty or 'NULL AS nothing'} LIMIT 0)"


def _where(query: Query, values: list[Any]) -> str:
    if query.filters is None:
        return ""
    kinds = {one.name: read_type(one.type) for one in query.known}
    tests = []
    for one in query.filters:
        for value in one.values:
            if value is None:
                tests.append(f"{quoted(one.column)} IS NULL")
                continue
            values.append(_said(value))
            tests.append(f"{quoted(one.column)} = CAST(? AS {kinds[one.column].sql})")
    return f" WHERE ({' OR '.join(tests) if tests else 'false'})"


def _said(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _encoded(form: Form, schema: "Schema", batches: "Iterator[RecordBatch]") -> Iterator[bytes]:
    """Write batches through the writer of *form*, yielding what it has put out after each."""
    import pyarrow as pa  # noqa: PLC0415  # like the engine, loaded when first used
    from pyarrow import csv, parquet  # noqa: PLC0415

    sink = _Sink()
    writer: Any
    if form is Form.ARROW:
        writer = pa.ipc.new_stream(sink, schema)
    elif form is Form.PARQUET:
        writer = parquet.ParquetWriter(sink, schema, compression="zstd")
    else:
        writer = csv.CSVWriter(sink, schema)
    with writer:
        yield from sink.taken()
        for batch in batches:
            with translated():
                writer.write_batch(batch)
            yield from sink.taken()
    yield from sink.taken()


class _Sink:
    """A file to write to whose bytes are taken away as they come."""

    closed = False

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._written = 0

    def write(self, data: bytes) -> int:
        """Take *data*."""
        self._chunks.append(bytes(data))
        self._written += len(data)
        return len(data)

    def taken(self) -> Iterator[bytes]:
        """Give away what has come since."""
        chunks, self._chunks = self._chunks, []
        if chunks:
            yield b"".join(chunks)

    def tell(self) -> int:
        """Return how much has come in all."""
        return self._written

    def flush(self) -> None:
        """Hold nothing back; nothing is."""

    def close(self) -> None:
        """Take no more."""
        self.closed = True

    def readable(self) -> bool:
        """Say no."""
        return False

    def writable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say no."""
        return False
