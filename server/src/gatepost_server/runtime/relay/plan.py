"""What a relay is told at its start; no secret is in it."""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class WayPlan:
    """An app's way in: the port where it finds the API, and the socket that leads there.

    Where the port can be reached by others, a secret in the path tells them apart; it comes
    by the environment.
    """

    deployment: str
    port: int
    socket: str


@dataclass(frozen=True)
class TunnelPlan:
    """Ports on the app's own loopback, each for a database by name, and the socket that leads there."""

    deployment: str
    socket: str
    doors: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class RelayPlan:
    """Where to listen, whom to ask, and what lies behind.

    `authorizers` is the folder with the sockets of those who may be asked; any will do.

    Either `static_root` (files served by the relay itself) or `port` on loopback, which is
    that of the network namespace of `netns_pid` when given. `guarded_group` and
    `guarded_uid` are ended when our own parent dies, where no pid namespace does so. With
    `has_peers` the gate may ask another process of the deployment when this one is gone.
    `alive_path` is asked for a sign of life: any answer, or with `is_well_only` one of 200 to 399.
    """

    listen: str
    control: str
    authorizers: str
    port: int = 0
    netns_pid: int | None = None
    static_root: str | None = None
    alive_path: str = "/"
    is_well_only: bool = False
    start_timeout: float = 120.0
    ask_every: float = 5.0
    give_up_after: float = 30.0
    body_limit: int | None = None
    parent: int | None = None
    guarded_group: int | None = None
    guarded_uid: int | None = None
    way: WayPlan | None = None
    tunnels: TunnelPlan | None = None
    has_peers: bool = False

    def to_argument(self) -> str:
        """Write the plan as one command-line argument."""
        return json.dumps(asdict(self))

    @classmethod
    def from_argument(cls, text: str) -> "RelayPlan":
        """Read what `to_argument` wrote."""
        told = json.loads(text)
        way, tunnels = told.pop("way"), told.pop("tunnels")
        return cls(
            **told,
            way=None if way is None else WayPlan(**way),
            tunnels=None if tunnels is None else _tunnels(tunnels),
        )


def _tunnels(told: dict[str, Any]) -> TunnelPlan:
    doors = tuple((name, port) for name, port in told["doors"])
    return TunnelPlan(told["deployment"], told["socket"], doors)
