"""What a starting app is given of data connections: variables, and the ports where they begin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gatepost_server.apps import FIRST_PORT, Environment, variables_of
from gatepost_server.apps.model import DesiredApp
from gatepost_server.runtime.relay.plan import TunnelPlan
from gatepost_server.settings.folders import Folders

EnvironmentOf = Callable[[str], Environment]
"""Asks the broker what a deployment is given; may block, and raises a `GatepostError`."""
_SHARED: Final = (
    "{} is not in the environment: applications share this machine's network here, so that others could use "
    "its way to the database. Its code reaches it by gatepost.client().connection()."
)


@dataclass(frozen=True)
class Gifts:
    """Variables for an app's environment, the doors its relay opens, and what is to be said in its log."""

    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    doors: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()

    def plan_of(self, app: DesiredApp, folders: Folders) -> TunnelPlan | None:
        """Return what the relay is told; None where there is nothing to open."""
        if not self.doors:
            return None
        return TunnelPlan(app.deployment_id, str(folders.tunnels_socket), self.doors)


def gifts_for(found: Environment, *, has_own_network: bool) -> Gifts:
    """Return what an app gets of *found*; only on loopback of its own can nobody else use the ways."""
    notes = [f"{one.name} is not in the environment: {one.why}" for one in found.withheld]
    if not has_own_network:
        return Gifts(notes=(*notes, *(_SHARED.format(one.name) for one in found.given)))
    env: dict[str, str] = {}
    doors = []
    for port, one in enumerate(found.given, FIRST_PORT):
        env |= variables_of(one, port)
        doors.append((one.name, port))
    return Gifts(env, tuple(doors), tuple(notes))
