"""What data APIs look like on the wire."""

from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from gatepost_server import dataapis
from gatepost_server.dataapis import (
    Authorization,
    CallerAttribute,
    DataApi,
    Definition,
    Draft,
    Limits,
    Operation,
    Operator,
    Ordering,
    Parameter,
    ParameterType,
    RowRule,
    SqlSource,
    TableSource,
    Version,
)
from gatepost_server.http.v1.sources import person
from gatepost_server.http.v1.wire import Body, Time
from gatepost_server.kernel.errors import FieldFault, Invalid

Number = int | float | str
StageName = Literal["development", "production"]


class FieldIn(Body):
    """A column that comes back; of SQL, its type where the source does not tell."""

    name: str
    type: str = ""
    description: str = ""


class ParameterIn(Body):
    """What may be sent. Of a table, `column` (its name, if not said) is compared by `operator`."""

    name: str
    type: ParameterType = ParameterType.STRING
    required: bool = False
    min: Number | None = None
    max: Number | None = None
    max_length: int | None = None
    choices: list[Number] = Field(default_factory=list, max_length=200)
    many: bool = False
    default: Number | bool | None = None
    column: str | None = None
    operator: Operator = Operator.EQUAL
    description: str = ""

    def value(self) -> Parameter:
        """Return it as a value; numbers are kept as they are written."""
        return Parameter(
            self.name, self.type, self.required, _text(self.min), _text(self.max), self.max_length,
            tuple(str(one) for one in self.choices), self.many, _text(self.default), self.column,
            self.operator, self.description,
        )  # fmt: skip


class RuleIn(Body):
    """Only rows whose column of text equals what is known of the caller, and cannot be chosen by them.

    `name` is a username and `email` an address that was given, not changed by the person: of people only.
    """

    column: str
    caller: CallerAttribute


class LimitsIn(Body):
    """What a call may cost; absent ones are the usual."""

    page_rows: int | None = None
    total_rows: int | None = None
    seconds: int | None = None
    cache_seconds: int | None = None
    calls_per_minute: int | None = None
    at_once: int | None = None


class DefinitionIn(Body):
    """Where an API reads and what it takes and gives; from a `table` of a `schema`, or from `sql`.

    Parameters of SQL are written `:name`. `operations` are list and get; create, update and delete
    of a table. `order` are fields, with a hyphen for downwards.
    """

    connection_id: str
    credential_id: str | None = None
    sql: str | None = Field(None, max_length=200_000)
    table: str | None = None
    schema_: str | None = Field(None, alias="schema")
    operations: list[Operation] = Field(default_factory=lambda: [Operation.LIST], max_length=10)
    fields: list[FieldIn] = Field(default_factory=list, max_length=1000)
    parameters: list[ParameterIn] = Field(default_factory=list, max_length=200)
    key: list[str] = Field(default_factory=list, max_length=100)
    sortable: list[str] = Field(default_factory=list, max_length=1000)
    order: list[str] = Field(default_factory=list, max_length=100)
    row_rules: list[RuleIn] = Field(default_factory=list, max_length=50)
    limits: LimitsIn = Field(default_factory=LimitsIn)
    needs_signed_body: bool = False

    def draft(self) -> Draft:
        """Return it as a draft, to be examined.

        Raises:
            Invalid: neither a table nor SQL is said, or both.
        """
        if (self.sql is None) == (self.table is None) or (self.sql is not None and self.schema_ is not None):
            raise Invalid("Where does it read?", faults=[FieldFault("table", "either table or sql")])
        source = SqlSource(self.sql) if self.sql is not None else TableSource(self.table or "", self.schema_)
        said = {name: one for name, one in self.limits.model_dump().items() if one is not None}
        return Draft(
            Definition(
                source,
                frozenset(self.operations),
                tuple(dataapis.Field(one.name, one.type, one.description) for one in self.fields),
                tuple(one.value() for one in self.parameters),
                tuple(self.key),
                tuple(self.sortable),
                tuple(ordering(one) for one in self.order),
                tuple(RowRule(one.column, one.caller) for one in self.row_rules),
                Limits(**said),
                self.needs_signed_body,
            ),
            self.connection_id,
            self.credential_id,
        )


