"""What a connection is, what a call over it is made with, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from gatepost_server.connections.tested import Code
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
class LastTest:
    """How trying a credential at a connection came out last: `ms` is how long all its steps took."""

    at: datetime
    code: Code
    ms: int


@dataclass(frozen=True)
class Association:
    """A stored credential for a connection.

    It is `attached` as long as the endpoint is the one that it was associated to. Afterwards it
    signs in no more, until its owner associates it again. `tested` is None when it was not tried
    there since it was associated, or since the credential was changed.
    """

    connection_id: str
    connection_name: str
    connection_type: ConnectionType
    credential: Credential
    is_attached: bool
    at: datetime
    tested: LastTest | None = None


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
class HeldLogin:
    """A one-time login that the broker holds for a while, by id; for who gave it, and for one target."""

    id: str


@dataclass(frozen=True)
class NoLogin:
    """No login: files, and what is open on the web."""


Login = StoredLogin | OneTimeLogin | HeldLogin | NoLogin

HELD: Final = "lgn"
"""What ids of logins begin with that are held: where a stored credential is named, one of them may be."""


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
