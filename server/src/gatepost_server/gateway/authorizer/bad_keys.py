"""How many bad keys one address may try: sixty at once, refilled over a minute."""

from collections import OrderedDict
from threading import Lock
from typing import Final

_AT_ONCE: Final = 60.0
_PER_SECOND: Final = 1.0
_SOURCES: Final = 20_000


class BadKeys:
    """Counts by source, in this process; a good key is never held up by bad ones.

    Where *shared_by* processes count, each lets pass its share. Forgets the sources that
    were quiet longest, so that it does not grow.
    """

    def __init__(self, shared_by: int = 1) -> None:
        self._most = _AT_ONCE / shared_by
        self._per_second = _PER_SECOND / shared_by
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._turn = Lock()

    def is_too_many(self, source: str | None, at: float) -> bool:
        """Count one bad key from *source* at second *at*; tell whether it was one too many."""
        name = source or "?"
        with self._turn:
            left, then = self._left.pop(name, (self._most, at))
            left = min(self._most, left + (at - then) * self._per_second)
            self._left[name] = (max(0.0, left - 1), at)
            if len(self._left) > _SOURCES:
                self._left.popitem(last=False)
        return left < 1
