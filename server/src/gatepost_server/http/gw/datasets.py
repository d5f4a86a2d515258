"""Datasets at the gate: read by key, session, or by an application to which one was granted."""

import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Final

from starlette.responses import Response, StreamingResponse

from gatepost_server import dataapis, projects
from gatepost_server.authz import require
from gatepost_server.dataapis import FIRST_PAGE, ApiCall, Stage
from gatepost_server.http.gw.answering import KEPT, NEXT
from gatepost_server.http.gw.asking import Asked, Form, Pairs, asked_of, place_at
from gatepost_server.http.gw.bounding import UnderWay
from gatepost_server.http.gw.callers import GateCall
from gatepost_server.http.gw.course import GONE, CallNotes
from gatepost_server.kernel.errors import Denied, FieldFault, GatepostError, Invalid, TooMany
from gatepost_server.projects import Limits, Plan, Shelf
from gatepost_server.store import Bucket, Tx, take
from gatepost_server.web.call import require_known
from gatepost_server.web.problems import status_of

_ROWS: Final = "dataset:rows"
_A_MINUTE: Final = Bucket(600, 60)
_AT_ONCE: Final = 20
_MOST: Final = 1_000_000


class SourceNotGranted(Denied):
    """The application may not read this dataset."""

    code = "dataset-not-authorized"

    def __init__(self) -> None:
        super().__init__("This application is not authorized for this dataset.")


@dataclass
class Reading:
    """One call under way, and what becomes of it in the log."""

    gate: GateCall
    notes: CallNotes
    dataset_id: str
    began: float
    rows: int | None = None
    is_ended: bool = False

    def ended(self, status: int, code: str | None = None) -> None:
        """Note how it ended, once."""
        if self.is_ended:
            return
        self.is_ended = True
        call = self.gate.call
        self.notes.add(
            ApiCall(
                self.dataset_id, call.house.uow.clock.now(), 0, Stage.PRODUCTION, "list",
                call.actor.principal_kind, call.actor.principal_id, call.actor.name[:200], call.origin.ip,
                status, code, self.rows, int((monotonic() - self.began) * 1000), call.origin.request_id,
            )
        )  # fmt: skip


def read_dataset(
    gate: GateCall, notes: CallNotes, under_way: UnderWay, ref: str, pairs: Pairs, accept: str
) -> Response:
    """Answer with the rows of a dataset, as far as its rules and the grant let them through.

    JSON comes in pages (`limit`, `next`); the other forms are all rows unless a limit is said.

    Raises:
        Hidden, ActionDenied, SourceNotGranted: there is none that the caller may know of, or read.
        Invalid: what was sent cannot be used.
        TooMany: the caller called too often within a minute, or as often as can be at a time.
        Unsigned, NotFromHere: it was signed well, and is too late, a copy, or not from a listed address.
    """
    require_known(gate.call)
    asked = _asked(pairs, accept)
    reading = Reading(gate, notes, ref[:40], monotonic())
    try:
        if gate.refused is not None:
            raise gate.refused
        limit = asked.limit or (FIRST_PAGE if asked.form is Form.JSON else None)
        with gate.call.read() as tx:
            plan = _planned(tx, gate, ref, asked, limit)
        reading.dataset_id = plan.dataset.id
        _count(gate, plan.dataset.id)
        parts = _sent(reading, partial(_again, gate, ref, asked, limit), asked, limit, under_way)
        first = next(parts, b"")
    except GatepostError as error:
        reading.ended(status_of(error), error.error_code)
        raise
    headers = dict(KEPT)
    if asked.form is not Form.JSON and limit is not None:
        headers[NEXT] = place_at(asked.offset + limit)
    return StreamingResponse(_with(first, parts), media_type=asked.form.media, headers=headers)


