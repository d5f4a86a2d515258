"""Rows on their way to a caller: batch by batch, each form by itself, never all at once."""

import base64
import io
import json
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, Protocol

import orjson
import pyarrow as pa
from pyarrow import csv

from gatepost_server.http.gw.asking import Form

_AS_IT_IS: Final = (pa.types.is_integer, pa.types.is_string, pa.types.is_boolean)
_NOT_IN_CSV: Final = (pa.types.is_nested, pa.types.is_binary, pa.types.is_large_binary)


class Rows(Protocol):
    """Rows as the broker gives them."""

    @property
    def schema(self) -> pa.Schema:
        """Their columns."""
        ...

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield them."""
        ...


def encoded(form: Form, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    """Yield the bytes of rows in a form that is one thing after another (all but JSON)."""
    return _FORMS[form](schema, batches)


def json_rows(batch: pa.RecordBatch) -> bytes:
    """Return the rows of a batch as JSON objects with commas between them; empty for none."""
    return orjson.dumps(objects(batch))[1:-1]


def objects(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    """Return the rows of a batch as JSON has them, in the way of datasets."""
    names = batch.schema.names
    columns = [_column(batch.column(at)) for at in range(batch.num_columns)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _column(values: pa.Array) -> Sequence[Any]:
    found: list[Any] = values.to_pylist()
    if any(is_plain(values.type) for is_plain in _AS_IT_IS):
        return found
    return [_plain(one) for one in found]


def _plain(value: Any) -> Any:  # noqa: PLR0911 — one line per kind of value
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else str(value)


def _ndjson(_: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    for batch in batches:
        text = b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in objects(batch))
        if text:
            yield text


def _csv(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    yield (",".join(_quoted(name) for name in schema.names) + "\n").encode()
    options = csv.WriteOptions(include_header=False)
    for batch in batches:
        out = io.BytesIO()
        csv.write_csv(_flat(batch), out, options)
        yield out.getvalue()


def _flat(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Write as text what CSV has no form for: bytes, lists, decimals of any scale."""
    columns = []
    for at in range(batch.num_columns):
        column = batch.column(at)
        if any(is_odd(column.type) for is_odd in _NOT_IN_CSV):
            column = pa.array([_text(one) for one in column.to_pylist()], pa.string())
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _text(value: Any) -> str | None:
    plain = _plain(value)
    return plain if plain is None or isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _arrow(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[bytes]:
    sink = _Sink()
    with pa.ipc.new_stream(sink, schema) as writer:
        yield sink.taken()
        for batch in batches:
            writer.write_batch(batch)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Takes what a writer writes, until it is asked for."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Say that it may be written to."""
        return True

    def write(self, part: Any) -> int:
        """Keep a part."""
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        """Return what was written since it was last asked."""
        done, self._parts = b"".join(self._parts), []
        return done


_FORMS: Final[dict[Form, Callable[[pa.Schema, Iterator[pa.RecordBatch]], Iterator[bytes]]]] = {
    Form.NDJSON: _ndjson,
    Form.CSV: _csv,
    Form.ARROW: _arrow,
}
