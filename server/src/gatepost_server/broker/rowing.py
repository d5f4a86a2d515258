"""Rows on their way out: batches for who reads them all, values of JSON for who looks."""

import base64
import json
import socket
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from gatepost_server.broker import wire
from gatepost_server.broker.drivers.ports import Rows, Session
from gatepost_server.connections import Bounds, Failure, SourceColumn, StatementFailed, TableOf
from gatepost_server.tabular.plain import plain

if TYPE_CHECKING:
    from pyarrow import RecordBatch

_PREVIEW: Final = 4 << 20
_WIDEST_CELL, _LEAST_CELL = 2000, 40
_MOST_READ: Final = 48 << 20
_LARGEST_PART: Final = 64 << 20


def send_rows(rows: Rows, to: socket.socket, sending: Lock, bounds: Bounds) -> None:
    """Send *rows* batch by batch, each frame while *sending* is held; that they ended is yet to be said.

    Raises:
        StatementFailed: they are more than *bounds* allow.
    """
    count = size = 0
    with sending:
        wire.send(to, wire.SCHEMA, memoryview(rows.schema.serialize()))
    for batch in rows.batches:
        count, size = count + batch.num_rows, size + batch.nbytes
        if _is_beyond(count, bounds.rows) or _is_beyond(size, bounds.bytes):
            raise StatementFailed(Failure.TOO_MUCH)
        for part in _parts(batch):
            with sending:
                wire.send(to, wire.BATCH, memoryview(part.serialize()))


def _is_beyond(found: int, most: int | None) -> bool:
    return most is not None and found > most


def preview_facts(session: Session, schema: str | None, table: str, limit: int) -> dict[str, Any]:
    """Return the first *limit* rows of a table, as they are sent: wide cells cut, and marked where they are.

    However wide they are, they fit into an answer; rows that do not are left for who reads them all.
    """
    columns: Sequence[SourceColumn] = session.columns(schema, table)
    rows = session.rows(TableOf(schema, table), limit + 1)
    found: list[list[Any]] = []
    size = read = 0
    widest = max(_LEAST_CELL, min(_WIDEST_CELL, _PREVIEW // max(1, limit * len(columns))))
    for batch in rows.batches:
        read += batch.nbytes
        for row in _values(batch):
            found.append([_cut(value, widest) for value in row])
            size += len(json.dumps(found[-1]))
            if size > _PREVIEW or len(found) > limit:
                break
        if size > _PREVIEW or len(found) > limit or read > _MOST_READ:
            break
    is_more = len(found) > limit or size > _PREVIEW or read > _MOST_READ
    return {
        "columns": [[one.name, one.type, one.native_type] for one in columns],
        "rows": found[: limit if size <= _PREVIEW else -1],
        "truncated": is_more,
    }


def _values(batch: "RecordBatch") -> Iterator[list[Any]]:
    """Yield the rows of *batch*; columns may have the same name."""
    return map(list, zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _parts(batch: "RecordBatch") -> Iterator["RecordBatch"]:
    """Yield *batch* in parts that a reader can be expected to hold.

    Raises:
        StatementFailed: a single row is larger than that.
    """
    if batch.nbytes <= _LARGEST_PART:
        yield batch
    elif batch.num_rows == 1:
        raise StatementFailed(Failure.TOO_LARGE)
    else:
        half = batch.num_rows // 2
        yield from _parts(batch.slice(0, half))
        yield from _parts(batch.slice(half))


def _cut(value: Any, most: int) -> Any:
    """Return *value* as datasets show it in JSON, its beginning where it is too wide, and how wide it is."""
    if isinstance(value, bytes) and len(value) > most:
        return f"{base64.b64encode(value[:most]).decode()}… ({len(value)} bytes)"
    if isinstance(value, list):
        first = [_cut(one, most // 10) for one in value[: most // 10]]
        return first if len(first) == len(value) else [*first, f"… ({len(value)} values)"]
    shown = plain(value)
    if isinstance(shown, str) and len(shown) > most:
        return f"{shown[:most]}… ({len(shown)} characters)"
    return shown
