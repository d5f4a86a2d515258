"""Reads of one connection that are given again until the store says that something was committed."""

from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple

from sqlalchemy.engine.interfaces import Dialect

from gatepost_server.store.prepared import Made, Prepared, RawReader, Rows

_MOST: Final = 4096
_VERSION: Final = "PRAGMA data_version"


class _Read(NamedTuple):
    """What was read or made of it, and the moment that it was asked for; 0 where none matters."""

    at: int
    found: Any


class RememberingReader(RawReader):
    """Reads an SQLite store; what it read before is given again while the store is the same.

    SQLite tells each connection whether another one has committed anything since it last asked,
    on the very view that its transaction reads (https://sqlite.org/pragma.html#pragma_data_version).
    So an answer from memory is the answer that the statement would give, and a revoke is true at
    the next transaction. For one connection that writes nothing itself, in one thread.
    """

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        super().__init__(driver, dialect)
        self._version: tuple[int] | None = None
        self._read: dict[Hashable, _Read] = {}

    def begun(self) -> None:
        """Forget everything if the store has changed; called at the begin of each transaction."""
        version = self._driver.execute(_VERSION).fetchone()
        if version != self._version:
            self._version = version
            self._read.clear()

    def all(self, prepared: Prepared, **params: Any) -> Rows:
        """Return every row of *prepared*, from memory where they are the same.

        Of statements whose `now` only leaves out what has ended, the rows may be those of an
        earlier moment.
        """
        if not prepared.only_ends:
            return self.made(prepared, _as_they_are, **params)
        now = params.pop("now")
        key = (prepared, *params.values())
        known = self._read.get(key)
        if known is None or known.at > now:
            known = _Read(now, super().all(prepared, now=now, **params))
            self._keep(key, known)
        return known.found  # type: ignore[no-any-return]  # rows, as was just read

    def made(self, prepared: Prepared, make: Callable[[Rows], Made], **params: Any) -> Made:
        """Return what *make* makes of the rows of *prepared*, made once while they are the same."""
        key = (make, prepared, *params.values())
        known = self._read.get(key)
        if known is None:
            known = _Read(0, make(super().all(prepared, **params)))
            self._keep(key, known)
        return known.found  # type: ignore[no-any-return]  # made by the same `make`

    def _keep(self, key: Hashable, read: _Read) -> None:
        if len(self._read) >= _MOST:
            self._read.clear()
        self._read[key] = read


def _as_they_are(rows: Rows) -> Rows:
    return rows
