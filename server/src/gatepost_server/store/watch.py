"""Whether anybody wrote: asked many times a second, by those who wait for work."""

import logging
from typing import Any, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

_ASK: Final = {
    # Moves with every commit of another connection, of this process or any other.
    "sqlite": "PRAGMA data_version",
    # Moves whenever a transaction that writes begins or ends, in any database of the server.
    "postgresql": "SELECT pg_current_snapshot()::text",
}


class ChangeWatch:
    """Tells cheaply whether the store may hold something new; at the first time it always may.

    Keeps a connection of its own. Says "yes" too often rather than too seldom: after it
    could not ask, and on PostgreSQL for writes of others. One caller at a time. Whoever is
    done closes it; one that is dropped unclosed costs nobody anything.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ask = _ASK[engine.dialect.name]
        self._connection: Connection | None = None
        self._last: Any = None

    def has_moved(self) -> bool:
        """Tell whether anybody committed since this was last asked.

        What it tells of was committed before: whoever reads after a "yes" sees it.
        """
        try:
            now = self._driver().execute(self._ask).fetchone()
        except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error) as error:
            # Whoever looks now meets the same trouble, and says so.
            log.info("the store could not be asked for news: %s", error)
            self.close()
            return True
        moved, self._last = now != self._last, now
        return bool(moved)

    def close(self) -> None:
        """Give the connection up."""
        connection, self._connection, self._last = self._connection, None, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _driver(self) -> Any:
        if self._connection is None:
            self._connection = self._engine.connect()
            if self._engine.dialect.name == "postgresql":
                # Each question is a transaction by itself. Set by SQLAlchemy's own means: if this
                # is dropped unclosed, the connection goes back to the pool as it came, and whoever
                # takes it next can roll back.
                self._connection.execution_options(isolation_level="AUTOCOMMIT")
        return self._connection.connection.driver_connection
