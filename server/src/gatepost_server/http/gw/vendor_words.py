"""Refusals on the compatible path: the statuses, codes and words that vendors' clients know. Frozen."""

import re
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from gatepost_server.connections import Failure
from gatepost_server.http.gw.callers import NotFromHere
from gatepost_server.http.gw.vendor_asking import NotBodySigned
from gatepost_server.kernel.errors import (
    Denied,
    GatepostError,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from gatepost_server.signing import Answer, Refused, compatible_answer

SUCCESS: Final = "DPN-OLTP-COMMON-000"
REFUSED: Final = "DPN-OLTP-COMMON-001"
REQUEST_ID: Final = "x-ca-request-id"
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST: Final = 6000
"""Bytes of a message: some clients take no more than 16 KiB of headers."""


class NotOpen(Denied):
    """The application may not call on the compatible path: an owner has not turned that on."""

    code = "compatible-not-open"

    def __init__(self) -> None:
        super().__init__(
            "Invalid protocol HTTP unsupported: the owners of this application have not opened this path."
        )


_TOLD: Final[tuple[tuple[type[GatepostError], Answer], ...]] = (
    (TooMany, Answer(403, "T403FC", "Throttled by APP Flow Control: {detail}")),
    (TooLarge, Answer(413, "I413RL", "Request body too Large")),
    (NotOpen, Answer(403, "I403PT", "{detail}")),
    (NotFromHere, Answer(403, "A403IP", "{detail}")),
    (NotBodySigned, Answer(400, "I400MH", "Header Content-MD5 is Required")),
    (Unauthenticated, Answer(401, "A401ES", "Empty Signature")),
    # What is not there, what the application may not call and what the API does not offer read alike.
    (Denied, Answer(403, "A403NB", "The request api path {path} not bind app {app_key}")),
    (NotFound, Answer(403, "A403NB", "The request api path {path} not bind app {app_key}")),
    (Invalid, Answer(400, "I400BD", "Invalid Body or Parameter: {detail}")),
    (Unavailable, Answer(503, "S503NA", "Service Unavailable")),
    (GatepostError, Answer(500, "D500BE", "Failed To Invoke Backend Service: {detail}")),
)
"""The first family that fits says it. Statuses and codes are frozen."""
_TOO_SLOW: Final = Answer(504, "D504TO", "Async Service: the source took too long")


def answer_of(error: GatepostError, refused: Refused | None, path: str, app_key: str) -> Answer:
    """Return what a vendor's client is told of a refusal; *refused* is there when the signature is why."""
    if refused is not None and not isinstance(error, TooMany):
        return compatible_answer(refused)
    if error.params.get("failure") == Failure.TOO_SLOW:
        return _TOO_SLOW
    answer = next(one for family, one in _TOLD if isinstance(error, family))
    detail = "; ".join([error.detail, *(f"{one.field}: {one.detail}" for one in error.faults)])
    said = {"detail": detail, "path": path, "app_key": app_key}
    return answer._replace(message=answer.message.format_map(said))


def refusal(answer: Answer, request_id: str, retry_after: int | None) -> Response:
    """Return a refusal as vendors' clients read it: its words in a header, and in a body for scripts."""
    body: dict[str, Any] = {
        "code": REFUSED, "message": answer.message, "errorCode": answer.code,
        "executeContext": {"requestId": request_id},
    }  # fmt: skip
    said = _CONTROLS.sub("", answer.message.replace("\n", "#"))
    in_header = said.encode()[:_LONGEST].decode("utf-8", "ignore").encode().decode("latin-1")
    headers = {
        REQUEST_ID: request_id,
        "x-ca-error-code": answer.code,
        "x-ca-error-message": in_header,
        "cache-control": "no-store",
    }
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    return JSONResponse(body, answer.status, headers)
