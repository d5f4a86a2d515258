"""Room for files that are fetched: bounded for all calls together, and never the disk's last."""

import os
import threading
from pathlib import Path
from typing import Final

from gatepost_server.connections import Failure, StatementFailed

MOST: Final = 16 << 30
FLOOR: Final = 1 << 30


class Spool:
    """Counts what calls keep on disk meanwhile."""

    def __init__(self, most: int = MOST, floor: int = FLOOR) -> None:
        self._most, self._floor = most, floor
        self._kept = 0
        self._lock = threading.Lock()

    def take(self, size: int, folder: Path) -> None:
        """Take room for *size* bytes in *folder*, which `give` gives back.

        Raises:
            StatementFailed: others have it, or the disk has no more to spare.
        """
        facts = os.statvfs(folder)
        with self._lock:
            if self._kept + size > self._most or facts.f_bavail * facts.f_frsize - size < self._floor:
                raise StatementFailed(Failure.TOO_MUCH)
            self._kept += size

    def give(self, size: int) -> None:
        """Give room back."""
        with self._lock:
            self._kept -= size
