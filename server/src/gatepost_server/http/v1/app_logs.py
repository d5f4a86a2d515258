"""The logs of an application: their end or what was looked for as text, or a stream as they grow."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated, Final

from fastapi import Header, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from gatepost_server import apps, authn
from gatepost_server.apps import LONGEST_WORDS, MOST_LINES, AppState, LogKind, LogPart
from gatepost_server.kernel.errors import FieldFault, GatepostError, Invalid
from gatepost_server.store import raw_reader
from gatepost_server.web import ActionRouter, ApiCall
from gatepost_server.web.call import Call

router = ActionRouter(tags=["apps"])

_LOOK_S: Final = 0.3
_ASK_AGAIN: Final = 15
"""Looks between two questions whether the reader still may: about five seconds."""


class LogQuery(BaseModel):
    """Which log, how much of its end, and whether to go on with what is added.

    With `q`, which lines of all that is kept: `tail` is then the most of them.
    """

    kind: LogKind = LogKind.RUN
    tail: int = Field(200, ge=0, le=MOST_LINES)
    follow: bool = False
    q: str = Field("", max_length=LONGEST_WORDS)


@router.reads("/apps/{app_id}/logs", action="app:logs", response_class=PlainTextResponse)
def read_log(
    call: ApiCall,
    request: Request,
    app_id: str,
    wanted: Annotated[LogQuery, Query()],
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> Response:
    """Return the last lines of a log; with `follow` a stream of events, one a line.

    The stream of a build ends with the event `end` when the build does. Lines are followed by
    an `id`, the place in the log; who sends it as `Last-Event-ID` goes on there. With `q` only
    the lines that hold it, in upper or lower case, are returned: the newest `tail` of them.
    """
    if wanted.q and wanted.follow:
        raise Invalid("What is looked for is not followed.", faults=[FieldFault("q", "not with follow")])
    with call.read() as tx:
        path = apps.log_path(tx, app_id, wanted.kind, call.house.folders)
    if wanted.q:
        return _as_text(apps.lines_with(path, wanted.q, wanted.tail))
    if wanted.follow and last_event_id is not None:
        part = apps.log_since(path, last_event_id)
    else:
        part = apps.log_tail(path, wanted.tail)
    if wanted.follow:
        events = _events(call, request, app_id, wanted.kind, path, part)
        return StreamingResponse(events, media_type="text/event-stream")
    return _as_text(part.lines)


def _as_text(lines: Sequence[str]) -> Response:
    return PlainTextResponse("".join(f"{line}\n" for line in lines))


async def _events(
    call: Call, request: Request, app_id: str, kind: LogKind, path: Path, part: LogPart
) -> AsyncIterator[str]:
    looks = 0
    while not await request.is_disconnected():
        for line in part.lines:
            yield f"data: {json.dumps(line, ensure_ascii=False)}\n\n"
        if part.lines or looks == 0:
            yield f"id: {part.position}\n\n"
        is_over = looks % _ASK_AGAIN == 0 and not await run_in_threadpool(_goes_on, call, app_id, kind)
        part = await run_in_threadpool(apps.log_since, path, part.position)
        if is_over and not part.lines:
            yield "event: end\ndata: {}\n\n"
            return
        if looks % _ASK_AGAIN == 0:
            yield ": still here\n\n"
        looks += 1
        await asyncio.sleep(_LOOK_S)


def _goes_on(call: Call, app_id: str, kind: LogKind) -> bool:
    """Tell whether the reader still may, and whether more is to be expected."""
    now, credential = call.house.uow.clock.now(), call.identified.credential_id
    try:
        if credential is not None:
            with raw_reader(call.house.uow.engine) as reader:
                authn.still_good(reader, credential, ip=call.origin.ip, now=now)
        with call.read() as tx:
            apps.require_app(tx, "app:logs", app_id)
            state = apps.get_app(tx, app_id).state
    except GatepostError:
        return False
    return kind is LogKind.RUN or state is AppState.BUILDING
