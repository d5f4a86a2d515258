"""What both kinds of database files are asked, and how they refuse."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa

from gatepost_server.kernel.tagged import Value


class Refused(Exception):  # ends the process, which says the word
    """The file or the statement is refused, in a fixed word; `is_late` when time was up."""

    def __init__(self, word: str, *, is_late: bool = False) -> None:
        super().__init__(word)
        self.word = word
        self.is_late = is_late


class Reader(Protocol):
    """An open file."""

    def interrupt(self) -> None:
        """End what runs, since time is up; called from another thread."""
        ...

    def schemas(self) -> Sequence[str]:
        """Return the names of the schemas."""
        ...

    def tables(self, schema: str | None) -> Sequence[Sequence[str | None]]:
        """Return schema, name and kind of each table and view."""
        ...

    def columns(self, schema: str | None, table: str) -> Sequence[Sequence[str]]:
        """Return name, type and native type of each column."""
        ...

    def query(self, statement: Mapping[str, Any]) -> str:
        """Return the SELECT of *statement*."""
        ...

    def rows(
        self, query: str, values: Sequence[Value], limit: int | None
    ) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """Run *query*, its places filled with *values*."""
        ...


def quoted(name: str) -> str:
    """Return *name* as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def select_of(statement: Mapping[str, Any]) -> str:
    """Return the SELECT of a statement as it was sent."""
    if "text" in statement:
        return str(statement["text"]).strip().rstrip(";")
    chosen = "*"
    if statement["columns"] is not None:
        chosen = ", ".join(map(quoted, statement["columns"]))
    names = [part for part in (statement["schema"], statement["table"]) if part is not None]
    return f"SELECT {chosen} FROM {'.'.join(map(quoted, names))}"


def limited(query: str, limit: int | None) -> str:
    """Return *query* with at most *limit* rows."""
    return f"SELECT * FROM (\n{query}\n) AS q" + (f" LIMIT {limit:d}" if limit is not None else "")
