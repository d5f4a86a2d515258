"""Ways from apps to the databases they were given: bytes, with TLS at the far side as it is demanded.

An app's relay names deployment and connection in a first line; what follows is PostgreSQL's own
protocol, signed in to by the app. Each way is judged when it is opened, and again whenever the store
has changed: one that may not go on is cut.
"""

import asyncio
import json
import logging
import socket
import ssl
import struct
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final

from gatepost_server.broker import tls, wire
from gatepost_server.broker.greeting import greet
from gatepost_server.broker.handing import Handing, NotGiven
from gatepost_server.broker.serving import listening
from gatepost_server.broker.trial import StepFailed
from gatepost_server.connections import HINTS, Target
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.kernel.piping import End, pipe

log = logging.getLogger(__name__)

MOST_OF_ONE: Final = 64
"""Ways that one deployment has open at a time."""
LOOKS_EVERY_S: Final = 0.5
_INTRODUCED_WITHIN_S: Final = 5.0
_FIRST_PACKET: Final = 10_000
_REFUSED: Final = "28000"


@dataclass(frozen=True)
class _Way:
    deployment: str
    name: str
    target: Target
    address: str


class Tunnels:
    """Opens ways on a socket of our own user's; *has_moved* says cheaply that rights may have changed."""

    def __init__(
        self, path: Path, handing: Handing, has_moved: Callable[[], bool], *, every: float = LOOKS_EVERY_S
    ) -> None:
        self._listener = listening(path)
        self._handing = handing
        self._has_moved = has_moved
        self._every = every
        self._ways: dict[asyncio.Task[None], _Way] = {}
        self._of_one: Counter[str] = Counter()

    def start(self) -> None:
        """Serve in a thread of its own, for as long as the process lives."""
        Thread(target=asyncio.run, args=(self._serve(),), name="tunnels", daemon=True).start()

    async def _serve(self) -> None:
        server = await asyncio.start_unix_server(self._take, sock=self._listener)
        async with server:
            while True:
                await asyncio.sleep(self._every)
                has_moved: bool = await asyncio.to_thread(self._has_moved)
                if has_moved:
                    await self._look()

    async def _look(self) -> None:
        """Cut every way that may not go on; whoever cannot be asked cuts it, too."""
        for task, way in list(self._ways.items()):
            if not await self._may_go_on(way):
                task.cancel()

    async def _may_go_on(self, way: _Way) -> bool:
        leads = self._handing.leads
        return await asyncio.to_thread(leads, way.deployment, way.name, way.target, way.address)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if wire.is_ours(writer.get_extra_info("socket")):
                async with asyncio.timeout(_INTRODUCED_WITHIN_S):
                    told = json.loads(await reader.readline())
                await self._lead((reader, writer), str(told["deployment"]), str(told["connection"]))
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            log.info("a way to a database ended: %s", type(error).__name__)
        finally:
            writer.close()

    async def _lead(self, near: End, deployment: str, name: str) -> None:
        if self._of_one[deployment] >= MOST_OF_ONE:
            await _refuse(near, "The application has too many connections open here.")
            return
        self._of_one[deployment] += 1
        try:
            target = await asyncio.to_thread(self._handing.place, deployment, name)
            far = await self._far(target)
            way = _Way(deployment, name, target, far[1].get_extra_info("peername")[0])
            await self._piped(near, far, way)
        except GatepostError as error:
            await _refuse(near, error.detail)
        except NotGiven as error:
            await _refuse(near, str(error))
        except StepFailed as failed:
            await _refuse(near, HINTS[failed.code])
        finally:
            self._of_one -= Counter((deployment,))

    async def _piped(self, near: End, far: End, way: _Way) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ways[task] = way
        # What changed while it was dialed was not looked for.
        try:
            if await self._may_go_on(way):
                async with asyncio.timeout(self._handing.agree_s):
                    await greet(near, far)
                await pipe(near, far)
        finally:
            del self._ways[task]
            far[1].close()

    async def _far(self, target: Target) -> End:
        opened = await asyncio.to_thread(self._handing.dialed, target)
        try:
            return await _agreed(opened, target, self._handing.agree_s)
        except BaseException:
            opened.close()
            raise


async def _agreed(opened: socket.socket, target: Target, within: float) -> End:
    """Return the streams of *opened*, over TLS as *target* demands it.

    Raises:
        StepFailed: the server is not who it should be.
    """
    if tls.demanded(target) == tls.DISABLE:
        return await asyncio.open_connection(sock=opened)
    context: ssl.SSLContext = tls.context_of(target)
    with tls.told():
        return await asyncio.open_connection(
            sock=opened, ssl=context, server_hostname=str(target.params["host"]), ssl_handshake_timeout=within
        )


async def _refuse(near: End, why: str) -> None:
    """Say *why* as a PostgreSQL server says it, so that every driver shows it."""
    fields = f"SFATAL\0VFATAL\0C{_REFUSED}\0MGatepost: {why}\0\0".encode()
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_INTRODUCED_WITHIN_S):
            await near[0].read(_FIRST_PACKET)  # unread, it would take our words with it
            near[1].write(b"E" + struct.pack("!i", len(fields) + 4) + fields)
            await near[1].drain()
