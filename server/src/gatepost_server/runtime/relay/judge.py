"""Asks the authorizer about what is in flight, and cuts what lost its ground."""

import asyncio
import logging
import time
from pathlib import Path

from gatepost_server.runtime.relay.exchanges import Exchange, Ledger
from gatepost_server.runtime.wire import ask_json
from gatepost_server.settings import authorizers_in

LOST = "access ended"
UNHEARD = "access could not be confirmed"
UNTOLD_FOR = 2.0
log = logging.getLogger("gatepost.relay")


class Judge:
    """Keeps the promise that a connection ends within seconds of losing its ground."""

    def __init__(self, ledger: Ledger, authorizers: Path, *, every: float, give_up_after: float) -> None:
        self._ledger = ledger
        self._authorizers = authorizers
        self._every = every
        self._give_up_after = give_up_after
        self._untold: list[float] = []

    async def watch(self) -> None:
        """Ask about long exchanges again and again; never returns."""
        while True:
            await asyncio.sleep(self._every)
            cut = await self._ask_about(self._ledger.asked_about(older_than=self._every))
            self._untold = [*self._just_cut(), *[time.monotonic()] * cut]

    async def recheck(self) -> int:
        """Ask about all exchanges now and return how many were cut.

        Counts those too that `watch` cut in the moment before, between the commit of a
        revocation and this question about it; each is told once.
        """
        cut = await self._ask_about(self._ledger.asked_about(older_than=None))
        untold, self._untold = self._just_cut(), []
        return cut + len(untold)

    def _just_cut(self) -> list[float]:
        return [at for at in self._untold if time.monotonic() - at < UNTOLD_FOR]

    async def _ask_about(self, exchanges: list[Exchange]) -> int:
        if not exchanges:
            return 0
        dead = await self._dead_among({exchange.ground for exchange in exchanges if exchange.ground})
        if dead is None:
            doomed, reason = self._ledger.forsaken(exchanges, after=self._give_up_after), UNHEARD
        else:
            self._ledger.vouch(exchanges)
            doomed, reason = [exchange for exchange in exchanges if exchange.ground in dead], LOST
        still_open = [exchange for exchange in doomed if self._ledger.holds(exchange)]
        for exchange in still_open:
            exchange.cut(reason)
        return len(still_open)

    async def _dead_among(self, grounds: set[str]) -> set[str] | None:
        """Return the grounds that hold no more, or None when nobody gave a good answer."""
        sockets = authorizers_in(self._authorizers)
        for socket in sockets:
            dead = await self._said_by(socket, grounds, within=self._every / len(sockets))
            if dead is not None:
                return dead
        return None

    async def _said_by(self, socket: Path, grounds: set[str], *, within: float) -> set[str] | None:
        try:
            status, answer = await ask_json(
                socket, "POST", "/live", {"grounds": sorted(grounds)}, within=within
            )
            if status == 200:  # noqa: PLR2004 — HTTP OK
                return set(answer["dead"])
            log.warning("the authorizer answered %s about live exchanges", status)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the authorizer did not answer about live exchanges: %s", error)
        return None