def _asked(pairs: Pairs, accept: str) -> Asked:
    asked = asked_of(pairs, accept, frozenset())
    ours = ("limit", "next", "fields", "format")
    faults = [FieldFault(name[:100], "no such parameter") for name, _ in pairs if name not in ours]
    if asked.limit is not None and not 1 <= asked.limit <= _MOST:
        faults.append(FieldFault("limit", f"1 to {_MOST}"))
    if asked.offset < 0:
        faults.append(FieldFault("next", "what an answer said under next"))
    if faults:
        raise Invalid("The call cannot be read.", faults=faults, code="call-invalid")
    return asked


def _planned(tx: Tx, gate: GateCall, ref: str, asked: Asked, limit: int | None) -> Plan:
    dataset_id = projects.dataset_meant(tx, ref) or ""
    require(tx, _ROWS, dataset_id)
    columns: Sequence[str] | None = asked.fields
    if gate.signed is not None:
        source = dataapis.source_of(tx, dataset_id, gate.signed.application_id)
        if source is None:
            raise SourceNotGranted
        columns = _granted(source.columns, columns)
    more = None if limit is None else limit + (1 if asked.form is Form.JSON else 0)
    return projects.plan_rows_of(tx, dataset_id, columns=columns, limit=more, offset=asked.offset)


def _granted(open_: Sequence[str] | None, wanted: Sequence[str] | None) -> Sequence[str] | None:
    if open_ is None or wanted is None:
        return open_ if wanted is None else wanted
    faults = [
        FieldFault("fields", f"unknown or not granted: {name[:100]}") for name in wanted if name not in open_
    ]
    if faults:
        raise Invalid("The call cannot be accepted.", faults=faults, code="call-invalid")
    return wanted


def _again(gate: GateCall, ref: str, asked: Asked, limit: int | None) -> Plan:
    with gate.call.read() as tx:
        return _planned(tx, gate, ref, asked, limit)


def _count(gate: GateCall, dataset_id: str) -> None:
    with gate.call.begin() as tx:
        wait = take(tx, f"{_ROWS}:{dataset_id}:{gate.call.actor.principal_id}", _A_MINUTE)
    if wait is not None:
        said = f"A dataset is read {_A_MINUTE.capacity} times a minute by a caller. Try again in {wait} s."
        raise TooMany(said, retry_after_s=wait, code="api-throttled")


def _sent(
    reading: Reading, plan: "partial[Plan]", asked: Asked, limit: int | None, under_way: UnderWay
) -> Generator[bytes]:
    call = reading.gate.call
    shelf, caller = Shelf(call.house.folders.datasets), call.actor.principal_id or ""
    limits = Limits(memory_mb=call.house.settings.dataset_memory_mb)
    form = projects.Form.NDJSON if asked.form is Form.JSON else projects.Form(asked.form.value)
    try:
        with under_way.one_more(reading.dataset_id, caller, _AT_ONCE):
            rows = projects.stream_rows(plan, shelf, form, limits)
            yield from _page(reading, rows, asked.offset, limit or _MOST) if asked.form is Form.JSON else rows
        reading.ended(200)
    except GatepostError as error:
        reading.ended(status_of(error), error.error_code)
        raise
    except Exception:
        reading.ended(500, "internal")
        raise
    finally:
        reading.ended(GONE, "caller-gone")


def _page(reading: Reading, rows: Iterator[bytes], offset: int, limit: int) -> Iterator[bytes]:
    """Yield a page of JSON from lines of it, of which one more than the page was asked for."""
    reading.rows, rest = 0, b""
    yield b'{"items":['
    seen = 0
    for chunk in rows:
        *lines, rest = (rest + chunk).split(b"\n")
        kept = [line for line in lines if line][: max(0, limit - seen)]
        if kept:
            yield (b"," if reading.rows else b"") + b",".join(kept)
            reading.rows += len(kept)
        seen += sum(1 for line in lines if line)
    if rest and seen < limit:
        yield (b"," if reading.rows else b"") + rest
        reading.rows += 1
    is_more = seen + bool(rest) > limit
    end = {"next": place_at(offset + limit) if is_more else None, "truncated": is_more}
    yield b"]," + json.dumps(end, separators=(",", ":")).encode()[1:]


def _with(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
