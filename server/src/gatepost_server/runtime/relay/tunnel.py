"""An app's ways to the databases it was given: ports of its own loopback that lead to the broker."""

import asyncio
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from gatepost_server.kernel.piping import pipe
from gatepost_server.runtime.relay.plan import TunnelPlan
from gatepost_server.runtime.relay.way import HOST

log = logging.getLogger("gatepost.relay")


async def open_tunnels(plan: TunnelPlan | None) -> Sequence[asyncio.Server]:
    """Listen at each port, once we stand in the app's network; one that the app has taken is left to it."""
    if plan is None:
        return []
    opened = []
    for name, port in plan.doors:
        try:
            opened.append(await asyncio.start_server(partial(_take, plan, name), HOST, port))
        except OSError as error:
            log.warning("port %s is taken, so the app cannot reach %s: %s", port, name, error)
    return opened


def introduction(plan: TunnelPlan, name: str) -> bytes:
    """Write the line that says whose way it is, and where to."""
    return json.dumps({"deployment": plan.deployment, "connection": name}).encode() + b"\n"


async def _take(
    plan: TunnelPlan, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with suppress(OSError):  # the broker starts anew: the driver says that nobody answers
        far = await asyncio.open_unix_connection(plan.socket)
        far[1].write(introduction(plan, name))
        await pipe((reader, writer), far)
    writer.close()
