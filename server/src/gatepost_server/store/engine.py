"""Engines: SQLite in WAL mode or PostgreSQL through psycopg 3."""

import os
import sqlite3
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

WRITE: Final = "gatepost_write"
"""Execution option of connections whose transaction will write."""

SNAPSHOT: Final = "REPEATABLE READ"
"""The isolation of reads on PostgreSQL."""

_BUSY_S: Final = 15
_MOST_AT_ONCE: Final = 24
"""Connections of one process to PostgreSQL; those over `pool_size` are closed when they are given back."""
_MOST_OF_A_FILE: Final = 40
_KEPT_OF_A_FILE: Final = 24
"""One more connection to a file is a few handles to keep, and more than a call's work to open anew."""


def sqlite_url(path: Path) -> str:
    """Return the URL of an embedded store in file *path*."""
    return f"sqlite:///{path}"


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Make the engine of one process.

    SQLite: WAL, full sync (an acknowledged commit survives power loss), foreign keys on,
    and writers begin IMMEDIATE, so that a transaction never fails half way for a lock.
    PostgreSQL: read committed, with statement and lock limits; *pool_size* connections are kept open.
    """
    if url.startswith("sqlite"):
        return _sqlite(url)
    return create_engine(
        _with_psycopg(url),
        pool_size=pool_size,
        max_overflow=max(0, _MOST_AT_ONCE - pool_size),
        pool_pre_ping=True,
        connect_args={
            "options": "-c lock_timeout=15s -c statement_timeout=120s",
            "application_name": "gatepost",
        },
    )


def reading(engine: Engine) -> Engine:
    """Return *engine* for transactions that only read, each on one state of the store.

    SQLite's are so by themselves. PostgreSQL's need no further round trip for it.
    """
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level=SNAPSHOT, postgresql_readonly=True)


def _with_psycopg(url: str) -> str:
    head, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if head in ("postgres", "postgresql") else url


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=_KEPT_OF_A_FILE,
        max_overflow=_MOST_OF_A_FILE - _KEPT_OF_A_FILE,
        connect_args={"check_same_thread": False, "timeout": _BUSY_S},
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi: sqlite3.Connection, _record: Any) -> None:
        _keep_private(engine.url.database)
        dbapi.isolation_level = None  # transactions are begun by the listener below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_S * 1000}",
            "temp_store=MEMORY",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _keep_private(file: str | None) -> None:
    """Let nobody else read an embedded store; SQLite gives its journals the same mode."""
    if file is None or file == ":memory:":
        return
    path = Path(file)
    path.touch(mode=0o600)
    facts = path.stat()
    if facts.st_uid == os.geteuid() and facts.st_mode & 0o077:
        path.chmod(0o600)
