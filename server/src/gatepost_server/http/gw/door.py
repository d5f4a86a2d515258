"""The routes below `/gw/`, and the application that serves them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gatepost_server.http.gw.answering import answered
from gatepost_server.http.gw.asking import Pairs, pairs_of
from gatepost_server.http.gw.bounding import BadSignatures, UnderWay
from gatepost_server.http.gw.caching import Answers
from gatepost_server.http.gw.callers import Arrival, Arrived, GateCall
from gatepost_server.http.gw.calling import Wanted, ready
from gatepost_server.http.gw.course import CallNotes, Course
from gatepost_server.http.gw.datasets import read_dataset
from gatepost_server.http.gw.vendor_door import present_vendor, vendor_router
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.signing import Verifier
from gatepost_server.web import ActionRouter, House, install_problems
from gatepost_server.web.problems import status_of


class CallRouter(ActionRouter):
    """Routes whose parameters each API names itself, and whose bodies have a bound of their own."""

    first = ()


router = CallRouter(tags=["calls"])


async def _called(arrived: Arrived, api: str, *, is_row: bool = False) -> Response:
    return await run_in_threadpool(_answer, arrived, api, is_row)


def _answer(arrived: Arrived, api: str, is_row: bool) -> Response:
    # Who calls and what they get is one piece of work: a thread takes it up once.
    gate, request = arrived.identified(), arrived.request
    accept, state = request.headers.get("accept", ""), request.app.state
    wanted = Wanted(api, request.method, is_row, _pairs(gate, request), accept)
    course = Course(gate, state.call_notes)
    try:
        made = ready(course, wanted)
        return answered(made, course, state.under_way, state.answers)
    except GatepostError as error:
        course.ended(status_of(error), error.error_code)
        raise


def _pairs(gate: GateCall, request: Request) -> Pairs:
    # Of a signed call nothing is read that was not read when its signature was verified.
    signed = gate.parameters
    return pairs_of(request.scope["query_string"]) if signed is None else list(signed.items())


def _rows_of(arrived: Arrived, dataset: str) -> Response:
    gate, request = arrived.identified(), arrived.request
    pairs, state = _pairs(gate, request), request.app.state
    accept = request.headers.get("accept", "")
    return read_dataset(gate, state.call_notes, state.under_way, dataset, pairs, accept)


@router.reads("/gw/datasets/{dataset}", action="dataset:rows")
async def read_rows(arrived: Arrival, dataset: str) -> Response:
    """Read rows of a dataset."""
    return await run_in_threadpool(_rows_of, arrived, dataset)


@router.reads("/gw/{api}", action="api:call")
async def read(arrived: Arrival, api: str) -> Response:
    """Read a page of rows."""
    return await _called(arrived, api)


@router.reads("/gw/{api}/row", action="api:call")
async def read_row(arrived: Arrival, api: str) -> Response:
    """Read the one row of a key."""
    return await _called(arrived, api, is_row=True)


@router.makes("/gw/{api}", action="api:call")
async def create(arrived: Arrival, api: str) -> Response:
    """Make rows, where the API offers that."""
    return await _called(arrived, api)


@router.changes("/gw/{api}", action="api:call")
async def update(arrived: Arrival, api: str) -> Response:
    """Change a row, where the API offers that."""
    return await _called(arrived, api)


@router.removes("/gw/{api}", action="api:call")
async def delete(arrived: Arrival, api: str) -> Response:
    """Delete rows, where the API offers that."""
    return await _called(arrived, api)


@router.reads("/healthz", public=True)
def healthz() -> dict[str, str]:
    """Answer as long as it runs."""
    return {"status": "ok"}


def build_calls(house: House, verifier: Verifier) -> FastAPI:
    """Return the application of calls: their routes, and a sign of life."""

    @asynccontextmanager
    async def noting(app: FastAPI) -> AsyncIterator[None]:
        notes: CallNotes = app.state.call_notes
        writing = [asyncio.create_task(one.keep_writing()) for one in (house.notes, notes)]
        yield
        for one in writing:
            one.cancel()
        await asyncio.wait(writing)

    app = FastAPI(
        title="Calls", docs_url=None, redoc_url=None, openapi_url=None, lifespan=noting,
        # A signature is for one address: nothing is sent on to another.
        redirect_slashes=False,
    )  # fmt: skip
    app.state.house, app.state.verifier = house, verifier
    app.state.call_notes = CallNotes(house.uow)
    app.state.bad_signatures, app.state.under_way = BadSignatures(), UnderWay()
    app.state.answers = Answers()
    app.include_router(router)
    app.include_router(vendor_router)

    install_problems(app, present_vendor)
    return app
