"""The answer of a call: rows as they come, one row, or how many were changed."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import pyarrow as pa
from starlette.responses import JSONResponse, Response, StreamingResponse

from gatepost_server.connections import Bounds, Broker, Sql, Write
from gatepost_server.dataapis import Operation
from gatepost_server.http.gw.asking import Form, place_at
from gatepost_server.http.gw.calling import Ready
from gatepost_server.http.gw.encoding import Rows, encoded, json_rows, objects
from gatepost_server.kernel.errors import NotFound

NEXT: Final = "x-gatepost-next"
LIMIT: Final = "x-gatepost-limit"
_KEPT: Final = {"cache-control": "no-store"}


class NoSuchRow(NotFound):
    """There is no row of this key that the caller may read."""

    code = "no-such-row"

    def __init__(self) -> None:
        super().__init__("There is no such row.")


def answered(made: Ready, broker: Broker) -> Response:
    """Run a call and return its answer; what goes wrong before the first row is refused whole.

    Raises:
        StatementFailed, BrokerSilent: the source cannot be read; says why in a word.
        NoSuchRow: the one row that was asked for is not there.
    """
    if isinstance(made.planned.statement, Write):
        count = broker.write(made.facts.definer, made.target, made.facts.login, made.planned.statement)
        return JSONResponse({"changed": count}, headers=_KEPT)
    total = _total(made, broker)
    parts = _begun(_parts(made, broker, total))
    headers = {**_KEPT, LIMIT: str(made.planned.limit)}
    if made.operation is Operation.LIST and made.asked.form is not Form.JSON:
        # Told before the last row is known: who got fewer than the limit has them all.
        headers[NEXT] = place_at(made.planned.offset + made.planned.limit)
    form = Form.JSON if made.operation is Operation.GET else made.asked.form
    return StreamingResponse(parts, media_type=form.media, headers=headers)


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Take the first part, so that what goes wrong before it is a refusal and no broken answer."""
    first = next(parts, b"")
    return chain([first], parts)


def _parts(made: Ready, broker: Broker, total: int | None) -> Iterator[bytes]:
    statement, limit = made.planned.statement, made.planned.limit
    assert isinstance(statement, Sql), "what writes was answered before"
    bounds = Bounds(rows=limit + 1, seconds=made.facts.definition.limits.seconds)
    with broker.stream(made.facts.definer, made.target, made.facts.login, statement, bounds) as rows:
        if made.operation is Operation.GET:
            yield _one(rows)
        elif made.asked.form is Form.JSON:
            yield from _page(rows, made, total)
        else:
            yield from encoded(made.asked.form, rows.schema, _cut(rows, limit))


def _one(rows: Rows) -> bytes:
    found = [one for batch in rows for one in objects(batch)]
    if not found:
        raise NoSuchRow
    return json.dumps({"item": found[0]}, separators=(",", ":"), ensure_ascii=False).encode()


def _page(rows: Rows, made: Ready, total: int | None) -> Iterator[bytes]:
    limit, count, is_first = made.planned.limit, 0, True
    yield b'{"items":['
    for batch in rows:
        text = json_rows(batch.slice(0, max(0, limit - count)))
        count += batch.num_rows
        if text:
            yield (text if is_first else f",{text}").encode()
            is_first = False
    is_more = count > limit
    end: dict[str, Any] = {
        "next": place_at(made.planned.offset + limit) if is_more else None,
        "truncated": is_more,
    }
    if total is not None:
        end["total"] = total
    yield b"]," + json.dumps(end, separators=(",", ":")).encode()[1:]


def _cut(rows: Rows, limit: int) -> Iterator[pa.RecordBatch]:
    left = limit
    for batch in rows:
        if left > 0:
            yield batch.slice(0, left)
        left -= batch.num_rows


def _total(made: Ready, broker: Broker) -> int | None:
    if made.planned.count is None:
        return None
    bounds = Bounds(rows=1, seconds=made.facts.definition.limits.seconds)
    counting = broker.stream(made.facts.definer, made.target, made.facts.login, made.planned.count, bounds)
    with counting as rows:
        return sum(int(value) for batch in rows for value in batch.column(0).to_pylist())
