"""What the broker forbids itself and others, since secrets lie in its memory."""

import ctypes
import os
import resource
from typing import Final

PR_SET_DUMPABLE: Final = 4
_DRIVERS_READ: Final = ("PG", "MYSQL", "MARIADB", "AWS_", "SSLKEYLOGFILE")
_MEMORY: Final = 8 << 30
"""However much a far end sends: what is beyond fails, and the machine goes on."""
_NOWHERE: Final = "/nonexistent"


def harden() -> None:
    """Write no core dump, let nobody trace us, and leave drivers no settings to find.

    Raises:
        OSError: the kernel refused.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    for name in list(os.environ):
        if name.startswith(_DRIVERS_READ):
            del os.environ[name]
    os.environ["HOME"] = _NOWHERE  # no ~/.pgpass, no ~/.my.cnf
