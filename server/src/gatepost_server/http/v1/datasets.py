"""Datasets of a project: make, find, and what is told of them."""

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import Response
from pydantic import BaseModel, Field

from gatepost_server import projects
from gatepost_server.http.v1.wire import Body, PageOut, ReceiptOut, SortedPageQuery, Time
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects import Column, Dataset, Metadata, Named, NamedRule, Shelf, Wanted
from gatepost_server.store import Tx
from gatepost_server.web import ActionRouter, ApiCall, require_known

router = ActionRouter(tags=["datasets"])


class ColumnBody(Body):
    """A column: its name, and its type (integer, string, decimal(10,2), list<string>, …)."""

    name: str
    type: str


class SchemaBody(Body):
    """The columns of a dataset."""

    columns: list[ColumnBody] = Field(max_length=2000)

    def read(self) -> list[Column]:
        """Return the columns as the domain knows them."""
        return [Column(one.name, one.type) for one in self.columns]


class FromBody(Body):
    """A table of a data connection (and the schema it is in), or one query in the source's language.

    Without a credential it is the only one there is that the caller may use at the connection.
    """

    connection: str = Field(max_length=60)
    credential: str | None = Field(None, max_length=60)
    schema_: str | None = Field(None, alias="schema")
    table: str | None = None
    sql: str | None = None

    def read(self) -> Wanted:
        """Return it as the domain knows it."""
        return Wanted(self.connection, self.credential, self.schema_, self.table, self.sql)


class DatasetIn(Body):
    """A dataset to be made; with a schema, every write is held to it; with `from`, it is filled at once."""

    name: str
    schema_: SchemaBody | None = Field(None, alias="schema")
    impersonate: bool = False
    from_: FromBody | None = Field(None, alias="from")


class BegunOut(BaseModel):
    """The job that reads rows from a connection, and the dataset that they are for, by id."""

    job: str
    dataset: str


class DatasetChange(Body):
    """What may be changed of a dataset; absent fields stay."""

    name: str | None = None
    impersonate: bool | None = None


class MetadataBody(Body):
    """What people say of a dataset; what is left out becomes empty."""

    description: str = ""
    tags: list[str] = Field([], max_length=100)
    custom: dict[str, Any] = Field(default_factory=dict)


class WhoBody(Body):
    """A person, group or organization, by name (`gone` in answers, when it is)."""

    type: Literal["user", "group", "organization", "gone"]
    name: str


class RuleBody(Body):
    """Lets somebody see the rows whose column has one of the values."""

    column: str
    values: list[str | int | float | bool | None]
    who: WhoBody


class RulesBody(Body):
    """The row rules of a dataset."""

    rules: list[RuleBody]


class DatasetOut(BaseModel):
    """A dataset without its rows.

    `rows`, `size`, `impersonate` and the times of its data are null for who may see it, but not
    read it; `columns` and `is_declared` without READ_SCHEMA; `description` and `tags` without
    READ_METADATA.
    """

    id: str
    project: str
    name: str
    columns: list[ColumnBody] | None
    is_declared: bool | None
    description: str | None
    tags: list[str] | None
    impersonate: bool | None
    rows: int | None
    size: int | None
    created_at: Time
    updated_at: Time
    data_at: Time | None


def shown(tx: Tx, datasets: Sequence[Dataset]) -> list[DatasetOut]:
    """Present *datasets*, of each what the caller may know."""
    read, schema, metadata = (
        projects.allowed_on_datasets(tx, action, datasets)
        for action in ("dataset:read", "dataset:schema", "dataset:metadata")
    )
    return [
        _presented(one, is_read=one.id in read, has_schema=one.id in schema, has_metadata=one.id in metadata)
        for one in datasets
    ]


def _presented(one: Dataset, *, is_read: bool, has_schema: bool, has_metadata: bool) -> DatasetOut:
    return DatasetOut(
        id=one.id,
        project=one.project_key,
        name=one.name,
        columns=[ColumnBody(name=c.name, type=c.type) for c in one.columns] if has_schema else None,
        is_declared=one.is_declared if has_schema else None,
        description=one.metadata.description if has_metadata else None,
        tags=list(one.metadata.tags) if has_metadata else None,
        impersonate=one.impersonate if is_read else None,
        rows=one.rows if is_read else None,
        size=one.size if is_read else None,
        created_at=one.created_at,
        updated_at=one.updated_at,
        data_at=one.data_at if is_read else None,
    )


@router.makes(
    "/projects/{project}/datasets",
    status_code=201,
    action="project:add",
    responses={202: {"description": "Its rows are being read from a connection.", "model": BegunOut}},
)
def create_dataset(call: ApiCall, project: str, body: DatasetIn, answer: Response) -> DatasetOut | BegunOut:
    """Make a dataset without rows, or with `from` one that is filled from a connection: poll its job."""
    columns = body.schema_.read() if body.schema_ is not None else None
    if body.from_ is not None:
        with call.begin() as tx:
            wanted = body.from_.read()
            dataset, job = projects.add_from(
                tx, project, body.name, wanted, columns=columns, impersonate=body.impersonate
            )
        answer.status_code = 202
        return BegunOut(job=job.id, dataset=dataset.id)
    with call.begin() as tx:
        made = projects.create_dataset(
            tx, project, name=body.name, columns=columns, impersonate=body.impersonate
        )
        return shown(tx, [made])[0]


