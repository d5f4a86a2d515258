"""The runtime of this instance: builds and applications."""

import asyncio
import os

from gatepost_server.apps import Desk
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.log_levels import follow_log_levels
from gatepost_server.broker import Client
from gatepost_server.crypto import Seals
from gatepost_server.runtime import service
from gatepost_server.runtime.replica import Habits
from gatepost_server.settings import Settings


def serve(settings: Settings) -> None:
    """Build and run until SIGTERM; blocks."""
    base = Foundation.lay(settings)
    follow_log_levels(base)
    asyncio.run(
        service.serve(
            Desk(base.uow, base.folders, "runtime", Seals.load(base.folders.secrets), safe=base.safe()),
            Client(base.folders.broker_socket).environment,
            folders=base.folders,
            isolation=settings.isolation,
            clock=base.clock,
            habits=Habits(idle_after=float(settings.idle_after)),
            surroundings=dict(os.environ),
            body_limit=settings.body_limit(),
        )
    )
