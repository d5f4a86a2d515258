"""The eight families of refusal; every domain error is a subclass of one of them.

A domain error has a permanent kebab-case `code`, a sentence that is safe to show, and
parameters. The doors map families (never single errors) to HTTP, exit codes and vendors'
shapes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final


@dataclass(frozen=True)
class FieldFault:
    """One fault of one input field: where it is, and what to do about it."""

    field: str
    detail: str


class GatepostError(Exception):
    """Base of all refusals that are meant to be read by the caller."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "The call was refused"

    def __init__(
        self,
        detail: str,
        *,
        faults: Sequence[FieldFault] = (),
        params: Mapping[str, str | int | None] | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)
        self.params = dict(params or {})
        self.error_code = code or type(self).code


class Invalid(GatepostError):
    """The input cannot be accepted as it is (400)."""

    code = "invalid"
    title = "The input cannot be accepted"


NO_GOOD_CREDENTIAL: Final = "The request carries no valid key or session."
"""The one sentence of every 401 about credentials, whatever is wrong with them."""


class Unauthenticated(GatepostError):
    """No credential, or none that is good (401). One body for every cause."""

    code = "unauthenticated"
    title = "Sign in or send a valid key"


class Denied(GatepostError):
    """Known caller, visible thing, missing right (403)."""

    code = "denied"
    title = "You may not do this"


class NotFound(GatepostError):
    """Missing, or not to be seen by this caller (404): the two look the same."""

    code = "not-found"
    title = "Not found"


class Conflict(GatepostError):
    """The present state forbids it (409)."""

    code = "conflict"
    title = "The present state does not allow this"


class Precondition(GatepostError):
    """Something has to be turned on or done first (412 or 428 in spirit; sent as 409)."""

    code = "precondition"
    title = "Something has to be done first"


class Unprocessable(Invalid):
    """Well formed, but what it holds cannot be taken (422)."""

    code = "unprocessable"
    title = "What was sent cannot be taken"


class TooLarge(Invalid):
    """More bytes than allowed (413)."""

    code = "too-large"
    title = "Too large"


class TooMany(GatepostError):
    """A rate limit (429); `retry_after_s` says when to come back."""

    code = "too-many"
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after_s: int, code: str | None = None) -> None:
        super().__init__(detail, params={"retry_after": retry_after_s}, code=code)
        self.retry_after_s = retry_after_s


class Unavailable(GatepostError):
    """A part that is needed does not answer now (503); says when to ask again, where that is known."""

    code = "unavailable"
    title = "Not available right now"
    retry_after_s: int | None = None
