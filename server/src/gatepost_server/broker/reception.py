"""Who does a call: what apps are given is handed out, all else is done over a connection."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatepost_server.broker import wire
from gatepost_server.broker.desk import Desk
from gatepost_server.broker.handing import Handing, environment_facts
from gatepost_server.broker.leash import Leash


@dataclass(frozen=True)
class Reception:
    """Sends each call to whom it is for."""

    desk: Desk
    handing: Handing

    def __call__(self, call: Mapping[str, Any], to: socket.socket, leash: Leash) -> None:
        """Do *call* and send its answer to *to*."""
        if call.get("do") != "environment":
            self.desk(call, to, leash)
            return
        found = self.handing.environment(str(call["deployment"]))
        with leash.sending:
            wire.send_json(to, wire.ANSWER, environment_facts(found))
