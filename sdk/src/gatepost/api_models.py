"""Data APIs as the server answers them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.models import Person
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class DataApiCall(Model):
    """A call of a data API; `code` says why it was refused, `rows` how many were sent or changed."""

    at: datetime | None = None
    version: int = 0
    stage: str = ""
    operation: str = ""
    caller: Person | None = None
    ip: str | None = None
    status: int = 0
    code: str | None = None
    rows: int | None = None
    ms: int = 0
    request_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ClientCall(Model):
    """A call that a client application made; `api` has no name for who may not know of it."""

    at: datetime | None = None
    api: Mapping[str, str | None] = field(default_factory=dict)
    version: int = 0
    stage: str = ""
    operation: str = ""
    ip: str | None = None
    status: int = 0
    code: str | None = None
    rows: int | None = None
    ms: int = 0
    request_id: str = ""


@dataclass(frozen=True, kw_only=True)
class RecentCaller(Model):
    """An address from which an application called in the last seven days, how often, and when last."""

    ip: str = ""
    calls: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DataApiVersion(Model):
    """A version of a data API, whole; `author` is within whose rights its calls read."""

    version: int
    stages: tuple[str, ...] = ()
    connection_id: str = ""
    credential_id: str | None = None
    sql: str | None = None
    table: str | None = None
    operations: tuple[str, ...] = ()
    fields: tuple[Mapping[str, object], ...] = ()
    parameters: tuple[Mapping[str, object], ...] = ()
    key: tuple[str, ...] = ()
    sortable: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    row_rules: tuple[Mapping[str, object], ...] = ()
    limits: Mapping[str, object] = field(default_factory=dict)
    needs_signed_body: bool = False
    author: Person | None = None
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DataApi(Model):
    """A data API; `latest` is for who may edit it, `parameters` for who may call it."""

    id: str
    project: str
    slug: str
    name: str
    number: int | None = None
    description: str = ""
    operations: tuple[str, ...] = ()
    fields: tuple[Mapping[str, object], ...] = ()
    parameters: tuple[Mapping[str, object], ...] = ()
    development_version: int | None = None
    production_version: int | None = None
    owner: Person | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    latest: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True)
class ApiAuthorization(Model):
    """That a client application may call a data API in a stage; `fields` None are all of them."""

    id: str
    api: Mapping[str, object]
    client: Mapping[str, object]
    stage: str
    fields: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class TriedApi(Model):
    """A call that was tried: its rows, `ms` of the source, and `sql` as it was asked, for editors."""

    version: int
    columns: tuple[Mapping[str, str], ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()
    truncated: bool = False
    ms: int = 0
    left_out: tuple[str, ...] = ()
    sql: str | None = None


@dataclass(frozen=True, kw_only=True)
class DataSource(Model):
    """That a client application may read a dataset; `columns` None are all of them."""

    id: str
    dataset: Mapping[str, str]
    client: Mapping[str, str]
    columns: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""
