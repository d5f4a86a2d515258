"""Datasets that are filled from a data connection: from where, read again, stopped."""

from pydantic import BaseModel, Field

from gatepost_server import projects
from gatepost_server.http.v1.datasets import BegunOut, FromBody
from gatepost_server.http.v1.jobs import JobOut
from gatepost_server.http.v1.wire import Time
from gatepost_server.jobs import Job
from gatepost_server.projects import Feed
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["datasets"])
_ONE = "/projects/{project}/datasets/{dataset}"


class NamedOut(BaseModel):
    """A thing by id; its name is null for who may not see it, and when it is gone."""

    id: str
    name: str | None


class FeedOut(BaseModel):
    """Where a dataset's rows come from, and how reading them went; all null when from no connection.

    `failure` is the fixed word of why the latest reading failed, `read_at` when one last succeeded,
    `next_at` when a scenario's schedule reads it next.
    """

    connection: NamedOut | None = None
    credential: NamedOut | None = None
    schema_: str | None = Field(None, serialization_alias="schema")
    table: str | None = None
    sql: str | None = None
    acts_as: str | None = None
    saved_at: Time | None = None
    read_at: Time | None = None
    next_at: Time | None = None
    failure: str | None = None
    job: JobOut | None = None

    @classmethod
    def of(cls, found: Feed | None) -> "FeedOut":
        """Present *found*."""
        if found is None:
            return cls()
        wanted = found.wanted
        login = wanted.credential_id
        return cls(
            connection=NamedOut(id=wanted.connection_id, name=found.connection_name),
            credential=None if login is None else NamedOut(id=login, name=found.credential_name),
            schema_=wanted.schema,
            table=wanted.table,
            sql=wanted.sql,
            acts_as=found.by,
            saved_at=found.saved_at,
            read_at=found.read_at,
            next_at=found.next_at,
            failure=found.failure,
            job=None if found.job is None else JobOut.of(found.job),
        )


@router.reads(f"{_ONE}/from", action="dataset:read")
def read_feed(call: ApiCall, project: str, dataset: str) -> FeedOut:
    """Say where a dataset's rows come from: connection, credential, table or query, and when."""
    with call.read() as tx:
        return FeedOut.of(projects.read_feed(tx, project, dataset))


@router.replaces(f"{_ONE}/from", status_code=202, action="dataset:edit")
def set_feed(call: ApiCall, project: str, dataset: str, body: FromBody) -> BegunOut:
    """Let a dataset be filled from a connection, within your rights, and read it now."""
    with call.begin() as tx:
        return _begun(projects.set_feed(tx, project, dataset, body.read()))


@router.removes(f"{_ONE}/from", action="dataset:edit")
def end_feed(call: ApiCall, project: str, dataset: str) -> FeedOut:
    """Let a dataset stand by itself: its rows stay, and are read from no connection any more."""
    with call.begin() as tx:
        projects.end_feed(tx, project, dataset)
    return FeedOut()


@router.makes(f"{_ONE}/refresh", status_code=202, action="dataset:refresh")
def refresh(call: ApiCall, project: str, dataset: str) -> BegunOut:
    """Read a dataset's rows again; the former ones stay until all of the new are there."""
    with call.begin() as tx:
        return _begun(projects.refresh(tx, project, dataset))


@router.removes(f"{_ONE}/refresh", action="dataset:refresh")
def cancel_refresh(call: ApiCall, project: str, dataset: str) -> JobOut:
    """Stop reading a dataset's rows; those that it had stay."""
    with call.begin() as tx:
        return JobOut.of(projects.cancel_refresh(tx, project, dataset))


def _begun(job: Job) -> BegunOut:
    return BegunOut(job=job.id, dataset=job.subject_id or "")
