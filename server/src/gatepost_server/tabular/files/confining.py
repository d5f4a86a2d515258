"""What a process that reads a stranger's file gives up before it opens it."""

import ctypes
import os
import platform
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
_OUTSIDE, _OUTSIDE_SINCE = 3, 6
_SET_PDEATHSIG, _SET_DUMPABLE, _NO_NEW_PRIVS = 1, 4, 38
_MACHINE: Final = ("/proc/self/cgroup", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/proc/stat")
"""What engines ask of the machine: how many cores, how much memory. Nobody's data."""
_LOAD, _IS, _IS_FROM, _ANSWER = 0x20, 0x15, 0x35, 0x06
_PERMITTED, _NOT_PERMITTED = 0x7FFF0000, 0x00050001
_OTHER_NUMBERS: Final = 0x40000000
_IO_URING: Final = 425
_MACHINES: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_SET_SECCOMP: Final = 22
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
    _forbid_sockets(libc)


def _landlock(libc: ctypes.CDLL, abi: int, file: int) -> None:
    """Forbid every file but *file*, every TCP connection, and signals to processes outside."""
    files = _BASIC
    for since, right in _LATER:
        files |= right if abi >= since else 0
    judged = struct.pack("=Q", files)
    judged += struct.pack("=Q", _TCP) if abi >= _TCP_SINCE else b""
    judged += struct.pack("=Q", _OUTSIDE) if abi >= _OUTSIDE_SINCE else b""
    ruleset = _checked(libc.syscall(_CREATE, judged, len(judged), 0))
    _allow(libc, ruleset, file)
    for path in filter(os.path.exists, _MACHINE):
        facts = os.open(path, os.O_PATH | os.O_CLOEXEC)
        _allow(libc, ruleset, facts)
        os.close(facts)
    _checked(libc.syscall(_RESTRICT, ruleset, 0))
    os.close(ruleset)


def _forbid_sockets(libc: ctypes.CDLL) -> None:
    """Refuse every new socket: Landlock judges TCP, and a unix socket of ours is not to be asked either."""
    if platform.machine() not in _MACHINES:
        return
    audited, socket = _MACHINES[platform.machine()]
    program = b"".join(
        struct.pack("=HBBI", *one)
        for one in (
            (_LOAD, 0, 0, 4),
            (_IS, 1, 0, audited),
            (_ANSWER, 0, 0, _NOT_PERMITTED),
            (_LOAD, 0, 0, 0),
            (_IS_FROM, 3, 0, _OTHER_NUMBERS),
            (_IS, 2, 0, socket),
            (_IS, 1, 0, _IO_URING),
            (_ANSWER, 0, 0, _PERMITTED),
            (_ANSWER, 0, 0, _NOT_PERMITTED),
        )
    )
    kept = ctypes.create_string_buffer(program, len(program))
    filtering = _Program(len(program) // 8, ctypes.addressof(kept))
    _checked(libc.prctl(_SET_SECCOMP, 2, ctypes.byref(filtering), 0, 0))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _allow(libc: ctypes.CDLL, ruleset: int, below: int) -> None:
    rule = struct.pack("=Qi", _READ_FILE, below)
    _checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
