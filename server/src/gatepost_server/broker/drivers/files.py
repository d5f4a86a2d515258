"""SQLite and DuckDB files of an organization: found without following a link, read by a child of ours."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from gatepost_server.broker import shapes
from gatepost_server.broker.drivers.ports import Once, Rows
from gatepost_server.broker.reaching import Means
from gatepost_server.broker.trial import StepFailed, Trial
from gatepost_server.connections import (
    Code,
    ConnectionType,
    Failure,
    SourceColumn,
    Statement,
    StatementFailed,
    StepName,
    TableName,
    Target,
    Write,
)
from gatepost_server.vault import OpenedCredential

_CHILD: Final = ("-I", "-m", "gatepost_server.tabular.files.child")
_MEMORY_MB: Final = 4096
_MARKS: Final = {ConnectionType.SQLITE: (0, b"SQLite format 3\0"), ConnectionType.DUCKDB: (8, b"DUCK")}
_LONGEST_WORD: Final = 200


def open_session(target: Target, login: OpenedCredential | None, means: Means, trial: Trial) -> "Session":
    """Find the file.

    Raises:
        StepFailed: it is not there, or is none of this type.
    """
    del login  # files take none
    with trial.step(StepName.NAME):
        path = means.files / str(target.params["file"])
        file = _opened(means.files, str(target.params["file"]))
        at, mark = _MARKS[target.type]
        if os.pread(file, len(mark), at) != mark:
            os.close(file)
            raise StepFailed(Code.FILE_REFUSED)
    return Session(target.type.value, path, file, means.seconds)


def _opened(folder: Path, name: str) -> int:
    """Open *name* below *folder* for reading, one part after the other and never by a link.

    Raises:
        StepFailed: it is missing, or a part of the path is a link or no folder, or it is no plain file.
    """
    *parents, last = name.split("/")
    try:
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in parents:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            os.close(at)
            at = below
        found = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at)
    except FileNotFoundError:
        raise StepFailed(Code.FILE_MISSING) from None
    except OSError:
        raise StepFailed(Code.FILE_REFUSED) from None
    facts = os.fstat(found)
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1:
        os.close(found)
        raise StepFailed(Code.FILE_REFUSED)
    return found


@dataclass
class Session(Once):
    """A file; each question to it is a process of its own."""

    type: str
    path: Path
    file: int
    seconds: float
    child: subprocess.Popen[bytes] | None = None

    def check(self) -> None:
        """Open it and look for tables."""
        self._told("tables", schema="main" if self.type == "duckdb" else None)

    def schemas(self) -> Sequence[str]:
        """Return the schemas; SQLite has none."""
        return [str(name) for name in self._told("schemas")]

    def tables(self, schema: str | None) -> Sequence[TableName]:
        """Return the tables and views."""
        return [TableName(*one) for one in self._told("tables", schema=schema)]

    def columns(self, schema: str | None, table: str) -> Sequence[SourceColumn]:
        """Return the columns of a table."""
        return [SourceColumn(*one) for one in self._told("columns", schema=schema, table=table)]

    def rows(self, statement: Statement, limit: int | None = None) -> Rows:
        """Run *statement*."""
        child = self._asked("rows", statement=shapes.statement_facts(statement), limit=limit)
        assert child.stdout is not None
        self._line(child)
        try:
            reader = pa.ipc.open_stream(child.stdout)
        except (pa.ArrowException, OSError):
            raise StatementFailed(self._why(child)) from None
        return Rows(reader.schema, self._batches(child, reader))

    def write(self, statement: Write) -> int:
        """Refuse: files are read only."""
        del statement
        raise StatementFailed(Failure.NOT_SUPPORTED)

    def cancel(self) -> None:
        """End the child."""
        if self.child is not None:
            with suppress(ProcessLookupError):
                self.child.kill()

    def close(self) -> None:
        """Leave."""
        self._leave()
        os.close(self.file)

    def _leave(self) -> None:
        self.cancel()
        if self.child is not None:
            self.child.wait()
            for end in (self.child.stdin, self.child.stdout, self.child.stderr):
                if end is not None:
                    end.close()

    def _told(self, do: str, **more: Any) -> Any:
        child = self._asked(do, **more)
        said = self._line(child)
        if child.wait() != 0:
            raise StatementFailed(self._why(child))
        return said

    def _asked(self, do: str, **more: Any) -> subprocess.Popen[bytes]:
        self._leave()
        self.child = child = subprocess.Popen(  # noqa: S603 — our own program
            [sys.executable, *_CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(self.file,),
            env={"LANG": "C.UTF-8"},
            cwd="/",
        )
        errand: Mapping[str, Any] = {
            "do": do, "type": self.type, "path": str(self.path), "file": self.file, "memory_mb": _MEMORY_MB,
            "seconds": self.seconds, **more,
        }  # fmt: skip
        assert child.stdin is not None
        with suppress(BrokenPipeError):
            child.stdin.write(json.dumps(errand).encode() + b"\n")
            child.stdin.close()
        return child

    def _line(self, child: subprocess.Popen[bytes]) -> Any:
        assert child.stdout is not None
        line = child.stdout.readline()
        if not line.endswith(b"\n"):
            raise StatementFailed(self._why(child))
        return json.loads(line)

    def _why(self, child: subprocess.Popen[bytes]) -> Failure:
        """Return the word with which the child ended."""
        assert child.stderr is not None
        words = child.stderr.read().decode("utf-8", "replace").split()
        child.wait()
        word = words[-1] if words else ""
        return Failure(word) if word in set(Failure) else Failure.FAILED

    def _batches(
        self, child: subprocess.Popen[bytes], reader: pa.RecordBatchReader
    ) -> Iterator[pa.RecordBatch]:
        try:
            yield from reader
        except (pa.ArrowException, OSError):
            raise StatementFailed(self._why(child)) from None
        if child.wait() != 0:  # it ended early: what came is not all
            raise StatementFailed(self._why(child))
