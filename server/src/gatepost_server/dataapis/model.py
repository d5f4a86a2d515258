"""What a data API is: where it reads, what may be sent, what comes back, and its limits. Pure and frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

Value = str | int | float | bool | Decimal | date | time | datetime | bytes | None
"""What is bound to a statement; nothing else of a caller ever reaches a source."""

FIRST_PAGE: Final = 100
"""How many rows a page has when the caller does not say."""
MOST_PAGE_ROWS: Final = 1_000_000
MOST_TOTAL_ROWS: Final = 100_000_000
MOST_SECONDS: Final = 300
MOST_CACHE_SECONDS: Final = 86_400
MOST_CALLS_PER_MINUTE: Final = 1_000_000
MOST_AT_ONCE: Final = 1000
MOST_WRITTEN_ROWS: Final = 1000


class Operation(StrEnum):
    """What a call does; of an API on SQL only the first two."""

    LIST = "list"
    GET = "get"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"

    @property
    def is_writing(self) -> bool:
        """True for what changes rows of the source."""
        return self not in (Operation.LIST, Operation.GET)


class Stage(StrEnum):
    """Which version a call means: the one that is worked on, or the one that is published."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class ParameterType(StrEnum):
    """What a parameter takes; as datasets write it."""

    STRING = "string"
    INTEGER = "integer"
    DOUBLE = "double"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    TIMESTAMP_TZ = "timestamp_tz"

    @property
    def is_number(self) -> bool:
        """True for what has a size."""
        return self in (ParameterType.INTEGER, ParameterType.DOUBLE, ParameterType.DECIMAL)


class Operator(StrEnum):
    """How a parameter of an API on a table is compared with its column."""

    EQUAL = "eq"
    NOT_EQUAL = "ne"
    LESS = "lt"
    AT_MOST = "le"
    MORE = "gt"
    AT_LEAST = "ge"
    CONTAINS = "contains"
    BEGINS = "begins"


class CallerAttribute(StrEnum):
    """What of the caller a row rule compares with; never anything that the caller sends or may choose.

    Of people `name` is the username, and `email` the address that they were given; keys and
    applications have neither.
    """

    ID = "id"
    KIND = "kind"
    NAME = "name"
    EMAIL = "email"
    ORGANIZATION = "organization"
    CLIENT_ID = "client_id"
    APP_KEY = "app_key"


@dataclass(frozen=True)
class TableSource:
    """A table or view of the connection; `schema` is None for the one that the login starts in."""

    table: str
    schema: str | None = None


@dataclass(frozen=True)
class SqlSource:
    """One SELECT with named parameters (`:name`), bound and never written into the text."""

    text: str


@dataclass(frozen=True)
class Field:
    """A column of the answer; `type` as datasets write it."""

    name: str
    type: str = "string"
    description: str = ""


@dataclass(frozen=True)
class Parameter:
    """What may be sent: its type and bounds; of an API on a table, the column it is compared with.

    `min` and `max` are of numbers, dates and times, in their written form; `max_length` of text. One that
    `is_many` takes several values, for `IN`.
    """

    name: str
    type: ParameterType = ParameterType.STRING
    required: bool = False
    min: str | None = None
    max: str | None = None
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    is_many: bool = False
    default: str | None = None
    column: str | None = None
    operator: Operator = Operator.EQUAL
    description: str = ""


@dataclass(frozen=True)
class RowRule:
    """Only rows whose column equals what is known of the caller are read, changed or made."""

    column: str
    caller_attribute: CallerAttribute


@dataclass(frozen=True)
class Ordering:
    """A field that rows are ordered by."""

    field: str
    is_down: bool = False


@dataclass(frozen=True)
class Limits:
    """What a call may cost; `cache_seconds` 0 is no cache, `calls_per_minute` and `at_once` 0 no limit.

    Calls are counted for each API and caller.
    """

    page_rows: int = 1000
    total_rows: int = 1_000_000
    seconds: int = 30
    cache_seconds: int = 0
    calls_per_minute: int = 600
    at_once: int = 20


@dataclass(frozen=True)
class Definition:
    """One version of a data API, whole: what a call of it does depends on nothing else of ours.

    `key` are the columns that tell rows apart (needed by get, update and delete of a table),
    `sortable` the fields that callers may order by, `order` how rows come when they do not say.
    """

    source: TableSource | SqlSource
    operations: frozenset[Operation] = frozenset({Operation.LIST})
    fields: tuple[Field, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    key: tuple[str, ...] = ()
    sortable: tuple[str, ...] = ()
    order: tuple[Ordering, ...] = ()
    row_rules: tuple[RowRule, ...] = ()
    limits: Limits = field(default_factory=Limits)
    needs_signed_body: bool = False

    def field_named(self, name: str) -> Field | None:
        """Return the field of that name, or None."""
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True)
class CallerFacts:
    """What row rules may compare with; None for what the caller has not."""

    id: str
    kind: str
    name: str | None = None
    email: str | None = None
    organization: str | None = None
    client_id: str | None = None
    app_key: str | None = None

    def value_of(self, attribute: CallerAttribute) -> str | None:
        """Return an attribute; None means that no row is theirs."""
        found: str | None = getattr(self, attribute.value)
        return found


@dataclass(frozen=True)
class Ask:
    """What a caller asks for, as they sent it: nothing of it is checked yet.

    `fields` None are all that are granted; `granted` None means that all fields of the API are.
    `parameters` and `rows` hold text or values of JSON. `limit` None is the first page's size.
    """

    operation: Operation
    caller: CallerFacts
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fields: Sequence[str] | None = None
    granted: frozenset[str] | None = None
    order: Sequence[Ordering] = ()
    offset: int = 0
    limit: int | None = None
    with_total: bool = False
    rows: Sequence[Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Authorization:
    """What a client application may call: an API in a stage, some fields (None: all), until when."""

    grant_id: str
    api_id: str
    api_name: str
    client_id: str
    client_name: str
    stage: Stage
    fields: tuple[str, ...] | None
    since: datetime
    until: datetime | None
    by_name: str
    api_slug: str = ""


@dataclass(frozen=True)
class Version:
    """A version of a data API; `author` is its definer, within whose rights its calls read."""

    number: int
    definition: Definition
    connection_id: str
    credential_id: str | None
    author_id: str | None
    author: str
    at: datetime
    note: str
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True)
class DataApi:
    """A data API as its reader sees it.

    `fields`, `operations` and `parameters` are those of the published version, of the one in
    development while there is none. Who may edit it sees `latest` besides: SQL, connection, rules.
    """

    id: str
    project_id: str
    project_key: str
    number: int | None
    slug: str
    name: str
    description: str
    fields: tuple[Field, ...]
    operations: tuple[Operation, ...]
    parameters: tuple[Parameter, ...]
    development_version: int | None
    production_version: int | None
    created_at: datetime
    updated_at: datetime
    owner_id: str | None = None
    owner_name: str | None = None
    latest: Version | None = None
