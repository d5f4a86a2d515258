"""The answer of a call: rows as they come, one row, or how many were changed."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from typing import Any, Final

import orjson
import pyarrow as pa
from starlette.responses import JSONResponse, Response, StreamingResponse

from gatepost_server.connections import Bounds, Broker, Sql, StoredLogin, Write, require_bound
from gatepost_server.dataapis import Operation, WriteFacts, record_failed_write, record_write
from gatepost_server.http.gw.asking import Form, place_at
from gatepost_server.http.gw.bounding import UnderWay
from gatepost_server.http.gw.caching import LARGEST, Answers, Kept, Watched
from gatepost_server.http.gw.calling import Ready
from gatepost_server.http.gw.course import GONE, Course
from gatepost_server.http.gw.encoding import Rows, encoded, json_rows, objects
from gatepost_server.kernel.errors import GatepostError, NotFound
from gatepost_server.web.problems import status_of

NEXT: Final = "x-gatepost-next"
LIMIT: Final = "x-gatepost-limit"
KEPT: Final = {"cache-control": "no-store"}


class NoSuchRow(NotFound):
    """There is no row of this key that the caller may read."""

    code = "no-such-row"

    def __init__(self) -> None:
        super().__init__("There is no such row.")


def answered(made: Ready, course: Course, under_way: UnderWay, answers: Answers) -> Response:
    """Run a call and return its answer; what goes wrong before the first row is refused whole.

    `Age` says how many seconds ago the source was asked, where the API lets answers be kept.

    Raises:
        StatementFailed, BrokerSilent: the source cannot be read; says why in a word.
        NoSuchRow: the one row that was asked for is not there.
    """
    caller = course.gate.call.actor.principal_id or ""
    place = under_way.one_more(made.facts.node.id, caller, made.facts.definition.limits.at_once)
    if isinstance(made.planned.statement, Write):
        changed = written(made, made.planned.statement, course, place, answers)
        return JSONResponse({"changed": changed}, headers=KEPT)
    headers, now = (
        {**KEPT, LIMIT: str(made.planned.limit)},
        course.gate.call.house.uow.clock.now().timestamp(),
    )
    kept = answers.find(made, now)
    if made.facts.definition.limits.cache_seconds:
        headers["age"] = str(int(now - kept.at)) if kept is not None else "0"
    if made.operation is Operation.LIST and made.asked.form is not Form.JSON:
        # Told before the last row is known: who got fewer than the limit has them all.
        headers[NEXT] = place_at(made.planned.offset + made.planned.limit)
    form = Form.JSON if made.operation is Operation.GET else made.asked.form
    if kept is not None:
        _require_bound(made, course)
        course.rows = kept.rows
        course.ended(200)
        return Response(kept.body, media_type=form.media, headers=headers)
    watched = Watched(followed(course, place, _parts(made, course)))
    return sent(_remembered(made, course, watched, answers, now), form, headers)


def sent(parts: Iterator[bytes], form: Form, headers: Mapping[str, str]) -> Response:
    """Return the answer: JSON, which cannot be read before its end, all at once unless it is large.

    What goes wrong while an answer is gathered is a refusal, and no broken answer.
    """
    if form is not Form.JSON:
        return StreamingResponse(begun(parts), media_type=form.media, headers=headers)
    first, size = [], 0
    for part in parts:
        first.append(part)
        size += len(part)
        if size > LARGEST:
            return StreamingResponse(chain(first, parts), media_type=form.media, headers=headers)
    return Response(b"".join(first), media_type=form.media, headers=headers)


def _require_bound(made: Ready, course: Course) -> None:
    """Ask what the broker asks before it signs in: whether the login may still be used there."""
    call, login = course.gate.call, made.facts.login
    if isinstance(login, StoredLogin):
        with call.house.uow.read(made.facts.definer, call.origin) as tx:
            require_bound(tx, made.target, login.credential_id)


def _remembered(
    made: Ready, course: Course, watched: Watched, answers: Answers, at: float
) -> Iterator[bytes]:
    """Yield the answer, and keep it when all of it came."""
    yield from watched
    if watched.body is not None and course.rows is not None:
        answers.keep(made, Kept(watched.body, course.rows, at))


def written(
    made: Ready, statement: Write, course: Course, place: AbstractContextManager[None], answers: Answers
) -> int:
    """Write in a *place* of the caller's, note it, and return how many rows were met."""
    with place:
        try:
            course.rows = _written(made, statement, course)
        finally:
            answers.forget(made.facts.node.id)
    course.ended(200)
    return course.rows


