"""What a call may raise: one class for each family of refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True)
class FieldFault:
    """One fault of one field that was sent: where it is, and what to do about it."""

    field: str
    detail: str


class GatepostError(Exception):
    """Base of everything this library raises on purpose.

    `code` is permanent and kebab-case; `detail` is a sentence for people; `decision_id`
    (on a refused permission) can be explained by `gatepost explain`; `request_id` is what
    an administrator finds in the logs.
    """

    code: ClassVar[str] = "error"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        status: int | None = None,
        errors: Sequence[FieldFault] = (),
        decision_id: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.error_code = code or type(self).code
        self.status = status
        self.errors = tuple(errors)
        self.decision_id = decision_id
        self.request_id = request_id

    def to_json(self) -> dict[str, object]:
        """Return the error as the object that `--json` prints."""
        shown: dict[str, object] = {"code": self.error_code, "detail": self.detail, "status": self.status}
        if self.errors:
            shown["errors"] = [{"field": fault.field, "detail": fault.detail} for fault in self.errors]
        shown |= {
            name: value
            for name, value in (("decision_id", self.decision_id), ("request_id", self.request_id))
            if value is not None
        }
        return shown


class Invalid(GatepostError):
    """What was sent cannot be accepted as it is; `errors` names the fields."""

    code = "invalid"


class Unauthenticated(GatepostError):
    """No key and no login, or none that is good any more."""

    code = "unauthenticated"


class Denied(GatepostError):
    """The server knows who calls, and this caller may not do that."""

    code = "denied"


class NotFound(GatepostError):
    """The thing is missing, or this caller may not see it."""

    code = "not-found"


class Conflict(GatepostError):
    """The present state forbids it; something has to happen first."""

    code = "conflict"


class TooMany(GatepostError):
    """A rate limit; come back after `retry_after` seconds, when that is known."""

    code = "too-many"
    retry_after: int | None = None


class Unavailable(GatepostError):
    """The server, or a part that it needs, does not answer now."""

    code = "unavailable"


class Failed(GatepostError):
    """A build or a start ended in the state *failed*; `detail` holds the reason.

    `log_lines` are the last lines of the log that tells more, which is of *log_kind*.
    """

    code = "failed"
    log_kind: Literal["build", "run"] = "build"
    log_lines: Sequence[str] = ()

    def to_json(self) -> dict[str, object]:
        """Return the error with the lines of its log."""
        return {**super().to_json(), "log_kind": self.log_kind, "log_lines": list(self.log_lines)}


class UnexpectedAnswer(GatepostError):
    """The other side answered something that is not Gatepost's, or failed by itself."""

    code = "unexpected-answer"


FAMILIES: Mapping[int, type[GatepostError]] = {
    401: Unauthenticated,
    403: Denied,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    428: Conflict,
    429: TooMany,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}


def family_of(status: int) -> type[GatepostError]:
    """Return the class that stands for an HTTP *status* of 400 or more."""
    if status in FAMILIES:
        return FAMILIES[status]
    return Invalid if status < 500 else UnexpectedAnswer  # noqa: PLR2004 - HTTP's own border
