"""Asks the authorizer about what is in flight, and cuts what lost its ground."""

import asyncio
import logging
from pathlib import Path

from gatepost_server.runtime.relay.exchanges import Exchange, Ledger
from gatepost_server.runtime.wire import ask_json

LOST = "access ended"
UNHEARD = "access could not be confirmed"
log = logging.getLogger("gatepost.relay")


class Judge:
    """Keeps the promise that a connection ends within seconds of losing its ground."""

    def __init__(self, ledger: Ledger, authorizer: Path, *, every: float, give_up_after: float) -> None:
        self._ledger = ledger
        self._authorizer = authorizer
        self._every = every
        self._give_up_after = give_up_after

    async def watch(self) -> None:
        """Ask about long exchanges again and again; never returns."""
        while True:
            await asyncio.sleep(self._every)
            await self._ask_about(self._ledger.asked_about(older_than=self._every))

    async def recheck(self) -> int:
        """Ask about all exchanges now and return how many were cut."""
        return await self._ask_about(self._ledger.asked_about(older_than=None))

    async def _ask_about(self, exchanges: list[Exchange]) -> int:
        if not exchanges:
            return 0
        dead = await self._dead_among({exchange.ground for exchange in exchanges if exchange.ground})
        if dead is None:
            doomed, reason = self._ledger.forsaken(exchanges, after=self._give_up_after), UNHEARD
        else:
            self._ledger.vouch(exchanges)
            doomed, reason = [exchange for exchange in exchanges if exchange.ground in dead], LOST
        for exchange in doomed:
            exchange.cut(reason)
        return len(doomed)

    async def _dead_among(self, grounds: set[str]) -> set[str] | None:
        """Return the grounds that hold no more, or None when there was no good answer."""
        try:
            status, answer = await ask_json(
                self._authorizer, "POST", "/live", {"grounds": sorted(grounds)}, within=self._every
            )
            if status == 200:  # noqa: PLR2004 — HTTP OK
                return set(answer["dead"])
            log.warning("the authorizer answered %s about live exchanges", status)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the authorizer did not answer about live exchanges: %s", error)
        return None
