"""Runs deployments as local processes."""

import asyncio
from collections import Counter
from collections.abc import Callable

from gatepost_server.apps import Environment
from gatepost_server.apps.model import DesiredApp
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.kernel.secret import Secret
from gatepost_server.runtime.engine import CannotRunError, Running, StartFailedError, lack_of
from gatepost_server.runtime.given import EnvironmentOf, Gifts, gifts_for
from gatepost_server.runtime.meter import Meter
from gatepost_server.runtime.running import Ground, LocalRunning
from gatepost_server.settings.folders import Folders

KeyOf = Callable[[str], Secret | None]
"""Gives the key that a deployment is started with; may block."""


class LocalEngine:
    """Runs each deployment as one sandboxed process behind one relay."""

    def __init__(
        self,
        folders: Folders,
        ground: Ground,
        key_of: KeyOf,
        meter: Meter,
        *,
        environment_of: EnvironmentOf = lambda _: Environment(),
        start_timeout: float = 120.0,
    ) -> None:
        self._folders = folders
        self._ground = ground
        self._key_of = key_of
        self._environment_of = environment_of
        self._meter = meter
        self._start_timeout = start_timeout
        self._living: Counter[int] = Counter()

    async def start(self, app: DesiredApp, index: int) -> Running:
        """Start process *index* of *app* and return once it answers over HTTP."""
        refusal = self._ground.isolation.refusal_for(trusted=app.trusted) or lack_of(app)
        if refusal is not None:
            raise CannotRunError(refusal)
        try:
            key = await asyncio.to_thread(self._key_of, app.deployment_id)
        except GatepostError as error:
            raise StartFailedError(f"Its key could not be read: {error.detail}") from error
        gifts = await self._gifts(app)
        running = LocalRunning(self._folders, app, self._ground, index, self._living)
        self._meter.watch(app.app_id, running)
        try:
            await running.come_up(self._start_timeout, key, gifts)
        except BaseException:
            await asyncio.shield(running.stop())
            raise
        return running

    async def _gifts(self, app: DesiredApp) -> Gifts:
        if not app.has_connections:
            return Gifts()
        try:
            found = await asyncio.to_thread(self._environment_of, app.deployment_id)
        except GatepostError as error:
            raise StartFailedError(f"Its data connections could not be read: {error.detail}") from error
        return gifts_for(found, has_own_network=self._ground.confinement.has_own_network)
