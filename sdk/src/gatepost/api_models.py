"""Data APIs as the server answers them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gatepost.models import Person
from gatepost.shape import Model


@dataclass(frozen=True, kw_only=True)
class DataApiVersion(Model):
    """A version of a data API, whole; `author` is within whose rights its calls read."""

    version: int
    stages: Sequence[str] = ()
    connection_id: str = ""
    credential_id: str | None = None
    sql: str | None = None
    table: str | None = None
    operations: Sequence[str] = ()
    fields: Sequence[Mapping[str, Any]] = ()
    parameters: Sequence[Mapping[str, Any]] = ()
    key: Sequence[str] = ()
    sortable: Sequence[str] = ()
    order: Sequence[str] = ()
    row_rules: Sequence[Mapping[str, Any]] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
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
    operations: Sequence[str] = ()
    fields: Sequence[Mapping[str, Any]] = ()
    parameters: Sequence[Mapping[str, Any]] = ()
    development_version: int | None = None
    production_version: int | None = None
    owner: Person | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    latest: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class ApiAuthorization(Model):
    """That a client application may call a data API in a stage; `fields` None are all of them."""

    id: str
    api: Mapping[str, Any]
    client: Mapping[str, Any]
    stage: str
    fields: Sequence[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    by: str = ""
