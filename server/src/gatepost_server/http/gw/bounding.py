"""How much of everything at a time: bad signatures of a source, calls of a caller under way."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from gatepost_server.kernel.errors import TooMany

_BAD_AT_ONCE: Final = 20.0
_BAD_PER_SECOND: Final = 20 / 60
_SOURCES: Final = 20_000
_AWHILE_S: Final = 1
_OF_A_CALLER: Final = 30
"""Of the forty threads that wait for sources."""


class TooManyBad(TooMany):
    """A source sends one bad signature after the other for an AppKey."""

    code = "too-many-bad-signatures"

    def __init__(self, wait: int) -> None:
        said = "Too many calls with this AppKey were not signed as they should be. Try again in a minute."
        super().__init__(said, retry_after_s=wait)


class BadSignatures:
    """Counts by AppKey and source (security.md, "Brute force"): twenty a minute.

    Beyond them that source is refused for that AppKey before anything is verified, so that guessing
    gets no further; who signs well from elsewhere is not held up. Forgets what was quiet longest.
    """

    def __init__(self) -> None:
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._turn = Lock()

    def require_room(self, app_key: str, source: str | None, at: float) -> None:
        """Let the call go on unless too many before it were badly signed.

        Raises:
            TooManyBad: they were.
        """
        with self._turn:
            left = self._filled(app_key, source, at)
        if left < 1:
            raise TooManyBad(int((1 - left) / _BAD_PER_SECOND) + 1)

    def note(self, app_key: str, source: str | None, at: float) -> None:
        """Count a bad one."""
        with self._turn:
            left = self._filled(app_key, source, at)
            self._left[app_key[:127], source or "?"] = (max(0.0, left - 1), at)
            self._left.move_to_end((app_key[:127], source or "?"))
            if len(self._left) > _SOURCES:
                self._left.popitem(last=False)

    def _filled(self, app_key: str, source: str | None, at: float) -> float:
        left, then = self._left.get((app_key[:127], source or "?"), (_BAD_AT_ONCE, at))
        return min(_BAD_AT_ONCE, left + max(0.0, at - then) * _BAD_PER_SECOND)


class UnderWay:
    """Counts the calls of each caller to each API that are under way in this process.

    Of all APIs together a caller has thirty, so that nobody's slow ones take all the threads there are;
    an API that takes more of a caller at a time is let.
    """

    def __init__(self) -> None:
        self._count: Counter[tuple[str, str]] = Counter()
        self._of_caller: Counter[str] = Counter()
        self._turn = Lock()

    @property
    def count(self) -> int:
        """How many there are, of all callers to all APIs."""
        with self._turn:
            return self._count.total()

    @contextmanager
    def one_more(self, api_id: str, caller: str, most: int) -> Iterator[None]:
        """Count a call as long as the block lasts; *most* 0 is no limit.

        Raises:
            TooMany: as many as the API takes at once are under way.
        """
        name = api_id, caller
        with self._turn:
            if most and self._count[name] >= most:
                said = f"This data API answers {most} calls of a caller at a time. Try again soon."
                raise TooMany(said, retry_after_s=_AWHILE_S, code="api-busy")
            in_all = max(most, _OF_A_CALLER)
            if most and self._of_caller[caller] >= in_all:
                said = f"A caller has {in_all} calls of data APIs answered at a time. Try again soon."
                raise TooMany(said, retry_after_s=_AWHILE_S, code="api-busy")
            self._count[name] += 1
            self._of_caller[caller] += 1
        try:
            yield
        finally:
            with self._turn:
                self._count[name] -= 1
                self._of_caller[caller] -= 1
                if not self._count[name]:
                    del self._count[name]
                if not self._of_caller[caller]:
                    del self._of_caller[caller]
