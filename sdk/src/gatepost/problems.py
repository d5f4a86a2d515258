"""Turn what a server answers instead of success into the errors of this library."""

from collections.abc import Mapping

import httpx

from gatepost.address import Address
from gatepost.errors import FieldFault, GatepostError, TooMany, Unavailable, UnexpectedAnswer, family_of

_REDIRECTS = range(300, 400)


def refusal_in(response: httpx.Response, server: Address) -> GatepostError:
    """Return the error that an unsuccessful, fully read *response* stands for."""
    if response.status_code in _REDIRECTS:
        aim = response.headers.get("location", "elsewhere")
        detail = f"{server} sends us to {aim}; give Gatepost's own address with --server or GATEPOST_SERVER."
        return UnexpectedAnswer(detail, code="redirected", status=response.status_code)
    problem = _problem_of(response)
    family = family_of(response.status_code)
    error = family(
        _text(problem, "detail") or _text(problem, "title") or _unsaid(response, server),
        code=_text(problem, "code"),
        status=response.status_code,
        errors=_faults_in(problem),
        decision_id=_text(problem, "decision_id"),
        request_id=_text(problem, "instance") or response.headers.get("x-request-id"),
    )
    if isinstance(error, TooMany):
        error.retry_after = _seconds(response.headers.get("retry-after", ""))
    return error


def no_answer(fault: httpx.HTTPError | httpx.InvalidURL, server: Address) -> Unavailable:
    """Return the error for a call that got no answer at all."""
    if isinstance(fault, httpx.TimeoutException):
        return Unavailable(f"{server} did not answer in time. Try again in a moment.", code="timeout")
    reason = str(fault) or type(fault).__name__
    detail = f"{server} cannot be reached ({reason}). Check the address and that the server runs."
    return Unavailable(detail, code="unreachable")


def _problem_of(response: httpx.Response) -> Mapping[str, object]:
    if "json" not in response.headers.get("content-type", ""):
        return {}
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, Mapping) else {}


def _unsaid(response: httpx.Response, server: Address) -> str:
    return f"{server} answered {response.status_code} {response.reason_phrase} without saying why."


def _text(problem: Mapping[str, object], name: str) -> str | None:
    value = problem.get(name)
    return value if isinstance(value, str) and value else None


def _faults_in(problem: Mapping[str, object]) -> list[FieldFault]:
    faults = problem.get("errors")
    if not isinstance(faults, list):
        return []
    return [
        FieldFault(str(fault.get("field", "")), str(fault.get("detail", "")))
        for fault in faults
        if isinstance(fault, Mapping)
    ]


def _seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
