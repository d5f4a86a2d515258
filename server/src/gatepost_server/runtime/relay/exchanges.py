"""The exchanges in flight, and which of them must be asked about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

REFUSED: Final = 400
FAILED: Final = 500


@dataclass(eq=False)
class Exchange:
    """One request on its way, or one tunnel: by whose ground, since when.

    `is_open_ended` is true for WebSockets and event streams. `vouched_at` is when the
    authorizer last stood by it (at the start, by letting it in).
    """

    ground: str | None
    started_at: float
    cut: Callable[[str], None]
    is_open_ended: bool = False
    vouched_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.vouched_at = self.started_at


class Ledger:
    """Counts exchanges and knows those in flight. *wall* and *steady* are the two clocks."""

    def __init__(self, *, wall: Callable[[], float], steady: Callable[[], float]) -> None:
        self._wall = wall
        self._steady = steady
        self._open: set[Exchange] = set()
        self.total = 0
        self.refused = 0
        self.failed = 0
        self.last_at = wall()

    @property
    def active(self) -> int:
        """How many are in flight."""
        return len(self._open)

    def begin(self, ground: str | None, cut: Callable[[str], None]) -> Exchange:
        """Enter a new exchange."""
        exchange = Exchange(ground, self._steady(), cut)
        self._open.add(exchange)
        self.total += 1
        self.last_at = self._wall()
        return exchange

    def note(self, status: int) -> None:
        """Count the status of an answer: as refused from 400 on, as failed from 500 on."""
        if status >= FAILED:
            self.failed += 1
        elif status >= REFUSED:
            self.refused += 1

    def end(self, exchange: Exchange) -> None:
        """Strike an exchange off; a second time does nothing."""
        if exchange in self._open:
            self._open.remove(exchange)
            self.last_at = self._wall()

    def holds(self, exchange: Exchange) -> bool:
        """Tell whether an exchange is still in flight."""
        return exchange in self._open

    def asked_about(self, *, older_than: float | None) -> list[Exchange]:
        """Return those with a ground that are open-ended or *older_than* (None: all)."""
        now = self._steady()
        return [
            exchange
            for exchange in self._open
            if exchange.ground is not None
            and (older_than is None or exchange.is_open_ended or now - exchange.started_at > older_than)
        ]

    def vouch(self, exchanges: Iterable[Exchange]) -> None:
        """Note that the authorizer stands by *exchanges* now."""
        now = self._steady()
        for exchange in exchanges:
            exchange.vouched_at = now

    def forsaken(self, exchanges: Iterable[Exchange], *, after: float) -> list[Exchange]:
        """Return those nobody has stood by for *after* seconds."""
        now = self._steady()
        return [exchange for exchange in exchanges if now - exchange.vouched_at > after]
