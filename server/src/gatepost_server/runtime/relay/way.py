"""An app's way in: a port of its own that leads to the API, with its name said by us."""

import asyncio
import contextlib
import json
import logging
import os
import time

from gatepost_server.runtime.relay.back import Back, Dialer, Receiver
from gatepost_server.runtime.relay.exchanges import Ledger
from gatepost_server.runtime.relay.front import LINGER, Front
from gatepost_server.runtime.relay.head import Refusal
from gatepost_server.runtime.relay.measure import Measure
from gatepost_server.runtime.relay.plan import RelayPlan, WayPlan

log = logging.getLogger("gatepost.relay")

HOST = "127.0.0.1"
MOST = 32
"""Connections that one app may hold open to the API."""
PATIENCE = 0.05
DIALS_FOR = 5.0
SECRET = "GATEPOST_WAY_SECRET"  # noqa: S105  # the name of a variable, not a secret
AWAY = Refusal(
    503, "Not available right now", "Gatepost does not answer right now. Try again.", "unavailable"
)


class WayFront(Front):
    """Takes what an app sends to the API; no more than so many connections at once."""

    def __init__(self, ledger: Ledger, *, dial: Dialer, body: Measure, fronts: "set[WayFront]") -> None:
        super().__init__(ledger, dial=dial, static=None, body=body)
        self._fronts = fronts

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, if there are not too many."""
        super().connection_made(transport)
        if len(self._fronts) >= MOST:
            self.transport.abort()
            return
        self._fronts.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Make room for another one."""
        self._fronts.discard(self)
        super().connection_lost(exc)

    def on_response_end(self, *, reusable: bool) -> None:
        """End the exchange; an answer that came before the end of its request is left to be read."""
        if self._is_received:
            super().on_response_end(reusable=reusable)
            return
        self._is_refused = True  # what is still being sent is passed over
        self._end_exchange()
        self._forget_back()
        self.transport.resume_reading()
        asyncio.get_running_loop().call_later(LINGER, self.transport.close)

    def _refuse(self, why: Refusal) -> None:
        super()._refuse(AWAY if why.status >= 500 else why)  # noqa: PLR2004 — HTTP's own border


async def open_way(plan: RelayPlan) -> asyncio.Server | None:
    """Listen where the app finds the API, once we stand in its network; None when it gets no way.

    A port that the app has taken for itself is left to it: its log says that it cannot
    reach the API then.
    """
    if plan.way is None:
        return None
    ledger = Ledger(wall=time.time, steady=time.monotonic)  # its calls are no use that others make of it
    fronts: set[WayFront] = set()
    dial = _dialer(plan.way)
    try:
        return await asyncio.get_running_loop().create_server(
            lambda: WayFront(ledger, dial=dial, body=Measure(plan.body_limit), fronts=fronts),
            HOST,
            plan.way.port,
        )
    except OSError as error:
        log.warning("port %s is taken, so the app cannot reach Gatepost: %s", plan.way.port, error)
        return None


def introduction(way: WayPlan, secret: str | None) -> bytes:
    """Write the line that names the deployment, before anything that it sends."""
    return json.dumps({"deployment": way.deployment, "secret": secret}).encode() + b"\n"


def _dialer(way: WayPlan) -> Dialer:
    first = introduction(way, os.environ.get(SECRET))

    async def dial(receiver: Receiver) -> Back:
        loop = asyncio.get_running_loop()
        ends = loop.time() + DIALS_FOR
        while True:
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                _, back = await loop.create_unix_connection(lambda: Back(receiver), way.socket)
                back.transport.write(first)
                return back
            if loop.time() > ends:
                raise ConnectionRefusedError
            await asyncio.sleep(PATIENCE)  # it starts anew, and nothing was sent

    return dial
