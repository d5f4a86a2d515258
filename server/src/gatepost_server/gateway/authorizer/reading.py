"""One connection that stays open for the checks; each check is one read transaction on it."""

from typing import Any

from sqlalchemy import Connection, Engine

from gatepost_server.store import RawReader, RememberingReader
from gatepost_server.store.engine import SNAPSHOT


class StandingReader:
    """Reads for the event loop's thread: each `with` is one transaction, one at a time.

    Taking a connection from the pool costs as much as the reads themselves. After an
    error the connection is given up, and the next check opens another. An embedded store
    is read again only when something was committed since (ADR 25).
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._connection: Connection | None = None
        self._driver: Any
        self._cursor: Any
        self._reader: RawReader
        self._remembering: RememberingReader | None = None

    def __enter__(self) -> RawReader:
        """Open a read transaction: a consistent view of the store as it is now."""
        if self._connection is None:
            self._open()
        try:
            if self._remembering is not None:
                self._cursor.execute("BEGIN")
                self._remembering.begun()
        except BaseException:
            self._give_up()
            raise
        return self._reader

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """End it; nothing was written."""
        try:
            if self._is_sqlite:
                self._cursor.execute("ROLLBACK")  # kept compiled, as `rollback` does not
            else:
                self._driver.rollback()
        except BaseException:
            self._give_up()
            raise
        if kind is not None:
            self._give_up()

    def _open(self) -> None:
        self._connection = self._engine.connect()
        if not self._is_sqlite:
            # Set by SQLAlchemy's own means: it is taken back if the connection goes to the pool.
            self._connection.execution_options(isolation_level=SNAPSHOT)
        self._driver = self._connection.connection.driver_connection
        # One cursor for all its life; a connection would make another for each statement.
        self._cursor = self._driver.cursor()
        self._reader = RawReader(self._cursor, self._engine.dialect)
        if self._is_sqlite:
            self._reader = self._remembering = RememberingReader(self._cursor, self._engine.dialect)

    def _give_up(self) -> None:
        assert self._connection is not None, "opened before"
        self._connection.invalidate()
        self._connection.close()
        self._connection = None
