"""One connection that stays open for the checks; each check is one read transaction on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from gatepost_server.store import RawReader


class StandingReader:
    """Reads for the event loop's thread, one transaction at a time.

    Taking a connection from the pool costs as much as the reads themselves. After an
    error the connection is given up, and the next check opens another.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: PoolProxiedConnection | None = None

    @contextmanager
    def transaction(self) -> Iterator[RawReader]:
        """Open a read transaction: a consistent view of the store as it is now."""
        connection = self._connection or self._engine.raw_connection()
        self._connection = None
        driver = connection.driver_connection
        assert driver is not None, "a connection in use has its driver"
        try:
            if self._engine.dialect.name == "sqlite":
                driver.execute("BEGIN")
            yield RawReader(driver, self._engine.dialect)
            driver.rollback()
        except BaseException:
            connection.invalidate()
            raise
        self._connection = connection
