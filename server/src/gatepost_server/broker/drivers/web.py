"""Files behind HTTP(S) and in buckets that speak S3: fetched whole, then read like any file of a stranger."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import Final

from gatepost_server.broker.drivers import files
from gatepost_server.broker.drivers.fetching import Place, place_of
from gatepost_server.broker.drivers.ports import Once, Rows
from gatepost_server.broker.reaching import Means, reach
from gatepost_server.broker.tls import context_of, told
from gatepost_server.broker.trial import Trial
from gatepost_server.connections import (
    Failure,
    SourceColumn,
    Sql,
    Statement,
    StatementFailed,
    StepName,
    TableName,
    TableOf,
    Target,
    Write,
)
from gatepost_server.vault import OpenedCredential

_TABLE: Final = "rows"
_FORMS: Final = {
    ".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".json": "json", ".ndjson": "json", ".jsonl": "json",
}  # fmt: skip

_IN_LINES: Final = (".csv", ".tsv", ".ndjson", ".jsonl")


def open_session(target: Target, login: OpenedCredential | None, means: Means, trial: Trial) -> "Session":
    """Reach the server; with what is signed in shows at the first request.

    Raises:
        StepFailed: a step did not succeed.
    """
    place = place_of(target)
    with reach(place.host, place.port, means, trial) as first:
        if place.is_tls:
            with trial.step(StepName.TLS):
                context = context_of(target)
                with told():
                    context.wrap_socket(first, server_hostname=place.host).close()
    means.fuse.let_go()
    with trial.step(StepName.LOGIN):
        place.sign_in(login)
    return Session(place, means)


@dataclass
class Session(Once):
    """A server or a bucket; a file is fetched when it is asked for."""

    place: Place
    means: Means
    reading: files.Session | None = None
    spooled: Path | None = None
    kept: int = 0

    def check(self) -> None:
        """Ask for the least there is."""
        self.place.check(self.means)

    def schemas(self) -> Sequence[str]:
        """Return the folders; a server has none to tell."""
        return self.place.folders(self.means)

    def tables(self, schema: str | None) -> Sequence[TableName]:
        """Return the files of a folder that can be read as a table."""
        return [
            TableName(schema, name, "table") for name in self.place.names(self.means, schema) if _form(name)
        ]

    def columns(self, schema: str | None, table: str) -> Sequence[SourceColumn]:
        """Return the columns of a file."""
        with self._fetched(schema, table) as reading:
            return reading.columns(None, _TABLE)

    def rows(self, statement: Statement, limit: int | None = None) -> Rows:
        """Return the rows of a file."""
        if isinstance(statement, Sql):
            raise StatementFailed(Failure.NOT_SUPPORTED)
        with self._fetched(statement.schema, statement.table) as reading:
            return reading.rows(TableOf(None, _TABLE, statement.columns), limit)

    def write(self, statement: Write) -> int:
        """Refuse: files are read only."""
        del statement
        raise StatementFailed(Failure.NOT_SUPPORTED)

    def cancel(self) -> None:
        """End what runs now."""
        self.place.drop()
        if self.reading is not None:
            self.reading.cancel()

    def close(self) -> None:
        """Leave."""
        self.place.drop()
        if self.reading is not None:
            self.reading.close()
        if self.spooled is not None:
            self.spooled.unlink(missing_ok=True)
            self.means.spool.give(self.kept)

    @contextmanager
    def _fetched(self, schema: str | None, name: str) -> Iterator[files.Session]:
        """Fetch a file, once; a session asks for one file only."""
        form = _form(name)
        if form is None:
            raise StatementFailed(Failure.NOT_SUPPORTED)
        if self.reading is None:
            suffix = "".join(PurePosixPath(name).suffixes[-2:])
            with NamedTemporaryFile(
                dir=self.means.scratch, prefix="get-", suffix=suffix, delete=False
            ) as file:
                self.spooled = Path(file.name)
                is_in_lines = name.lower().endswith(_IN_LINES)
                for size in self.place.fetch(self.means, schema, name, file, in_lines=is_in_lines):
                    self.means.spool.take(size, self.means.scratch)
                    self.kept += size
            opened = os.open(self.spooled, os.O_RDONLY | os.O_CLOEXEC)
            self.reading = files.Session(form, self.spooled, opened, self.means.seconds)
        yield self.reading


def _form(name: str) -> str | None:
    """Return how a file is read, by the end of its name."""
    return _FORMS.get(PurePosixPath(name.lower().removesuffix(".gz")).suffix)
