"""What a test of a connection comes to: steps, each with a word of a fixed set and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class StepName(StrEnum):
    """The steps of a test, in this order; of a file there are `name` and `query` only."""

    NAME = "name"
    TCP = "tcp"
    TLS = "tls"
    LOGIN = "login"
    QUERY = "query"


class Code(StrEnum):
    """What came of a step; there are no other words, and no text of the far end."""

    OK = "ok"
    UNKNOWN_NAME = "unknown-name"
    ADDRESS_REFUSED = "address-refused"
    UNREACHABLE = "unreachable"
    NO_TLS = "no-tls"
    TLS_UNTRUSTED = "tls-untrusted"
    TLS_NAME = "tls-name"
    TLS_FAILED = "tls-failed"
    LOGIN_REFUSED = "login-refused"
    LOGIN_NEEDED = "login-needed"
    LOGIN_TYPE = "login-type"
    LOGIN_UNSAFE = "login-unsafe"
    LOGIN_UNSENDABLE = "login-unsendable"
    DATABASE_UNKNOWN = "database-unknown"
    TOO_MANY = "too-many"
    TOO_SLOW = "too-slow"
    DROPPED = "dropped"
    NOT_THIS_TYPE = "not-this-type"
    FILE_MISSING = "file-missing"
    FILE_REFUSED = "file-refused"
    QUERY_FAILED = "query-failed"


HINTS: Final[Mapping[Code, str]] = {
    Code.OK: "",
    Code.UNKNOWN_NAME: "No address is known for this host. Look for a slip in its name.",
    Code.ADDRESS_REFUSED: (
        "Gatepost may not connect there. An administrator lets private addresses through under "
        "Administration, Egress."
    ),
    Code.UNREACHABLE: "Nothing answers at this host and port. The server is down, or a firewall is between.",
    Code.NO_TLS: "The server does not offer TLS. Set tls to disable only if nobody can listen on the way.",
    Code.TLS_UNTRUSTED: "Nobody trusted here signed the server's certificate. Give its CA certificate.",
    Code.TLS_NAME: "The server's certificate is for another name than this host.",
    Code.TLS_FAILED: "TLS could not be agreed on with the server.",
    Code.LOGIN_REFUSED: "The server does not accept this user with this secret.",
    Code.LOGIN_NEEDED: "The server wants a login. Choose a credential.",
    Code.LOGIN_TYPE: "Credentials of this type do not sign in here. Choose one of another type.",
    Code.LOGIN_UNSAFE: (
        "The server wants the password where others could read it on the way. Set tls to verify-full."
    ),
    Code.LOGIN_UNSENDABLE: (
        "This login holds characters that cannot be sent here, such as a line break or letters beyond ASCII. "
        "Copy it once more, without anything around it."
    ),
    Code.DATABASE_UNKNOWN: "The login is good; the server has no such database, or does not let it in there.",
    Code.TOO_MANY: "The server takes no further connections now. Try again later.",
    Code.TOO_SLOW: "The server took too long to answer.",
    Code.DROPPED: "The server closed the connection in the middle.",
    Code.NOT_THIS_TYPE: "What answers there is not of this type.",
    Code.FILE_MISSING: "There is no such file in the data folder of the organization.",
    Code.FILE_REFUSED: "The file is no database of this type, or it lies outside of the data folder.",
    Code.QUERY_FAILED: "Signing in works; the first query was refused.",
}


@dataclass(frozen=True)
class Step:
    """One step of a test: how it went, how long it took, and what may help."""

    name: StepName
    code: Code
    ms: int

    @property
    def ok(self) -> bool:
        """True when the step succeeded."""
        return self.code is Code.OK

    @property
    def hint(self) -> str:
        """What may help, from a fixed set; empty when it succeeded."""
        return HINTS[self.code]


@dataclass(frozen=True)
class Tested:
    """A test: its steps in order, up to the first that failed."""

    steps: tuple[Step, ...]

    @property
    def ok(self) -> bool:
        """True when every step succeeded."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    @property
    def code(self) -> Code:
        """What came of it: of the step that failed, or `ok`."""
        return next((step.code for step in self.steps if not step.ok), Code.OK)

    @property
    def ms(self) -> int:
        """How long all its steps took."""
        return sum(step.ms for step in self.steps)
