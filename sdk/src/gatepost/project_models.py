"""What the server answers about projects and datasets, as frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gatepost.models import Person
from gatepost.shape import Model
from gatepost.work_models import Job


@dataclass(frozen=True, kw_only=True)
class Project(Model):
    """A project; `counts` are of what one may see in it."""

    id: str
    key: str
    name: str
    description: str = ""
    owner: Person | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Column(Model):
    """A column of a dataset."""

    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class Dataset(Model):
    """A dataset without its rows; what one may not know is None."""

    id: str
    project: str
    name: str
    columns: tuple[Column, ...] | None = None
    is_declared: bool | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    impersonate: bool | None = None
    rows: int | None = None
    size: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    data_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Schema(Model):
    """The columns of a dataset."""

    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Metadata(Model):
    """What people say of a dataset."""

    description: str = ""
    tags: tuple[str, ...] = ()
    custom: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SavedQuery(Model):
    """What fills a dataset when it is refreshed, within whose rights; all None when it has no query."""

    query: str | None = None
    acts_as: str | None = None
    saved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Begun(Model):
    """The job that reads rows from a connection, and the dataset that they are for, by id."""

    job: str
    dataset: str


@dataclass(frozen=True, kw_only=True)
class Feed(Model):
    """Where a dataset's rows come from, and how reading them went; all None when from no connection.

    `failure` is the fixed word of why the latest reading failed. The name of a connection or
    credential is None for who may not see it.
    """

    connection: Mapping[str, str | None] | None = None
    credential: Mapping[str, str | None] | None = None
    schema: str | None = None
    table: str | None = None
    sql: str | None = None
    acts_as: str | None = None
    saved_at: datetime | None = None
    read_at: datetime | None = None
    next_at: datetime | None = None
    failure: str | None = None
    job: Job | None = None


@dataclass(frozen=True, kw_only=True)
class RowRule(Model):
    """Lets somebody see the rows whose column has one of the values."""

    column: str
    values: tuple[object, ...]
    who: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RowRules(Model):
    """Who sees which rows of a dataset; without a rule that names them, nobody sees any."""

    rules: tuple[RowRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Permission(Model):
    """What somebody holds on a project."""

    id: str
    to: Mapping[str, str]
    permissions: tuple[str, ...] = ()
    role: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Happening(Model):
    """Something that was done to a project or in it."""

    id: str
    at: datetime
    action: str
    actor: Mapping[str, str | None]
    resource: Mapping[str, str]
    via_key_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Exposure(Model):
    """A dataset that the people of another project may use."""

    id: str
    direction: str
    dataset: Mapping[str, str]
    from_project: str
    to_project: str
    permissions: tuple[str, ...] = ()
    until: datetime | None = None
