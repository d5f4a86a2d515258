"""Rows on their way out: batches for who reads them all, values of JSON for who looks."""

import base64
import math
import socket
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from gatepost_server.broker import wire
from gatepost_server.broker.drivers.ports import Rows, Session
from gatepost_server.connections import Bounds, Failure, SourceColumn, StatementFailed, TableOf


def send_rows(rows: Rows, to: socket.socket, bounds: Bounds) -> None:
    """Send *rows* batch by batch, and that they ended.

    Raises:
        StatementFailed: they are more than *bounds* allow.
    """
    count = size = 0
    wire.send(to, wire.SCHEMA, memoryview(rows.schema.serialize()))
    for batch in rows.batches:
        count, size = count + batch.num_rows, size + batch.nbytes
        if _is_beyond(count, bounds.rows) or _is_beyond(size, bounds.bytes):
            raise StatementFailed(Failure.TOO_MUCH)
        wire.send(to, wire.BATCH, memoryview(batch.serialize()))
    wire.send(to, wire.END)


def _is_beyond(found: int, most: int | None) -> bool:
    return most is not None and found > most


def preview_facts(session: Session, schema: str | None, table: str, limit: int) -> dict[str, Any]:
    """Return the first *limit* rows of a table, as they are sent."""
    columns: Sequence[SourceColumn] = session.columns(schema, table)
    rows = session.rows(TableOf(schema, table), limit + 1)
    found: list[list[Any]] = []
    for batch in rows.batches:
        found += [[_plain(value) for value in row.values()] for row in batch.to_pylist()]
    return {
        "columns": [[one.name, one.type, one.native_type] for one in columns],
        "rows": found[:limit],
        "truncated": len(found) > limit,
    }


def _plain(value: Any) -> Any:  # noqa: PLR0911 — one line per kind of value
    """Return *value* as datasets show it in JSON."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