class VersionOut(BaseModel):
    """A version whole, for who may edit the API."""

    version: int
    stages: list[str]
    connection_id: str
    credential_id: str | None
    sql: str | None
    table: str | None
    schema_: str | None = Field(serialization_alias="schema")
    operations: list[str]
    fields: list[dict[str, str]]
    parameters: list[dict[str, Any]]
    key: list[str]
    sortable: list[str]
    order: list[str]
    row_rules: list[dict[str, str]]
    limits: dict[str, int]
    needs_signed_body: bool
    author: dict[str, str] | None
    at: Time
    note: str

    @classmethod
    def of(cls, one: Version) -> Self:
        """Present *one* version."""
        kept, source = dataapis.kept(one.definition), one.definition.source
        return cls(
            version=one.number,
            stages=[stage.value for stage in one.stages],
            connection_id=one.connection_id,
            credential_id=one.credential_id,
            sql=source.text if isinstance(source, SqlSource) else None,
            table=source.table if isinstance(source, TableSource) else None,
            schema_=source.schema if isinstance(source, TableSource) else None,
            operations=kept["operations"],
            fields=kept["fields"],
            parameters=[parameter_out(each, is_whole=True) for each in one.definition.parameters],
            key=list(one.definition.key),
            sortable=list(one.definition.sortable),
            order=[("-" if by.is_down else "") + by.field for by in one.definition.order],
            row_rules=[
                {"column": rule.column, "caller": rule.caller_attribute.value}
                for rule in one.definition.row_rules
            ],
            limits=kept["limits"],
            needs_signed_body=one.definition.needs_signed_body,
            author=person(one.author_id, one.author),
            at=one.at,
            note=one.note,
        )


class DataApiOut(BaseModel):
    """A data API; `parameters` for who may call it, `latest` (SQL, connection) for who may edit it."""

    id: str
    project: str
    number: int | None
    slug: str
    name: str
    description: str
    operations: list[str]
    fields: list[dict[str, str]]
    parameters: list[dict[str, Any]]
    development_version: int | None
    production_version: int | None
    owner: dict[str, str] | None
    created_at: Time
    updated_at: Time
    latest: VersionOut | None

    @classmethod
    def of(cls, one: DataApi) -> Self:
        """Present *one* data API."""
        return cls(
            id=one.id,
            project=one.project_key,
            number=one.number,
            slug=one.slug,
            name=one.name,
            description=one.description,
            operations=[each.value for each in one.operations],
            fields=[
                {"name": each.name, "type": each.type, "description": each.description} for each in one.fields
            ],
            parameters=[parameter_out(each) for each in one.parameters],
            development_version=one.development_version,
            production_version=one.production_version,
            owner=person(one.owner_id, one.owner_name),
            created_at=one.created_at,
            updated_at=one.updated_at,
            latest=None if one.latest is None else VersionOut.of(one.latest),
        )


class AuthorizationOut(BaseModel):
    """That a client application may call an API in a stage; `fields` null are all of them."""

    id: str
    api: dict[str, str]
    client: dict[str, str]
    stage: str
    fields: list[str] | None
    since: Time
    until: Time | None
    by: str

    @classmethod
    def of(cls, one: Authorization) -> Self:
        """Present *one* authorization."""
        return cls(
            id=one.grant_id,
            api={"id": one.api_id, "name": one.api_name},
            client={"id": one.client_id, "name": one.client_name},
            stage=one.stage.value,
            fields=None if one.fields is None else list(one.fields),
            since=one.since,
            until=one.until,
            by=one.by_name,
        )


def parameter_out(one: Parameter, *, is_whole: bool = False) -> dict[str, Any]:
    """Present a parameter; the column behind it is for who may edit the API."""
    told: dict[str, Any] = {
        "name": one.name, "type": one.type.value, "required": one.required, "min": one.min, "max": one.max,
        "max_length": one.max_length, "choices": list(one.choices), "many": one.is_many,
        "default": one.default, "operator": one.operator.value, "description": one.description,
    }  # fmt: skip
    return {**told, "column": one.column} if is_whole else told


def ordering(text: str) -> Ordering:
    """Read a field of an order, with a hyphen for downwards."""
    return Ordering(text.removeprefix("-"), is_down=text.startswith("-"))


def _text(value: Number | bool | None) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
