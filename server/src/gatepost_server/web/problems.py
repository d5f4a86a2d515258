"""From the eight error families to RFC 9457, with the refusal's audit entry."""

import logging
from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from gatepost_server.audit import Refusal
from gatepost_server.authn import BadCredential
from gatepost_server.authz import TooWide
from gatepost_server.kernel.actor import ANONYMOUS, Actor, Origin
from gatepost_server.kernel.errors import (
    Conflict,
    Denied,
    FieldFault,
    GatepostError,
    Invalid,
    NotFound,
    Precondition,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unprocessable,
)
from gatepost_server.web.call import House

log = logging.getLogger(__name__)


class NoSuchRoute(NotFound):
    """No route has this address."""

    code = "no-such-route"


class WrongMethod(Invalid):
    """The route exists, the method does not."""

    code = "method-not-allowed"
    title = "Not to be asked for in this way"


class Broken(GatepostError):
    """A fault of ours; nothing was changed, the cause is in the log (500)."""

    code = "internal"
    title = "Something went wrong on our side"


_STATUS: Final[tuple[tuple[type[GatepostError], int], ...]] = (
    (TooLarge, 413),
    (Unprocessable, 422),
    (WrongMethod, 405),
    (Broken, 500),
    (Invalid, 400),
    (Unauthenticated, 401),
    (Denied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Precondition, 409),
    (TooMany, 429),
    (Unavailable, 503),
)
_DECIDED: Final = (401, 403, 404)


class ProblemBody(BaseModel):
    """A refusal as programs read it (RFC 9457, with the house's extensions)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: list[dict[str, str]] | None = None
    decision_id: str | None = None
    missing: str | None = None
    retry_after: int | None = None
    failure: str | None = None


def status_of(error: GatepostError) -> int:
    """Return the HTTP status of a refusal's family."""
    return next((status for family, status in _STATUS if isinstance(error, family)), 400)


def problem_of(error: GatepostError, request_id: str) -> ProblemBody:
    """Return *error* as a problem."""
    status = status_of(error)
    missing, failure = error.params.get("missing"), error.params.get("failure")
    return ProblemBody(
        type=f"/docs/problems#{error.error_code}",
        title=type(error).title,
        status=status,
        detail=error.detail,
        code=error.error_code,
        instance=request_id,
        errors=[{"field": fault.field, "detail": fault.detail} for fault in error.faults] or None,
        decision_id=request_id if status in _DECIDED else None,
        missing=missing if isinstance(missing, str) else None,
        retry_after=error.retry_after_s if isinstance(error, (TooMany, Unavailable)) else None,
        failure=failure if isinstance(failure, str) else None,
    )


def problem_response(error: GatepostError, request_id: str) -> Response:
    """Return *error* as an answer for programs."""
    problem = problem_of(error, request_id)
    headers: dict[str, str] = {}
    if problem.retry_after is not None:
        headers["retry-after"] = str(problem.retry_after)
    if isinstance(error, Unauthenticated):
        headers["www-authenticate"] = 'Key realm="Gatepost", Bearer realm="Gatepost"'
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        headers=headers,
        media_type="application/problem+json",
    )


Present = Callable[[Request, GatepostError], Response | None]


def install_problems(app: FastAPI, present: Present = lambda _request, _error: None) -> None:
    """Answer every refusal of *app*; *present* may answer browsers with a page instead."""

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, GatepostError)
        _note(request, error)
        error = _slowed(request, error)
        page = present(request, error)
        return page if page is not None else problem_response(error, request.state.request_id)

    def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return refused(request, invalid_from(error))

    def plain(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        answer = refused(request, _family(error))
        answer.headers.update(error.headers or {})
        return answer

    def broken(request: Request, error: Exception) -> Response:
        number = request.state.request_id
        log.error("request %s failed", number, exc_info=error)
        fault = Broken(f"Nothing was changed. Quote {number} to your administrator.")
        try:
            page = present(request, fault)
        except Exception:
            # What broke the call may break the page as well; then the plain answer has to do.
            log.exception("request %s: the page that says so failed too", number)
            page = None
        return page if page is not None else problem_response(fault, number)

    app.add_exception_handler(GatepostError, refused)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, broken)


def invalid_from(error: RequestValidationError) -> Invalid:
    """Return the faults of a malformed request, in our words."""
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return Invalid("The body is not JSON that can be read.", code="bad-request")
    faults = [_fault(one) for one in error.errors()]
    unknown = any(one["type"] == "extra_forbidden" for one in error.errors())
    return Invalid(
        "Some fields cannot be accepted.", faults=faults, code="unknown-field" if unknown else "invalid"
    )


def _fault(one: dict[str, Any]) -> FieldFault:
    place = ".".join(str(part) for part in one["loc"] if part not in ("body", "query", "path")) or "body"
    if one["type"] == "extra_forbidden":
        return FieldFault(place, "there is no such field")
    return FieldFault(place, str(one["msg"]))


def _family(error: HTTPException) -> GatepostError:
    """Return the refusal behind what the framework raised; a cause of ours is kept."""
    if isinstance(error.__cause__, GatepostError):
        return error.__cause__
    if error.status_code == 404:  # noqa: PLR2004
        return NoSuchRoute("There is nothing at this address.")
    if error.status_code == 405:  # noqa: PLR2004
        return WrongMethod("This address does not take this method.")
    return Invalid(str(error.detail), code="bad-request")


def _note(request: Request, error: GatepostError) -> None:
    """Note a refusal for the trail; it is written within a second, and no answer waits for it."""
    action = getattr(error, "action", None)
    if action is None and not _is_decision(error):
        return
    house: House = request.app.state.house
    actor: Actor = getattr(request.state, "actor", ANONYMOUS)
    origin: Origin = getattr(request.state, "origin", Origin(request.state.request_id))
    reason = error.because if isinstance(error, BadCredential) else error.error_code
    refusal = Refusal(
        action=action or f"{request.method} {request.url.path}",
        kind=getattr(error, "resource_kind", ""),
        resource_id=getattr(error, "resource_id", ""),
        reason=reason,
        missing=str(error.params.get("missing") or "") if isinstance(error, TooWide) else "",
    )
    house.notes.refused(actor, origin, refusal)


def _is_decision(error: GatepostError) -> bool:
    """Tell whether a refusal carries a decision id that can be explained: no route is no decision."""
    return isinstance(error, (Unauthenticated, Denied, NotFound)) and not isinstance(error, NoSuchRoute)


def _slowed(request: Request, error: GatepostError) -> GatepostError:
    """Tell a source of many bad credentials to wait; who has none, or a good one, is not counted."""
    if not isinstance(error, BadCredential):
        return error
    house: House = request.app.state.house
    origin: Origin | None = getattr(request.state, "origin", None)
    source = origin.ip if origin is not None else None
    if not house.bad_keys.is_too_many(source, house.uow.clock.now().timestamp()):
        return error
    return TooMany("Too many bad keys came from this address. Wait a little.", retry_after_s=60)
