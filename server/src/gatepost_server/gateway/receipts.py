"""The receipt of a revocation: which gates have forgotten, how many connections were closed."""

import asyncio
import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gatepost_server.gateway.unix_http import get, post
from gatepost_server.kernel.clock import Clock
from gatepost_server.settings import Folders, authorizers_in

log = logging.getLogger(__name__)

_PING_S = 2.0
_RECHECK_S = 5.0
_AT_ONCE = 64


@dataclass(frozen=True)
class Confirmation:
    """A gate that answered after the commit; it remembers nothing, so it has forgotten."""

    id: str
    confirmed_at: datetime


@dataclass(frozen=True)
class Receipt:
    """What a revocation did, as far as it was confirmed when this was written."""

    epoch: int
    gates: tuple[Confirmation, ...]
    connections_closed: int
    took_ms: float
    revoked: bool = True

    def as_json(self) -> dict[str, object]:
        """Return the receipt in the shape that callers rely on."""
        return {
            "revoked": self.revoked,
            "epoch": self.epoch,
            "gates": [{"id": gate.id, "confirmed_at": gate.confirmed_at.isoformat()} for gate in self.gates],
            "connections_closed": self.connections_closed,
            "took_ms": self.took_ms,
        }


def collect(folders: Folders, clock: Clock, *, epoch: int) -> Receipt:
    """Ask every gate and every relay, after the commit of what is revoked.

    *epoch* is the moment of the commit in microseconds. Blocks for as long as the slowest
    answer, at most a few seconds; call it outside of any transaction and of any event loop.
    """
    return asyncio.run(_collected(folders, clock, epoch))


async def _collected(folders: Folders, clock: Clock, epoch: int) -> Receipt:
    began = time.perf_counter()
    asked = [_ping(socket, clock) for socket in authorizers_in(folders.run)]
    confirmations = await asyncio.gather(*asked)
    turn = asyncio.Semaphore(_AT_ONCE)
    closed = await asyncio.gather(*(_recheck(ctl, turn) for ctl in sorted(folders.relays.glob("*.ctl"))))
    return Receipt(
        epoch=epoch,
        gates=tuple(each for each in confirmations if each is not None),
        connections_closed=sum(closed),
        took_ms=round((time.perf_counter() - began) * 1000, 1),
    )


async def _ping(socket: Path, clock: Clock) -> Confirmation | None:
    """Ask one authorizer; one that is away serves nobody and remembers nothing either."""
    try:
        said = json.loads(await get(socket, "/ping", seconds=_PING_S))
    except (OSError, ValueError) as error:
        log.warning("a gate did not confirm: %s", error)
        return None
    return Confirmation(str(said["id"]), clock.now())


async def _recheck(ctl: Path, turn: asyncio.Semaphore) -> int:
    async with turn:
        try:
            said = json.loads(await post(ctl, "/recheck", b"", seconds=_RECHECK_S))
        except (OSError, ValueError) as error:
            # A relay that has just ended leaves its socket; it holds no connection any more.
            log.info("%s did not recheck: %s", ctl.name, error)
            return 0
    return int(said["closed"])
