"""Building an authorizer from an instance's foundation, and serving it on its socket."""

import asyncio
import os
import signal
import threading
from pathlib import Path
from typing import Final

import uvloop

from gatepost_server.authn import Means, parse_proxies
from gatepost_server.crypto import Assertions
from gatepost_server.gateway.authorizer.asserting import Asserted
from gatepost_server.gateway.authorizer.bad_keys import BadKeys
from gatepost_server.gateway.authorizer.door import Authorizer
from gatepost_server.gateway.authorizer.means import GateMeans
from gatepost_server.gateway.authorizer.notes import Notes
from gatepost_server.gateway.authorizer.reading import StandingReader
from gatepost_server.gateway.authorizer.visiting import Visits
from gatepost_server.gateway.authorizer.wire import Wire
from gatepost_server.gateway.envoy.desired import gate_of
from gatepost_server.identity import SignIn
from gatepost_server.kernel.collecting import collect_seldom
from gatepost_server.settings import Folders, Settings
from gatepost_server.store import UnitOfWork

_BACKLOG: Final = 2048
_GRACE_S: Final = 1.0


def build_authorizer(
    settings: Settings, folders: Folders, uow: UnitOfWork, authn: Means, sign_in: SignIn
) -> Authorizer:
    """Return one authorizer of this instance; several may serve side by side."""
    gate = gate_of(settings, folders)
    return Authorizer(
        GateMeans(
            uow=uow,
            reader=StandingReader(uow.engine),
            authn=authn,
            sign_in=sign_in,
            proxies=parse_proxies(settings.trusted_proxies),
            gate=gate,
            folders=folders,
            body_limit=settings.body_limit(),
            notes=Notes(uow),
            visits=Visits(uow, authn.peppers),
            bad_keys=BadKeys(shared_by=gate.asked_at_once),
            asserted=Asserted(Assertions(folders.secrets), gate.control_origin),
        )
    )


class GateServer:
    """Serves an authorizer on a unix socket that only our own user can open."""

    def __init__(self, authorizer: Authorizer, socket: Path) -> None:
        self._authorizer = authorizer
        self._socket = socket
        self._wires: set[Wire] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def run(self) -> None:
        """Serve until SIGTERM, SIGINT or `stop`; blocks."""
        uvloop.run(self._served())

    def stop(self) -> None:
        """Let `run` come to its end; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    async def _served(self) -> None:
        self._loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(number, self._told.set)
        writing = asyncio.create_task(self._authorizer.notes.keep_writing())
        server = await self._listening()
        await self._told.wait()
        server.close()
        waiting = [wire.waiting for wire in self._wires if wire.waiting is not None]
        if waiting:
            # What takes longer to wake is asked for again.
            await asyncio.wait(waiting, timeout=_GRACE_S)
        for wire in list(self._wires):
            wire.close()
        self._socket.unlink(missing_ok=True)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)

    async def _listening(self) -> asyncio.Server:
        self._socket.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            return await asyncio.get_running_loop().create_unix_server(
                lambda: Wire(self._authorizer, self._wires), str(self._socket), backlog=_BACKLOG
            )
        finally:
            os.umask(mask)


def serve(authorizer: Authorizer, socket: Path) -> None:
    """Serve on *socket* until SIGTERM; blocks."""
    collect_seldom()
    GateServer(authorizer, socket).run()
