"""Answers that are kept for a while where an API says so: by what its source was asked, never by an address.

Rights, fields and row rules are asked at every call before an answer is looked for here, and what they
come to stands in the statement: its text and values, with whom it is read as and where, are the key.
"""

from collections import OrderedDict
from collections.abc import Generator, Hashable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Final

from gatepost_server.connections import Sql
from gatepost_server.http.gw.calling import Ready

LARGEST: Final = 1 << 20
"""An answer of more bytes is not kept."""
_ROOM: Final = 64 << 20


@dataclass(frozen=True)
class Kept:
    """An answer as it was sent: its body, how many rows it has, and when its source was asked (seconds)."""

    body: bytes
    rows: int
    at: float


class Answers:
    """Keeps answers of this process, 64 MiB of them; what was not asked for longest goes first."""

    def __init__(self, room: int = _ROOM) -> None:
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._room, self._size = room, 0
        self._turn = Lock()

    def find(self, made: Ready, at: float) -> Kept | None:
        """Return the answer of the same question, if it is not older than the API allows."""
        key, seconds = key_of(made), made.facts.definition.limits.cache_seconds
        if key is None or not seconds:
            return None
        with self._turn:
            found = self._kept.get(key)
            if found is None or not 0 <= at - found.at < seconds:
                return None
            self._kept.move_to_end(key)
            return found

    def keep(self, made: Ready, kept: Kept) -> None:
        """Keep an answer for as long as the API allows."""
        key = key_of(made)
        if key is None or not made.facts.definition.limits.cache_seconds or len(kept.body) > LARGEST:
            return
        with self._turn:
            self._drop(key)
            self._kept[key] = kept
            self._size += len(kept.body)
            while self._size > self._room:
                self._drop(next(iter(self._kept)))

    def forget(self, api_id: str) -> None:
        """Drop what was kept of an API, whose rows have changed."""
        with self._turn:
            for key in [one for one in self._kept if isinstance(one, tuple) and one[0] == api_id]:
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._size -= len(gone.body)


class Watched:
    """The parts of an answer on their way; its whole body afterwards, unless it was too large to keep."""

    def __init__(self, parts: Generator[bytes]) -> None:
        self._parts, self._seen, self._size = parts, list[bytes](), 0

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._parts:
                self._size += len(part)
                if self._size <= LARGEST:
                    self._seen.append(part)
                else:
                    self._seen.clear()
                yield part
        finally:
            self._parts.close()

    @property
    def body(self) -> bytes | None:
        """All of it; None when it was too large."""
        return b"".join(self._seen) if self._size <= LARGEST else None


def key_of(made: Ready) -> Hashable | None:
    """Return what tells answers apart; None for what writes."""
    statement, facts = made.planned.statement, made.facts
    if not isinstance(statement, Sql):
        return None
    place = (
        made.target.connection_id,
        tuple(sorted((name, str(one)) for name, one in made.target.params.items())),
    )
    count = made.planned.count is not None
    return (
        facts.node.id, facts.version, facts.definer.principal_id, facts.login, place, made.operation,
        made.asked.form, count, statement.text, tuple(map(repr, statement.values)),
    )  # fmt: skip
