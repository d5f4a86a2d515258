"""Writing a file of rows as one Parquet file, with the columns that a dataset has or will have."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatepost_server.kernel.errors import FieldFault
from gatepost_server.projects.errors import DataRefused
from gatepost_server.projects.intake.csv_source import CsvSource
from gatepost_server.projects.intake.fields import Field, checked, is_bad
from gatepost_server.projects.intake.json_source import JsonSource
from gatepost_server.projects.intake.sources import Source, no_columns
from gatepost_server.projects.intake.table_source import TableSource
from gatepost_server.tabular.columns import Column, Type, quoted, read_type
from gatepost_server.tabular.engine import Limits, literal, opened

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Pair = tuple[Field, Type]

_MARK: Final = "gatepost-refuses-a-value"
_FORM: Final = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
_SHOWN: Final = 40
_MOST_FAULTS: Final = 10


class Content(StrEnum):
    """The forms in which rows are sent, by content type."""

    CSV = "text/csv"
    ARROW = "application/vnd.apache.arrow.stream"
    PARQUET = "application/vnd.apache.parquet"
    NDJSON = "application/x-ndjson"
    JSON = "application/json"


@dataclass(frozen=True)
class Written:
    """A Parquet file, its columns and how many rows it has."""

    columns: Sequence[Column]
    rows: int


def write_part(
    content: Content, upload: Path, target: Path, expected: Sequence[Column] | None, limits: Limits
) -> Written:
    """Read *upload* and write its rows to *target*; with *expected* columns it must have just these.

    Raises:
        DataRefused: a line or column cannot be kept as it is; each is named.
        DataUnreadable: the file is not of its form.
        DataTooHeavy: it takes more than *limits*.
    """
    import duckdb  # noqa: PLC0415  # loaded when first used (engine.py)

    source = _source(content, upload)
    pairs: list[Pair] = []
    with opened(limits, [upload, target]) as connection:
        try:
            pairs += _paired(connection, source, expected)
            rows = _copy(connection, source, pairs, target)
        except duckdb.Error as error:
            if _MARK in str(error):
                raise DataRefused(*_faults(connection, source, pairs)) from None
            fault = source.find_fault()
            if fault is not None and not isinstance(error, duckdb.OutOfMemoryException):
                raise fault from None
            raise
    return Written([Column(field.name, str(kind)) for field, kind in pairs], rows)


def _source(content: Content, path: Path) -> Source:
    if content is Content.CSV:
        return CsvSource(path)
    if content in (Content.NDJSON, Content.JSON):
        return JsonSource(path, is_array=content is Content.JSON)
    return TableSource(path, is_arrow=content is Content.ARROW)


def _paired(
    connection: "DuckDBPyConnection", source: Source, expected: Sequence[Column] | None
) -> Sequence[Pair]:
    """Return each column with its type; those *expected* in their order, else as the file has them."""
    if expected is None:
        fields = source.fields(connection)
        if not fields:
            raise no_columns()
        return list(zip(fields, source.types(connection, fields), strict=True))
    found = {one.name: one for one in source.fields(connection)}
    wanted = {one.name: read_type(one.type) for one in expected}
    faults = [
        FieldFault(f"column {name}", "the dataset has no such column") for name in found if name not in wanted
    ]
    if not source.may_lack_columns:
        faults += [FieldFault(f"column {name}", "is missing") for name in wanted if name not in found]
    if faults:
        raise DataRefused(*faults[:_MOST_FAULTS])
    return [(found.get(name) or Field(name, "NULL"), kind) for name, kind in wanted.items()]


def _copy(connection: "DuckDBPyConnection", source: Source, pairs: Sequence[Pair], target: Path) -> int:
    values = ", ".join(
        f"CAST({checked(field, kind, _MARK)} AS {kind.sql}) AS {quoted(field.name)}" for field, kind in pairs
    )
    rows = f"SELECT {values} FROM {source.relation(connection)}"
    copy = f"COPY ({rows}) TO {literal(str(target))} ({_FORM})"
    answer = connection.execute(copy).fetchone()
    assert answer is not None, "COPY says how many"
    return int(answer[0])


def _faults(connection: "DuckDBPyConnection", source: Source, pairs: Sequence[Pair]) -> list[FieldFault]:
    """Find the first values that cannot be kept, by row and column."""
    bad = [f"CASE WHEN {is_bad(field, kind)} THEN left({field.text}, {_SHOWN}) END" for field, kind in pairs]
    numbered = (
        f"SELECT row_number() OVER () AS row, [{', '.join(bad)}] AS bad FROM {source.relation(connection)}"
    )
    found = f"SELECT row, bad FROM ({numbered}) WHERE len(list_distinct(bad)) > 0"
    query = f"{found} ORDER BY row LIMIT {_MOST_FAULTS}"
    return [
        FieldFault(f"{source.place(row)}, column {field.name}", f"“{text}” is no {kind}")
        for row, texts in connection.execute(query).fetchall()
        for (field, kind), text in zip(pairs, texts, strict=True)
        if text is not None
    ][:_MOST_FAULTS]