@router.reads("/projects/{project}/datasets", action="project:list")
def list_datasets(call: ApiCall, project: str, page: SortedPageQuery) -> PageOut[DatasetOut]:
    """List the datasets of a project that one may see."""
    with call.read() as tx:
        found = projects.list_datasets(tx, project, page)
        return PageOut(items=shown(tx, found.items), next=found.next)


@router.reads("/datasets", action="dataset:list")
def list_all_datasets(call: ApiCall, page: SortedPageQuery) -> PageOut[DatasetOut]:
    """List the datasets of all projects that one may see, also those given alone."""
    require_known(call)
    with call.read() as tx:
        found = projects.list_all_datasets(tx, page)
        return PageOut(items=shown(tx, found.items), next=found.next)


@router.reads("/projects/{project}/datasets/{dataset}", action="dataset:list")
def get_dataset(call: ApiCall, project: str, dataset: str) -> DatasetOut:
    """Return a dataset, by its name or its id."""
    with call.read() as tx:
        return shown(tx, [projects.get_dataset(tx, project, dataset)])[0]


@router.changes("/projects/{project}/datasets/{dataset}", action="dataset:edit")
def change_dataset(call: ApiCall, project: str, dataset: str, body: DatasetChange) -> DatasetOut:
    """Rename a dataset, or say whether it is read on behalf of persons only."""
    if body.name is None and body.impersonate is None:
        raise Invalid("Nothing to change.", faults=[FieldFault("body", "send name or impersonate")])
    with call.begin() as tx:
        made = projects.change_dataset(tx, project, dataset, name=body.name, impersonate=body.impersonate)
        return shown(tx, [made])[0]


@router.removes("/projects/{project}/datasets/{dataset}", action="dataset:delete")
def delete_dataset(call: ApiCall, project: str, dataset: str) -> ReceiptOut:
    """Delete a dataset with its rows."""
    with call.begin() as tx:
        projects.delete_dataset(tx, project, dataset, Shelf(call.house.folders.datasets))
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/projects/{project}/datasets/{dataset}/schema", action="dataset:schema")
def read_schema(call: ApiCall, project: str, dataset: str) -> SchemaBody:
    """Return the columns of a dataset."""
    with call.read() as tx:
        return _schema(projects.read_columns(tx, project, dataset))


@router.replaces("/projects/{project}/datasets/{dataset}/schema", action="dataset:set-schema")
def set_schema(call: ApiCall, project: str, dataset: str, body: SchemaBody) -> SchemaBody:
    """Declare the columns of a dataset; from now on every write is held to them."""
    with call.begin() as tx:
        return _schema(projects.declare_columns(tx, project, dataset, body.read()))


@router.reads("/projects/{project}/datasets/{dataset}/metadata", action="dataset:metadata")
def read_metadata(call: ApiCall, project: str, dataset: str) -> MetadataBody:
    """Return what people say of a dataset."""
    with call.read() as tx:
        return _metadata(projects.read_metadata(tx, project, dataset))


@router.replaces("/projects/{project}/datasets/{dataset}/metadata", action="dataset:describe")
def set_metadata(call: ApiCall, project: str, dataset: str, body: MetadataBody) -> MetadataBody:
    """Replace what is said of a dataset."""
    said = Metadata(body.description, tuple(body.tags), body.custom)
    with call.begin() as tx:
        return _metadata(projects.describe_dataset(tx, project, dataset, said))


@router.reads("/projects/{project}/datasets/{dataset}/rules", action="dataset:share")
def read_rules(call: ApiCall, project: str, dataset: str) -> RulesBody:
    """Return a dataset's row rules."""
    with call.read() as tx:
        return _rules(projects.read_rules(tx, project, dataset))


@router.replaces("/projects/{project}/datasets/{dataset}/rules", action="dataset:share")
def set_rules(call: ApiCall, project: str, dataset: str, body: RulesBody) -> RulesBody:
    """Replace a dataset's row rules; they count while it is read on behalf of persons."""
    rules = [
        NamedRule(one.column, tuple(one.values), Named(one.who.type, one.who.name)) for one in body.rules
    ]
    with call.begin() as tx:
        return _rules(projects.replace_rules(tx, project, dataset, rules))


def _schema(dataset: Dataset) -> SchemaBody:
    return SchemaBody(columns=[ColumnBody(name=one.name, type=one.type) for one in dataset.columns])


def _metadata(said: Metadata) -> MetadataBody:
    return MetadataBody(description=said.description, tags=list(said.tags), custom=dict(said.custom))


def _rules(rules: Sequence[NamedRule]) -> RulesBody:
    return RulesBody.model_validate(
        {
            "rules": [
                {
                    "column": one.column,
                    "values": list(one.values),
                    "who": {"type": one.who.kind, "name": one.who.name},
                }
                for one in rules
            ]
        }
    )
