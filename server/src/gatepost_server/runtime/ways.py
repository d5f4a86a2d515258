"""How an app is told where the API is: an address that is its own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gatepost_server.apps.model import DesiredApp
from gatepost_server.kernel.ids import hex_of
from gatepost_server.kernel.secret import Secret
from gatepost_server.runtime.relay.plan import WayPlan
from gatepost_server.runtime.relay.way import HOST, SECRET
from gatepost_server.settings.folders import Folders

PORT: Final = 8081
_KEYS: Final = ("GATEPOST_API_KEY", "DATAROBOT_API_TOKEN", "CONNECT_API_KEY")


@dataclass(frozen=True)
class WayIn:
    """The way in of one started deployment.

    On loopback of its own the port says enough. On one that others share a secret in the
    path, new at each start, tells the app from its neighbours.
    """

    port: int
    secret: str | None

    @classmethod
    def own(cls) -> "WayIn":
        """Return the way in of an app with a network of its own."""
        return cls(PORT, None)

    @classmethod
    def shared(cls, port: int) -> "WayIn":
        """Return the way in of an app that shares the machine's loopback."""
        return cls(port, secrets.token_urlsafe(24))

    def env_of(self, app: DesiredApp, key: Secret | None) -> Mapping[str, str]:
        """Return what the app reads in its environment, under our names and those of the vendors."""
        path = "" if self.secret is None else f"/{self.secret}"
        server = f"http://{HOST}:{self.port}{path}"
        told = {
            "GATEPOST_SERVER": server,
            "GATEPOST_APP_ID": app.app_id,
            "APPLICATION_ID": hex_of(app.app_id),  # 24 digits are what DataRobot's library takes for an id
            "DATAROBOT_ENDPOINT": f"{server}/api/v2",
            "CONNECT_SERVER": server,
        }
        return told if key is None else told | dict.fromkeys(_KEYS, key.reveal())

    def plan_of(self, app: DesiredApp, folders: Folders) -> WayPlan:
        """Return what the relay is told on its command line."""
        return WayPlan(app.deployment_id, self.port, str(folders.ways_socket))

    def relay_env(self) -> Mapping[str, str]:
        """Return what the relay is told by its environment, which others cannot read."""
        return {} if self.secret is None else {SECRET: self.secret}
