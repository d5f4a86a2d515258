"""Refusals of the domain; the codes are permanent."""

from enum import StrEnum
from typing import Final

from gatepost_server.kernel.errors import Conflict, Denied, NotFound, TooMany, Unavailable


class BrokerSilent(Unavailable):
    """The process that alone opens connections does not answer."""

    code = "broker-silent"

    def __init__(self) -> None:
        super().__init__(
            "The part of Gatepost that opens data connections does not answer now. Try again soon."
        )


class KeyIsNobody(Denied):
    """Over this connection everybody works as themselves, and who asks is no person."""

    code = "key-is-nobody"

    def __init__(self, name: str) -> None:
        super().__init__(f"Over {name} everybody works as themselves. Ask as a person, not with this key.")


class Failure(StrEnum):
    """Why a statement failed; there are no other words, and no text of the far end."""

    CANNOT_CONNECT = "cannot-connect"
    LOGIN_REFUSED = "login-refused"
    TABLE_UNKNOWN = "table-unknown"
    COLUMN_UNKNOWN = "column-unknown"
    NOT_ALLOWED = "not-allowed"
    SYNTAX = "syntax"
    NOT_A_SELECT = "not-a-select"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    TOO_MUCH = "too-much"
    CONSTRAINT = "constraint"
    NOT_A_WRITE = "not-a-write"
    DROPPED = "dropped"
    CANCELLED = "cancelled"
    NOT_SUPPORTED = "not-supported"
    FAILED = "failed"


_TOLD: Final = {
    Failure.CANNOT_CONNECT: "The source cannot be reached. Test the connection to see why.",
    Failure.LOGIN_REFUSED: "The source does not accept this login.",
    Failure.TABLE_UNKNOWN: "The source has no such table or schema.",
    Failure.COLUMN_UNKNOWN: "The table has no such column.",
    Failure.NOT_ALLOWED: "The source does not let this login do that.",
    Failure.SYNTAX: "The source does not understand the query.",
    Failure.NOT_A_SELECT: "Only one query that reads (SELECT) can be run.",
    Failure.TOO_SLOW: "The source took too long.",
    Failure.TOO_LARGE: "A value or row of the source is too large.",
    Failure.TOO_MUCH: "More comes of the query than is allowed here. Ask for less of it.",
    Failure.CONSTRAINT: "The source keeps no such row: a value lacks, is there twice, or refers to nothing.",
    Failure.NOT_A_WRITE: "Only one INSERT, UPDATE or DELETE can be run.",
    Failure.DROPPED: "The source closed the connection in the middle.",
    Failure.CANCELLED: "The statement was cancelled.",
    Failure.NOT_SUPPORTED: "Sources of this type cannot do that.",
    Failure.FAILED: "The source refused the query.",
}


class StatementFailed(Conflict):
    """The far end did not answer a statement; `failure` says why, in a fixed word."""

    code = "statement-failed"

    def __init__(self, failure: Failure) -> None:
        super().__init__(_TOLD[failure], params={"failure": failure.value})
        self.failure = failure


class NotAssociated(NotFound):
    """A credential does not sign in at a connection: never did, or the endpoint is another one by now."""

    code = "credential-not-associated"

    def __init__(self) -> None:
        super().__init__(
            "This credential is not associated with the connection as it is now. Its owner can associate it."
        )


class EndpointChanged(Conflict):
    """A connection leads elsewhere since the caller looked where it leads."""

    code = "endpoint-changed"

    def __init__(self) -> None:
        super().__init__(
            "Where this connection leads was changed since you looked. Nothing was sent."
            " See where it leads now."
        )


class ChooseLogin(Conflict):
    """It was not said which login to use, and it cannot be told."""

    code = "login-needed"

    def __init__(self, *, are_several: bool) -> None:
        super().__init__(
            "Several of your credentials sign in here. Say which, by credential_id."
            if are_several
            else "Say which credential to use: none that you may use is associated with this connection."
        )


class TooManyTries(TooMany):
    """Somebody tries or looks into connections faster than a person would."""

    code = "too-many-tries"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("Too many tries of connections. Wait a little.", retry_after_s=retry_after_s)


class LoginOver(Conflict):
    """A one-time login is not held any more, or not for this."""

    code = "login-over"

    def __init__(self) -> None:
        super().__init__(
            "The one-time login is over: it is held for a quarter of an hour after its last use, for "
            "one connection. Sign in there again, or choose a stored account."
        )


class NeedsStored(Conflict):
    """Something that lasts cannot sign in with a login that does not."""

    code = "needs-stored-login"

    def __init__(self) -> None:
        super().__init__("This goes on later, so it takes a stored account and no one-time login.")
