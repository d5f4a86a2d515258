"""Lets a process write as much into its log as administrators have said, without a restart."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from gatepost_server import instance
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.instance import LogLevels
from gatepost_server.kernel.actor import Origin, system_actor
from gatepost_server.kernel.errors import GatepostError

log = logging.getLogger(__name__)

_OURS: Final = ("gatepost", "gatepost_server")
_LOOK_S: Final = 1.0


class LevelFollower:
    """Sets the loggers of this process to what is stored, whenever that has changed."""

    def __init__(self, read: Callable[[], LogLevels]) -> None:
        self._read = read
        self._known = LogLevels()

    def look(self) -> None:
        """Read the levels once and follow them; a store that does not answer changes nothing."""
        try:
            wanted = self._read()
        except GatepostError as error:
            log.debug("the log levels could not be read: %s", error)
            return
        if wanted == self._known:
            return
        for name in self._known.loggers:
            logging.getLogger(name).setLevel(logging.NOTSET)
        for name in _OURS:
            logging.getLogger(name).setLevel(wanted.level)
        for name, level in wanted.loggers.items():
            logging.getLogger(name).setLevel(level)
        self._known = wanted
        log.warning("log levels: %s, %s", wanted.level, dict(wanted.loggers) or "no others")


def follow_log_levels(base: Foundation) -> None:
    """Follow the stored levels as long as this process lives, in a thread of its own."""
    who = (system_actor("logs"), Origin("logs", door="logs"))

    def read() -> LogLevels:
        with base.uow.read(*who) as tx:
            return instance.log_levels(tx)

    follower = LevelFollower(read)

    def follow() -> None:
        never = threading.Event()
        while not never.wait(_LOOK_S):
            follower.look()

    threading.Thread(target=follow, name="log-levels", daemon=True).start()
