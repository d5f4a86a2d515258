"""How many bad keys one address may try: sixty at once, refilled over a minute."""

from collections import OrderedDict
from typing import Final

_AT_ONCE: Final = 60.0
_PER_SECOND: Final = 1.0
_SOURCES: Final = 20_000


class BadKeys:
    """Counts by source, in this process; a good key is never held up by bad ones.

    Forgets the sources that were quiet longest, so that it does not grow.
    """

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def is_too_many(self, source: str | None, at: float) -> bool:
        """Count one bad key from *source* at second *at*; tell whether it was one too many."""
        name = source or "?"
        left, then = self._left.pop(name, (_AT_ONCE, at))
        left = min(_AT_ONCE, left + (at - then) * _PER_SECOND)
        self._left[name] = (max(0.0, left - 1), at)
        if len(self._left) > _SOURCES:
            self._left.popitem(last=False)
        return left < 1
