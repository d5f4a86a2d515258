"""What a connection is, what a call over it is made with, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.kernel.tagged import Value
from gatepost_server.vault import Credential, CredentialType

Param = str | int | bool
LARGEST_PREVIEW: Final = 100
LONGEST_NAME: Final = 100


def checked_name(name: str) -> str:
    """Return *name* without space around and twice in it.

    Raises:
        Invalid: it is empty, too long or not printable.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        fault = FieldFault("name", f"1 to {LONGEST_NAME} printable characters")
        raise Invalid("The connection cannot be called that.", faults=[fault], code="connection-invalid")
    return name


class ConnectionType(StrEnum):
    """What stands at the far end, and so what driver speaks to it."""

    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    SQLITE = "sqlite"
    DUCKDB = "duckdb"
    S3 = "s3"
    HTTP = "http"


@dataclass(frozen=True)
class Connection:
    """A connection as people see it; it never holds a secret.

    `params` are None for who may not read them; `address` (where a login goes) and `tls` (how
    it is protected on its way; None of a file too) for who may neither read nor use it. The
    `generation` counts how often that was changed. A `restricted` connection opens to people only
    (E9); over an `impersonate` one each works as themselves.
    """

    id: str
    org_id: str
    name: str
    type: ConnectionType
    params: Mapping[str, Param] | None
    address: str | None
    restricted: bool
    impersonate: bool
    created_at: datetime
    updated_at: datetime
    owner_id: str | None = None
    owner_name: str | None = None
    tls: str | None = None
    generation: int = 1


@dataclass(frozen=True)
class Association:
    """A stored credential for a connection.

    It is `attached` as long as the endpoint is the one that it was associated to. Afterwards it
    signs in no more, until its owner associates it again.
    """

    connection_id: str
    connection_name: str
    connection_type: ConnectionType
    credential: Credential
    is_attached: bool
    at: datetime


@dataclass(frozen=True)
class Separated:
    """What came of taking an association away; `is_last` when the credential has no connection left."""

    is_last: bool
    credential_deleted: bool


@dataclass(frozen=True)
class Target:
    """Where a call goes: `params` hold what the driver's allowlist names, each checked.

    A port is an int of 1 to 65535, a file of `sqlite` and `duckdb` a relative path without `..`;
    that no link leads out of the organization's folder is for whoever opens it.
    """

    org_id: str
    connection_id: str
    type: ConnectionType
    params: Mapping[str, Param]


@dataclass(frozen=True)
class StoredLogin:
    """A stored credential, by id.

    Whoever opens it asks `require_bound` in a transaction as the actor: it raises unless the
    actor may use both, and the credential is associated to the endpoint that the target names.
    """

    credential_id: str
    user: str | None = None
    """Another user name to be tried with the stored secret, by `test` only."""


@dataclass(frozen=True)
class OneTimeLogin:
    """A login of this call alone; `secret` has the fields of `vault.SHAPES[type]`."""

    type: CredentialType
    user: str
    secret: Mapping[str, Secret]


@dataclass(frozen=True)
class NoLogin:
    """No login: files, and what is open on the web."""


Login = StoredLogin | OneTimeLogin | NoLogin


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
        "Gatepost may not connect there. An administrator can let private addresses through in the settings."
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


@dataclass(frozen=True)
class TableName:
    """A table or view of a source; `schema` is None where sources have none."""

    schema: str | None
    name: str
    kind: str
    """`table` or `view`."""


@dataclass(frozen=True)
class SourceColumn:
    """A column of a source: `type` as datasets write it, `native_type` as the source calls it."""

    name: str
    type: str
    native_type: str


@dataclass(frozen=True)
class Preview:
    """The first rows of a table, as values of JSON; `truncated` when there are more."""

    columns: Sequence[SourceColumn]
    rows: Sequence[Sequence[Any]]
    truncated: bool


@dataclass(frozen=True)
class TableOf:
    """All rows of a table, or of some of its columns."""

    schema: str | None
    table: str
    columns: Sequence[str] | None = None


@dataclass(frozen=True)
class Sql:
    """One SELECT of the source's own language; `values` are bound, and are no part of the text.

    Placeholders are the driver's own: `$1` of PostgreSQL and DuckDB, `?` of SQLite, `%s` of MySQL,
    where a `%` of the text is written `%%` as soon as there are values.
    """

    text: str
    values: Sequence[Value] = ()


Statement = TableOf | Sql


@dataclass(frozen=True)
class Write:
    """One INSERT, UPDATE or DELETE; text and `values` as in `Sql`."""

    text: str
    values: Sequence[Value] = ()


TAKES_WRITES: Final = (ConnectionType.POSTGRESQL, ConnectionType.MYSQL)  # two writers would break a file


@dataclass(frozen=True)
class Bounds:
    """How much may come of a statement; what is more is refused (`Failure.TOO_MUCH`) and never cut."""

    rows: int | None = None
    bytes: int | None = None
    seconds: float | None = None
