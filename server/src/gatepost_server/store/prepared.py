"""Prepared reads: Core statements compiled once and run on the driver itself.

For the gate's hot path, where SQLAlchemy's per-call work would be most of the time. The
statement is still written in Core, so both engines get their own text of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, Executable
from sqlalchemy.engine.interfaces import Dialect

from gatepost_server.store.engine import SNAPSHOT
from gatepost_server.store.translation import translated

Rows = Sequence[tuple[Any, ...]]
Made = TypeVar("Made")


class Prepared:
    """A read whose parameters are plain integers, texts and bytes.

    Moments are passed as microseconds (`store.types.micros`), since no type processing
    happens here. Lists ("IN") are not supported: join instead.
    """

    def __init__(self, statement: Executable, *, only_ends: bool = False) -> None:
        self._statement = statement
        self.only_ends = only_ends
        """True when the parameter `now` does no more than leave out what has ended by then.

        Such rows hold all that a later moment would find, and perhaps some that have ended since:
        whoever reads them compares again.
        """
        self.texts: dict[str, tuple[str, Mapping[str, Any]]] = {}
        """What was compiled so far, by the name of the dialect."""

    def text_for(self, dialect: Dialect) -> tuple[str, Mapping[str, Any]]:
        """Return the statement's text for *dialect* and its constant parameters."""
        known = self.texts.get(dialect.name)
        if known is None:
            # SQLite: named style, so that one mapping fits both engines.
            style = "named" if dialect.name == "sqlite" else "pyformat"
            own = type(dialect)(paramstyle=style)  # type: ignore[call-arg]  # every dialect takes it
            compiled = self._statement.compile(dialect=own)  # type: ignore[attr-defined]  # all we use are compilable
            constants = {name: value for name, value in compiled.params.items() if value is not None}
            known = (str(compiled), constants)
            self.texts[dialect.name] = known
        return known


class RawReader:
    """One read transaction on a driver connection; a consistent view of the store."""

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self._driver = driver
        self._dialect = dialect
        self._name = dialect.name

    def all(self, prepared: Prepared, **params: Any) -> Rows:
        """Run *prepared* and return every row."""
        text, constants = prepared.texts.get(self._name) or prepared.text_for(self._dialect)
        if constants:
            params.update(constants)
        # Both drivers' connections make the cursor themselves, in less time than we do.
        found: Rows = self._driver.execute(text, params).fetchall()
        return found

    def made(self, prepared: Prepared, make: Callable[[Rows], Made], **params: Any) -> Made:
        """Run *prepared* and return what *make* makes of its rows: something that never changes."""
        return make(self.all(prepared, **params))

    def first(self, prepared: Prepared, **params: Any) -> tuple[Any, ...] | None:
        """Run *prepared* and return its first row, or None."""
        rows = self.all(prepared, **params)
        return rows[0] if rows else None


@contextmanager
def raw_reader(engine: Engine) -> Iterator[RawReader]:
    """Open a read transaction on a pooled driver connection.

    Raises:
        Invalid: a text that the store cannot hold.
        Unavailable: the store does not answer.
    """
    with translated(engine):
        pooled = engine.raw_connection()
        driver = pooled.driver_connection
        assert driver is not None, "a connection that was just taken has its driver"
        is_sqlite = engine.dialect.name == "sqlite"
        try:
            if is_sqlite:
                driver.execute("BEGIN")
            else:
                engine.dialect.set_isolation_level(driver, SNAPSHOT)
            yield RawReader(driver, engine.dialect)
        finally:
            pooled.rollback()
            if not is_sqlite:
                engine.dialect.reset_isolation_level(driver)
            pooled.close()
