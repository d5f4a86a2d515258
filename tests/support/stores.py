"""Stores for tests: a migrated SQLite file that is copied, a PostgreSQL database that is set back."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from clocks import SettableClock
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, Table, delete, event, insert, select

from gatepost_server.audit import TrailRecorder
from gatepost_server.authz import plant_roots
from gatepost_server.bootstrap import metadata
from gatepost_server.kernel.actor import Actor, Origin, system_actor
from gatepost_server.store import Tx, UnitOfWork, make_engine, migrate, sqlite_url

ORIGIN = Origin("req_0000000000000000000000ab", ip="198.51.100.7", user_agent="tests", door="api")
SYSTEM = system_actor("tests")

on_one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For tests of doors that walk long tables: what they ask of a store is tried on both elsewhere."""


@dataclass
class Store:
    """A migrated store with its roots planted, and the time in it."""

    engine: Engine
    clock: SettableClock
    uow: UnitOfWork

    @property
    def is_postgres(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def arranged(self, actor: Actor = SYSTEM) -> Iterator[Tx]:
        """Write what a test starts from, without leaving a trail."""
        with self.uow.begin(actor, ORIGIN) as tx:
            yield tx
            tx.audited += 1


def store_on(engine: Engine) -> Store:
    """Return *engine* with a clock and a unit of work."""
    clock = SettableClock()
    return Store(engine, clock, UnitOfWork(engine, clock, TrailRecorder()))


def lay(engine: Engine) -> None:
    """Migrate *engine* and plant the roots, leaving no trail."""
    migrate.upgrade(engine, metadata())
    store = store_on(engine)
    with store.arranged() as tx:
        plant_roots(tx, "Main")
        tx.session.flush()
        tx.session.execute(delete(metadata().tables["audit_entries"]))


def make_sqlite_template(folder: Path) -> Path:
    """Make the file that every test copies."""
    path = folder / "template.db"
    engine = make_engine(sqlite_url(path))
    lay(engine)
    engine.dispose()
    return path


@contextmanager
def sqlite_copy(template: Path, folder: Path) -> Iterator[Engine]:
    """Open a copy of *template* of one's own."""
    path = folder / "gatepost.db"
    shutil.copyfile(template, path)
    engine = make_engine(sqlite_url(path))
    # No test cuts the power; waiting for the disk at each commit would be most of the time.
    event.listen(engine, "connect", lambda dbapi, _record: dbapi.execute("PRAGMA synchronous=OFF"))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Note every statement that an SQLite store is asked inside, as the driver sees it."""
    noted: list[str] = []

    def listen(driver: sqlite3.Connection, _record: object, _taken: object) -> None:
        driver.set_trace_callback(lambda text: noted.append(text) if text.startswith("SELECT") else None)

    def leave(driver: sqlite3.Connection | None, _record: object) -> None:
        if driver is not None:
            driver.set_trace_callback(None)

    event.listen(engine, "checkout", listen)
    event.listen(engine, "checkin", leave)
    try:
        yield noted
    finally:
        event.remove(engine, "checkout", listen)
        event.remove(engine, "checkin", leave)


class Reset:
    """Sets a database back to the rows it had when this was made.

    What a connection was told is not set back here, it is refused: whoever takes one from
    the pool that commits by itself, or reads on another state, fails at once and says so.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        event.listen(engine, "checkout", _demand_as_new)
        self._tables: list[Table] = list(metadata().sorted_tables)
        with engine.connect() as connection:
            self._rows: dict[str, list[dict[str, Any]]] = {
                table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in self._tables
            }

    def __call__(self) -> None:
        wipe = ", ".join(f'"{table.name}"' for table in self._tables)
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                "".join(f'DELETE FROM "{table.name}";' for table in reversed(self._tables)) if wipe else ""
            )
            for table in self._tables:
                if self._rows[table.name]:
                    connection.execute(insert(table), self._rows[table.name])


def _demand_as_new(driver: psycopg.Connection, _record: object, _taken: object) -> None:
    level = driver.isolation_level
    left = {
        "commits by itself": driver.autocommit,
        "only reads": bool(driver.read_only),
        f"isolates otherwise ({level})": level not in (None, psycopg.IsolationLevel.READ_COMMITTED),
        "is in a transaction": driver.info.transaction_status is not TransactionStatus.IDLE,
    }
    wrong = [name for name, is_so in left.items() if is_so]
    assert not wrong, f"somebody gave a connection back that {', '.join(wrong)}"
