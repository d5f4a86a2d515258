"""The compatible path: `/{list|get|create|update|delete}/{apiId}`, for clients that vendors publish."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gatepost_server.dataapis import Operation
from gatepost_server.http.gw.callers import GateCall, body_of, by_signature
from gatepost_server.http.gw.calling import ready
from gatepost_server.http.gw.course import Course
from gatepost_server.http.gw.vendor_answering import vendor_answered
from gatepost_server.http.gw.vendor_asking import VendorWants
from gatepost_server.http.gw.vendor_words import NotOpen, answer_of, refusal
from gatepost_server.instance import features
from gatepost_server.kernel.actor import ANONYMOUS
from gatepost_server.kernel.errors import GatepostError, NotFound, TooMany
from gatepost_server.signing import Answer, Profile
from gatepost_server.web import ActionRouter, House
from gatepost_server.web.call import origin_of

_FORM: Final = "application/x-www-form-urlencoded"


class VendorRouter(ActionRouter):
    """Routes whose parameters each API names itself, and whose bodies have a bound of their own."""

    first = ()


class PathOff(NotFound):
    """The instance does not offer the compatible path."""

    code = "no-such-route"

    def __init__(self) -> None:
        super().__init__(
            "There is nothing at this address: the compatible path is turned off on this server."
        )


vendor_router = VendorRouter(tags=["calls"])


def present_vendor(request: Request, error: GatepostError) -> Response | None:
    """Return a refusal in the words of vendors, of a call on the compatible path; None elsewhere."""
    if not getattr(request.state, "is_vendor", False):
        return None
    retry = error.retry_after_s if isinstance(error, TooMany) else None
    return refusal(_answer(request, error), request.state.request_id, retry)


def _answer(request: Request, error: GatepostError) -> Answer:
    refused = getattr(request.state, "refused_signature", None)
    return answer_of(error, refused, request.url.path, request.headers.get("x-ca-key", ""))


async def _called(request: Request, api: str, verb: Operation) -> Response:
    await run_in_threadpool(_require_on, request)
    request.state.is_vendor = True
    body = await body_of(request)
    return await run_in_threadpool(_served, request, body, api, verb)


def _require_on(request: Request) -> None:
    house: House = request.app.state.house
    with house.uow.read(ANONYMOUS, origin_of(request, house, "gate")) as tx:
        if not features(tx, is_managed=False).compatible_calls:
            raise PathOff


def _served(request: Request, body: bytes, api: str, verb: Operation) -> Response:
    gate = _opened(by_signature(request, body, Profile.COMPATIBLE))
    state, course = request.app.state, Course(gate, request.app.state.call_notes)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    wants = VendorWants(api, verb, gate, is_json=bool(body) and media != _FORM)
    try:
        return vendor_answered(ready(course, wants), course, state.under_way, state.answers)
    except GatepostError as error:
        course.ended(_answer(request, error).status, error.error_code)
        raise


def _opened(gate: GateCall) -> GateCall:
    """Refuse a call, once it is known whose it is, where its owners have not opened this path."""
    if gate.refused is None and gate.signed is not None and not gate.signed.is_compatible:
        return replace(gate, refused=NotOpen())
    return gate


def _route(verb: Operation) -> Callable[[Request, str], Awaitable[Response]]:
    async def call(request: Request, api: str) -> Response:
        return await _called(request, api, verb)

    call.__name__, call.__doc__ = f"vendor_{verb.value}", f"{verb.value.capitalize()} as vendors' clients do."
    return call


for _verb in Operation:
    _path = f"/{_verb.value}/{{api}}"
    vendor_router.makes(_path, action="api:call")(_route(_verb))
    if not _verb.is_writing:
        vendor_router.reads(_path, action="api:call")(_route(_verb))
