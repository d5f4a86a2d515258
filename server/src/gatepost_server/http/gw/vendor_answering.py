"""Answers on the compatible path: rows in the body that vendors' clients read."""

from collections.abc import Iterator
from typing import Any, Final

import orjson
import pyarrow as pa
from starlette.responses import JSONResponse, Response

from gatepost_server.connections import Write
from gatepost_server.dataapis import Operation
from gatepost_server.http.gw.answering import KEPT, coming_rows, cut, followed, sent, total_of, written
from gatepost_server.http.gw.asking import Form
from gatepost_server.http.gw.bounding import UnderWay
from gatepost_server.http.gw.caching import Answers
from gatepost_server.http.gw.calling import Ready
from gatepost_server.http.gw.course import Course
from gatepost_server.http.gw.encoding import objects
from gatepost_server.http.gw.vendor_words import REQUEST_ID, SUCCESS

_SAFE: Final = 2**53 - 1
"""Whole numbers beyond it are sent as text: JavaScript would round them."""


def vendor_answered(made: Ready, course: Course, under_way: UnderWay, answers: Answers) -> Response:
    """Run a call and return its answer; nothing of it is kept, as it names the call.

    Raises:
        StatementFailed, BrokerSilent: the source cannot be read; says why in a word.
    """
    caller = course.gate.call.actor.principal_id or ""
    place = under_way.one_more(made.facts.node.id, caller, made.facts.definition.limits.at_once)
    headers = {**KEPT, REQUEST_ID: course.gate.call.origin.request_id}
    if isinstance(made.planned.statement, Write):
        changed = written(made, made.planned.statement, course, place, answers)
        return JSONResponse({"result": {"changed": changed}, **_end(course)}, headers=headers)
    return sent(followed(course, place, _parts(made, course)), Form.JSON, headers)


def _parts(made: Ready, course: Course) -> Iterator[bytes]:
    """Yield the answer; that it is a success is said at its end, when it is one."""
    total, limit = total_of(made, course.gate.call.house.broker), made.planned.limit
    with coming_rows(made, course) as (_, rows):
        if made.operation is Operation.GET:
            found = [one for batch in cut(rows, limit) for one in _objects(batch)]
            yield orjson.dumps({"result": found[0] if found else None, **_end(course)})
            return
        yield b'{"results":['
        is_first = True
        for batch in cut(rows, limit):
            text = orjson.dumps(_objects(batch))[1:-1]
            if text:
                yield text if is_first else b"," + text
                is_first = False
    end = _end(course) if total is None else {"totalNum": total, **_end(course)}
    yield b"]," + orjson.dumps(end)[1:]


def _end(course: Course) -> dict[str, Any]:
    request_id = course.gate.call.origin.request_id
    return {
        "code": SUCCESS, "message": "success", "sessionId": request_id,
        "executeContext": {"requestId": request_id, "executeTime": course.milliseconds},
    }  # fmt: skip


def _objects(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    return [{name: _safe(value) for name, value in row.items()} for row in objects(batch)]


def _safe(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not -_SAFE <= value <= _SAFE else value
