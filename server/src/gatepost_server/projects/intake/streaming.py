"""Writing rows as they arrive: batch by batch into one Parquet file, none of them kept in memory."""

import errno
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatepost_server.connections import Rows
from gatepost_server.kernel.errors import FieldFault, Unavailable
from gatepost_server.projects.errors import DataRefused
from gatepost_server.projects.intake.sources import check_names, no_columns
from gatepost_server.projects.intake.writing import Written
from gatepost_server.tabular.columns import Column, Type, quoted, read_type
from gatepost_server.tabular.engine import Limits, opened
from gatepost_server.tabular.types import type_of

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema
    from pyarrow.parquet import ParquetWriter

_GROUP_ROWS: Final = 122_880
_GROUP_BYTES: Final = 64 << 20
"""So much is held at most, and one batch more: a group of rows is written when it is reached."""
_WAIT_S: Final = 0.5
_LITTLE: Final = Limits(memory_mb=64)
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class DiskFull(Unavailable):
    """There is no room for the rows; nothing was changed."""

    code = "disk-full"

    def __init__(self) -> None:
        super().__init__("The server has no room left for these rows. Nothing was changed.")


def write_stream(
    arriving: Rows,
    target: Path,
    expected: Sequence[Column] | None,
    told: Callable[[int], None],
) -> Written:
    """Write rows to *target* as they arrive; with *expected* columns the source must have just these.

    *told* is called with the rows so far, also while none come, and may raise to end it.

    Raises:
        DataRefused: the columns are others, or a value does not fit its own.
        DiskFull: there is no room.
    """
    import pyarrow as pa  # noqa: PLC0415  # like the engine, loaded when first used
    import pyarrow.parquet as pq  # noqa: PLC0415

    while not arriving.is_ready(_WAIT_S):
        told(0)
    columns = columns_of(arriving.schema)
    if expected is not None:
        columns = _held_to(columns, expected)
    kept = _kept_as([(one.name, read_type(one.type)) for one in columns])
    told(0)
    try:
        with pq.ParquetWriter(target, kept, compression="zstd", write_statistics=True) as writer:
            rows = _poured(writer, kept, arriving, told)
    except pa.ArrowInvalid:
        wrong = FieldFault("rows", "a value does not fit its column; cast it in a query")
        raise DataRefused(wrong) from None
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from None
        raise
    return Written(columns, rows)


def _poured(writer: "ParquetWriter", kept: "Schema", arriving: Rows, told: Callable[[int], None]) -> int:
    import pyarrow as pa  # noqa: PLC0415

    group: list[RecordBatch] = []
    rows, held, size = 0, 0, 0
    for arrived in _waited_for(arriving):
        if arrived is None:
            told(rows)
            continue
        batch = arrived.select(kept.names) if arrived.schema.names != kept.names else arrived
        group.append(batch if batch.schema.equals(kept) else batch.cast(kept))
        rows, held, size = rows + batch.num_rows, held + batch.num_rows, size + batch.nbytes
        if held >= _GROUP_ROWS or size >= _GROUP_BYTES:
            writer.write_table(pa.Table.from_batches(group, kept), row_group_size=held)
            group, held, size = [], 0, 0
        told(rows)
    if held:
        writer.write_table(pa.Table.from_batches(group, kept), row_group_size=held)
    return rows


def _waited_for(arriving: Rows) -> "Iterator[RecordBatch | None]":
    """Yield each batch, and None whenever a while went by without one."""
    while True:
        while not arriving.is_ready(_WAIT_S):
            yield None
        try:
            yield next(arriving)
        except StopIteration:
            return


def columns_of(schema: "Schema") -> list[Column]:
    """Return the columns that rows of an Arrow schema have as a dataset.

    Raises:
        DataRefused: two have one name, or there are none.
    """
    return [Column(name, str(kind)) for name, kind in zip(schema.names, _kinds(schema), strict=True)]


def _kinds(schema: "Schema") -> list[Type]:
    if not schema.names:
        raise no_columns()
    check_names(schema.names)
    with opened(_LITTLE) as connection:
        return [type_of(kind) for kind in connection.from_arrow(schema.empty_table()).types]


def _kept_as(columns: Sequence[tuple[str, Type]]) -> "Schema":
    """Return the one Arrow schema in which rows of these columns are kept."""
    import pyarrow as pa  # noqa: PLC0415

    cast = ", ".join(f"CAST(NULL AS {kind.sql}) AS {quoted(name)}" for name, kind in columns)
    with opened(_LITTLE) as connection:
        found: Schema = connection.sql(f"SELECT {cast}").to_arrow_table().schema
    return pa.schema([pa.field(one.name, one.type) for one in found])


def _held_to(found: Sequence[Column], expected: Sequence[Column]) -> list[Column]:
    """Return the columns in the order in which they are *expected*.

    Raises:
        DataRefused: the source has others, or of another type.
    """
    types, wanted = {one.name: one.type for one in found}, {one.name: one.type for one in expected}
    faults = [
        FieldFault(f"column {one.name}", "the dataset has no such column")
        for one in found
        if one.name not in wanted
    ]
    faults += [FieldFault(f"column {name}", "is missing") for name in wanted if name not in types]
    faults += [
        FieldFault(f"column {name}", f"is {types[name]} at the source, {kind} here")
        for name, kind in wanted.items()
        if types.get(name, kind) != kind
    ]
    if faults:
        raise DataRefused(*faults[:10])
    return list(expected)