def _written(made: Ready, statement: Write, course: Course) -> int:
    """Write, once it stands in the trail that this is about to happen; return how many rows were met."""
    call, signed = course.gate.call, course.gate.signed
    secret_id, member_id = (None, None) if signed is None else (signed.secret_id, signed.member_id)
    facts = WriteFacts(made.facts, made.operation, made.sent, secret_id, member_id)
    with call.begin() as tx:
        record_write(tx, facts)
    try:
        return call.house.broker.write(made.facts.definer, made.target, made.facts.login, statement)
    except Exception as error:
        code = error.error_code if isinstance(error, GatepostError) else "internal"
        with call.begin() as tx:
            record_failed_write(tx, facts, code)
        raise


def followed(course: Course, place: AbstractContextManager[None], parts: Iterator[bytes]) -> Generator[bytes]:
    """Yield the answer, and note what became of the call: its rows, or that nobody waited for them."""
    try:
        with place:
            yield from parts
        course.ended(200)
    except GatepostError as error:
        course.ended(status_of(error), error.error_code)
        raise
    except Exception:
        course.ended(500, "internal")
        raise
    finally:
        course.ended(GONE, "caller-gone")


def begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Take the first part, so that what goes wrong before it is a refusal and no broken answer."""
    first = next(parts, b"")
    return chain([first], parts)


@contextmanager
def coming_rows(made: Ready, course: Course) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    """Ask the source; give the columns and the rows as they come, one more than the page if there is one."""
    statement, limit, broker = made.planned.statement, made.planned.limit, course.gate.call.house.broker
    assert isinstance(statement, Sql), "what writes was answered before"
    bounds = Bounds(rows=limit + 1, seconds=made.facts.definition.limits.seconds)
    with broker.stream(made.facts.definer, made.target, made.facts.login, statement, bounds) as coming:
        yield coming.schema, _counted(coming, course, limit)


def _parts(made: Ready, course: Course) -> Iterator[bytes]:
    total, limit = total_of(made, course.gate.call.house.broker), made.planned.limit
    with coming_rows(made, course) as (schema, rows):
        if made.operation is Operation.GET:
            yield _one(rows)
        elif made.asked.form is Form.JSON:
            yield from _page(rows, made, total)
        else:
            yield from encoded(made.asked.form, schema, cut(rows, limit))


def _counted(rows: Rows, course: Course, limit: int) -> Iterator[pa.RecordBatch]:
    course.rows = 0
    for batch in rows:
        course.rows = min(limit, course.rows + batch.num_rows)
        yield batch


def _one(rows: Iterator[pa.RecordBatch]) -> bytes:
    found = [one for batch in rows for one in objects(batch)]
    if not found:
        raise NoSuchRow
    return orjson.dumps({"item": found[0]})


def _page(rows: Iterator[pa.RecordBatch], made: Ready, total: int | None) -> Iterator[bytes]:
    limit, count, is_first = made.planned.limit, 0, True
    yield b'{"items":['
    for batch in rows:
        text = json_rows(batch.slice(0, max(0, limit - count)))
        count += batch.num_rows
        if text:
            yield text if is_first else b"," + text
            is_first = False
    is_more = count > limit
    end: dict[str, Any] = {
        "next": place_at(made.planned.offset + limit) if is_more else None,
        "truncated": is_more,
    }
    if total is not None:
        end["total"] = total
    yield b"]," + orjson.dumps(end)[1:]


def cut(rows: Iterator[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the page, and not the one more."""
    left = limit
    for batch in rows:
        if left > 0:
            yield batch.slice(0, left)
        left -= batch.num_rows


def total_of(made: Ready, broker: Broker) -> int | None:
    """Return how many rows there are on all pages, when that was asked for."""
    if made.planned.count is None:
        return None
    bounds = Bounds(rows=1, seconds=made.facts.definition.limits.seconds)
    counting = broker.stream(made.facts.definer, made.target, made.facts.login, made.planned.count, bounds)
    with counting as rows:
        return sum(int(value) for batch in rows for value in batch.column(0).to_pylist())
