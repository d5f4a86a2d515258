"""Datasets of a project: their rows, their columns, what is said of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gatepost.errors import Invalid
from gatepost.models import Receipt
from gatepost.project_models import (
    Begun,
    Dataset,
    Feed,
    Happening,
    Metadata,
    RowRule,
    RowRules,
    SavedQuery,
    Schema,
)
from gatepost.resources.grants import GrantCalls
from gatepost.shape import read
from gatepost.transport import Transport, segment
from gatepost.watched import Progress
from gatepost.work_models import Job

CONTENT: Final[Mapping[str, str]] = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": "application/vnd.apache.arrow.stream",
    ".arrows": "application/vnd.apache.arrow.stream",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".json": "application/json",
}
"""The content type of a file of rows, by the end of its name."""
FORMS: Final = ("json", "ndjson", "csv", "arrow", "parquet")


def content_type_of(file: Path) -> str:
    """Return the content type that a file's name tells.

    Raises:
        Invalid: it tells none.
    """
    found = CONTENT.get(file.suffix.lower())
    if found is None:
        raise Invalid(f"{file.name}: rows are sent as {', '.join(CONTENT)}.", code="content-type")
    return found


class DatasetCalls:
    """Calls about datasets; each is named by its project's key and its own name or id."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.grants = GrantCalls(transport, "datasets")

    def list(self, project: str, *, q: str | None = None, sort: str | None = None) -> Iterator[Dataset]:
        """Yield the datasets of a project that one may see."""
        return self._transport.pages(Dataset, _all(project), {"q": q, "sort": sort})

    def catalog(self, *, q: str | None = None, sort: str | None = None) -> Iterator[Dataset]:
        """Yield the datasets of all projects that one may see, also those given alone."""
        return self._transport.pages(Dataset, "datasets", {"q": q, "sort": sort})

    def get(self, project: str, name: str) -> Dataset:
        """Return one dataset, without its rows."""
        return self._transport.get(Dataset, _path(project, name))

    def create(
        self,
        project: str,
        name: str,
        *,
        columns: "Sequence[Mapping[str, str]] | None" = None,
        impersonate: bool = False,
    ) -> Dataset:
        """Make a dataset without rows; with *columns* (`name`, `type`) every write is held to them."""
        body: dict[str, object] = {"name": name, "impersonate": impersonate}
        if columns is not None:
            body["schema"] = {"columns": [dict(one) for one in columns]}
        return read(Dataset, self._transport.call("POST", _all(project), body=body))

    def add_from(
        self,
        project: str,
        name: str,
        connection: str,
        *,
        credential: str | None = None,
        schema: str | None = None,
        table: str | None = None,
        sql: str | None = None,
    ) -> Begun:
        """Make a dataset that is filled by a table or a query of a connection; its rows come by the job.

        Raises:
            Denied: one may not add to the project, or not use the connection or the credential.
            Conflict: several credentials sign in there, or none; or the name is taken.
        """
        said = _source(connection, credential, schema, table, sql)
        return read(Begun, self._transport.call("POST", _all(project), body={"name": name, "from": said}))

    def source(self, project: str, name: str) -> Feed:
        """Return where the rows of a dataset come from, and how reading them went."""
        return self._transport.get(Feed, f"{_path(project, name)}/from")

    def set_source(
        self,
        project: str,
        name: str,
        connection: str,
        *,
        credential: str | None = None,
        schema: str | None = None,
        table: str | None = None,
        sql: str | None = None,
    ) -> Begun:
        """Let a dataset be filled from a connection, within your rights from then on, and read it now.

        Raises:
            Conflict: it is being read, or has a saved query.
        """
        body = _source(connection, credential, schema, table, sql)
        return read(Begun, self._transport.call("PUT", f"{_path(project, name)}/from", body=body))

    def end_source(self, project: str, name: str) -> Feed:
        """Let a dataset stand by itself; its rows stay."""
        return read(Feed, self._transport.call("DELETE", f"{_path(project, name)}/from"))

    def refresh(self, project: str, name: str) -> Begun:
        """Read a dataset's rows from its connection again; the former stay until the new are there.

        Raises:
            Conflict: it is being read already, or filled from no connection.
        """
        return read(Begun, self._transport.call("POST", f"{_path(project, name)}/refresh"))

    def cancel_refresh(self, project: str, name: str) -> Job:
        """Stop reading a dataset's rows; those that it had stay.

        Raises:
            Conflict: nothing is being read.
        """
        return read(Job, self._transport.call("DELETE", f"{_path(project, name)}/refresh"))

    def put(
        self,
        project: str,
        name: str,
        file: Path,
        *,
        append: bool = False,
        content_type: str | None = None,
        progress: Progress | None = None,
    ) -> Dataset:
        """Send a file as the rows of a dataset, streamed from disk; made when there is none.

        Raises:
            Invalid: a line or column cannot be taken (each is named), or nobody knows the file's form.
        """
        kind = content_type or content_type_of(file)
        query = {"mode": "append" if append else "overwrite"}
        path = f"{_path(project, name)}/data"
        return read(Dataset, self._transport.put_file(path, kind, file, query, progress))

    @contextmanager
    def rows(
        self,
        project: str,
        name: str,
        *,
        form: str = "json",
        limit: int | None = None,
        columns: "Sequence[str] | None" = None,
    ) -> Iterator[Iterator[bytes]]:
        """Open the rows of a dataset as a stream of bytes in one of FORMS."""
        chosen = ",".join(columns) if columns is not None else None
        query = {"format": form, "limit": limit, "columns": chosen}
        with self._transport.stream(f"{_path(project, name)}/data", query) as response:
            yield response.iter_bytes()

    def schema(self, project: str, name: str) -> Schema:
        """Return the columns of a dataset."""
        return self._transport.get(Schema, f"{_path(project, name)}/schema")

    def set_schema(self, project: str, name: str, columns: "Sequence[Mapping[str, str]]") -> Schema:
        """Declare the columns of a dataset; from now on every write is held to them."""
        body = {"columns": [dict(one) for one in columns]}
        return read(Schema, self._transport.call("PUT", f"{_path(project, name)}/schema", body=body))

    def metadata(self, project: str, name: str) -> Metadata:
        """Return what people say of a dataset."""
        return self._transport.get(Metadata, f"{_path(project, name)}/metadata")

    def describe(
        self,
        project: str,
        name: str,
        *,
        description: str = "",
        tags: "Sequence[str]" = (),
        custom: Mapping[str, object] | None = None,
    ) -> Metadata:
        """Replace what is said of a dataset."""
        body = {"description": description, "tags": [*tags], "custom": dict(custom or {})}
        return read(Metadata, self._transport.call("PUT", f"{_path(project, name)}/metadata", body=body))

    def query(self, project: str, name: str) -> SavedQuery:
        """Return the query that fills a dataset when a scenario refreshes it."""
        return self._transport.get(SavedQuery, f"{_path(project, name)}/query")

    def set_query(self, project: str, name: str, sql: str | None) -> SavedQuery:
        """Let a dataset be filled by *sql* when it is refreshed; None: its upload is read again.

        It stays within your rights from then on, whoever runs it.

        Raises:
            Invalid: it is not one SELECT, or names something that is not there.
            Denied: you may not read what it names, or not write the dataset.
        """
        return read(
            SavedQuery, self._transport.call("PUT", f"{_path(project, name)}/query", body={"query": sql})
        )

    def change(
        self, project: str, name: str, *, new_name: str | None = None, impersonate: bool | None = None
    ) -> Dataset:
        """Rename a dataset, or say whether programs use it on behalf of persons only."""
        said = {"name": new_name, "impersonate": impersonate}
        body = {field: value for field, value in said.items() if value is not None}
        return read(Dataset, self._transport.call("PATCH", _path(project, name), body=body))

    def rules(self, project: str, name: str) -> "Sequence[RowRule]":
        """Return who sees which rows where a dataset is read on behalf of persons."""
        return self._transport.get(RowRules, f"{_path(project, name)}/rules").rules

    def set_rules(
        self, project: str, name: str, rules: "Sequence[Mapping[str, object]]"
    ) -> "Sequence[RowRule]":
        """Replace all row rules: each `{"column", "values", "who": {"type", "name"}}`.

        Raises:
            Invalid: a column, a value or somebody that is not there; nothing was changed.
        """
        body = {"rules": [dict(one) for one in rules]}
        return read(RowRules, self._transport.call("PUT", f"{_path(project, name)}/rules", body=body)).rules

    @contextmanager
    def exported(self, project: str, name: str, *, form: str = "csv") -> Iterator[Iterator[bytes]]:
        """Open all rows of a dataset as a file to keep, in one of FORMS; the trail says so.

        Raises:
            Denied: one may read the rows and not export them.
        """
        with self._transport.stream(f"{_path(project, name)}/export", {"format": form}) as response:
            yield response.iter_bytes()

    def history(self, project: str, name: str) -> Iterator[Happening]:
        """Yield what was done to a dataset, newest first."""
        return self._transport.pages(Happening, f"{_path(project, name)}/history")

    def delete(self, project: str, name: str) -> Receipt:
        """Delete a dataset with its rows."""
        return read(Receipt, self._transport.call("DELETE", _path(project, name)))


def _all(project: str) -> str:
    return f"projects/{segment(project)}/datasets"


def _path(project: str, name: str) -> str:
    return f"{_all(project)}/{segment(name)}"


def _source(
    connection: str, credential: str | None, schema: str | None, table: str | None, sql: str | None
) -> dict[str, str]:
    said = {
        "connection": connection, "credential": credential, "schema": schema, "table": table, "sql": sql,
    }  # fmt: skip
    return {field: value for field, value in said.items() if value is not None}
