"""Data connections as the server answers them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gatepost.credential_models import StoredCredential
from gatepost.models import Person
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class Connection(Model):
    """Where data lies.

    `params` are None for who may not read them; `address` and `tls`, where a login goes and how it
    is protected on its way, for who may not use it. `generation` counts how often that changed.
    """

    id: str
    name: str
    type: str
    params: Mapping[str, object] | None = None
    address: str | None = None
    tls: str | None = None
    generation: int | None = None
    restricted: bool = False
    impersonate: bool = False
    owner: Person | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LastTest(Model):
    """How trying a credential at a connection came out last; `code` is `ok`, or says what failed."""

    at: datetime | None = None
    ok: bool = False
    code: str = ""
    ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Associated(Model):
    """A stored credential of a connection; `state` is `attached`, or `detached` since it leads elsewhere.

    `tested` is None when it was not tried there since it was associated or changed.
    """

    connection: Mapping[str, object]
    credential: StoredCredential
    state: str
    associated_at: datetime | None = None
    tested: LastTest | None = None


@dataclass(frozen=True, kw_only=True)
class AppConnection(Model):
    """A data connection by the name that the code of an application has for it.

    `connection` and `credential` have `id` and `name`; they are None for who may not see them.
    With `environment` what `added_by` deploys finds the password in its environment.
    """

    name: str
    connection: Mapping[str, str] | None = None
    credential: Mapping[str, str] | None = None
    environment: bool = False
    added_by: str = ""
    added_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Separated(Model):
    """That an association is gone; `is_last` when the credential has no connection left."""

    is_last: bool
    credential_deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class TestStep(Model):
    """One step of a test: name, tcp, tls, login or query."""

    name: str
    ok: bool
    ms: int = 0
    code: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Tested(Model):
    """A test; `credential_id` is what was stored after it, `login_id` the login that is held."""

    ok: bool
    steps: tuple[TestStep, ...]
    credential_id: str | None = None
    login_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Checked(Model):
    """How one connection of a credential came out."""

    connection: Mapping[str, object]
    ok: bool
    steps: tuple[TestStep, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Checks(Model):
    """How the connections of a credential came out; `ok` when all were tried and work.

    Each counts as a test, of which there are ten a minute: `untried` are the names of the rest.
    """

    ok: bool
    connections: tuple[Checked, ...] = ()
    untried: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SourceSchema(Model):
    """A schema of a source."""

    name: str


@dataclass(frozen=True, kw_only=True)
class SourceTable(Model):
    """A table or view of a source."""

    name: str
    kind: str = "table"
    schema: str | None = None


@dataclass(frozen=True, kw_only=True)
class SourceColumn(Model):
    """A column: its type as datasets have it, and as the source calls it."""

    name: str
    type: str
    native_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview(Model):
    """The first rows of a table; `truncated` when there are more."""

    columns: tuple[SourceColumn, ...]
    rows: tuple[tuple[object, ...], ...]
    truncated: bool = False
