"""What the domain answers with: projects, datasets, and what is told of their data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gatepost_server.tabular.columns import Column


@dataclass(frozen=True)
class Project:
    """A project as people see it; `datasets` counts those that the caller may see."""

    id: str
    key: str
    name: str
    description: str
    created_at: datetime
    updated_at: datetime
    datasets: int = 0
    owner_id: str | None = None
    owner_name: str | None = None


@dataclass(frozen=True)
class Rule:
    """Lets *who* (a person, group or organization) see the rows whose *column* has one of *values*."""

    column: str
    values: tuple[str | int | float | bool | None, ...]
    who_id: str


@dataclass(frozen=True)
class Metadata:
    """What people say of a dataset."""

    description: str = ""
    tags: Sequence[str] = ()
    custom: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class SavedQuery:
    """The query that fills a dataset when it is refreshed; `by` is whose rights it stays within."""

    sql: str
    by: str
    saved_at: datetime


@dataclass(frozen=True)
class Dataset:
    """A dataset without its rows. `data_at` is when it was last written, None before."""

    id: str
    project_id: str
    project_key: str
    name: str
    columns: Sequence[Column]
    is_declared: bool
    impersonate: bool
    rows: int
    size: int
    created_at: datetime
    updated_at: datetime
    data_at: datetime | None
    metadata: Metadata = field(default_factory=Metadata)
    rules: Sequence[Rule] = ()
