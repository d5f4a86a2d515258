"""What a process that reads a stranger's file gives up before it opens it."""

import ctypes
import os
import resource
import signal
import struct
from typing import Final

_CREATE, _ADD_RULE, _RESTRICT, _ABI = 444, 445, 446, 1
_PATH_BENEATH: Final = 1
_READ_FILE: Final = 4
_BASIC: Final = (1 << 13) - 1
_LATER: Final = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
_TCP, _TCP_SINCE = 3, 4
_SET_PDEATHSIG, _SET_DUMPABLE, _NO_NEW_PRIVS = 1, 4, 38
_MACHINE: Final = ("/proc/self/cgroup", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/proc/stat")
"""What engines ask of the machine: how many cores, how much memory. Nobody's data."""
_MIB: Final = 1 << 20


def confine(file: int, *, memory_mb: int, seconds: float) -> None:
    """Keep nothing but reading *file*, within limits of memory and time; die with the parent.

    Where the kernel has no Landlock the limits stand alone.

    Raises:
        OSError: the kernel refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for option, value in ((_SET_PDEATHSIG, signal.SIGKILL), (_NO_NEW_PRIVS, 1), (_SET_DUMPABLE, 0)):
        _checked(libc.prctl(option, value, 0, 0, 0))
    for what, most in (
        (resource.RLIMIT_AS, memory_mb * _MIB),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(seconds) + 5),
    ):
        resource.setrlimit(what, (most, most))
    abi = int(libc.syscall(_CREATE, None, 0, _ABI))
    if abi > 0:
        _landlock(libc, abi, file)


def _landlock(libc: ctypes.CDLL, abi: int, file: int) -> None:
    """Forbid every file but *file*, and every TCP connection."""
    files = _BASIC
    for since, right in _LATER:
        files |= right if abi >= since else 0
    judged = struct.pack("=QQ", files, _TCP) if abi >= _TCP_SINCE else struct.pack("=Q", files)
    ruleset = _checked(libc.syscall(_CREATE, judged, len(judged), 0))
    _allow(libc, ruleset, file)
    for path in filter(os.path.exists, _MACHINE):
        facts = os.open(path, os.O_PATH | os.O_CLOEXEC)
        _allow(libc, ruleset, facts)
        os.close(facts)
    _checked(libc.syscall(_RESTRICT, ruleset, 0))
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, below: int) -> None:
    rule = struct.pack("=Qi", _READ_FILE, below)
    _checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
