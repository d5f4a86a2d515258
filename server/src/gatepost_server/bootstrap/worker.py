"""The worker of this instance: what is done again and again in the background."""

from gatepost_server.apps import Desk
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.gateway.envoy.desired import gate_of
from gatepost_server.gateway.keeper import Keeper
from gatepost_server.settings import Settings
from gatepost_server.worker import Job, repeat_until_stopped


def serve(settings: Settings) -> None:
    """Run every job until SIGTERM; blocks."""
    base = Foundation.lay(settings)
    keeper = Keeper(Desk(base.uow, base.folders, "worker"), gate_of(settings, base.folders))
    repeat_until_stopped([Job("clusters", keeper.step, every_s=0.1)])
