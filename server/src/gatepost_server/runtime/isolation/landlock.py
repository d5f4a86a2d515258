"""Landlock by system call: which paths may be read or written, which TCP ports bound.

Standard library only: `confine.py` loads it inside the cell-to-be, after the change of uid.
"""

import ctypes
import os
import stat
import struct
from pathlib import Path

CREATE, ADD_RULE, RESTRICT = 444, 445, 446
VERSION = 1
PATH_BENEATH, NET_PORT = 1, 2

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
READS = EXECUTE | READ_FILE | READ_DIR
BASIC = (1 << 13) - 1
BIND_TCP, CONNECT_TCP = 1, 2
SCOPE_ABSTRACT, SCOPE_SIGNAL = 1, 2
TCP_SINCE = 4


def abi() -> int:
    """Return the version of Landlock that the kernel offers; 0 when it has none."""
    version = int(_libc().syscall(CREATE, None, 0, VERSION))
    return max(version, 0)


def restrict(reads: list[str], writes: list[str], bind: list[int] | None, connect: list[int]) -> None:
    """Confine this thread and its children; *bind* None leaves TCP alone (builds).

    Of TCP, the ports of *bind* may be listened on, and those of *connect* reached.

    Paths that do not exist are passed over. Needs no_new_privs.

    Raises:
        OSError: the kernel refused.
    """
    version = abi()
    files = BASIC
    for since, right in ((2, REFER), (3, TRUNCATE), (5, IOCTL_DEV)):
        if version >= since:
            files |= right
    ruleset = _created(version, files, judges_tcp=bind is not None)
    try:
        for path in reads:
            _allow_path(ruleset, path, READS & files)
        for path in writes:
            _allow_path(ruleset, path, files)
        if bind is not None and version >= TCP_SINCE:
            for right, ports in ((BIND_TCP, bind), (CONNECT_TCP, connect)):
                for port in ports:
                    _call(ADD_RULE, ruleset, NET_PORT, struct.pack("=QQ", right, port), 0)
        _call(RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def wall_off() -> None:
    """Let this thread and its children signal nobody outside, nor reach abstract sockets of others.

    Whoever adds a wall of their own inside cannot signal those who stand in this one alone.
    Needs no_new_privs and version 6.

    Raises:
        OSError: the kernel refused.
    """
    attributes = struct.pack("=QQQ", 0, 0, SCOPE_ABSTRACT | SCOPE_SIGNAL)
    ruleset = _call(CREATE, attributes, len(attributes), 0)
    try:
        _call(RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _created(version: int, files: int, *, judges_tcp: bool) -> int:
    attributes = struct.pack("=Q", files)
    if version >= TCP_SINCE:
        attributes += struct.pack("=Q", BIND_TCP | CONNECT_TCP if judges_tcp else 0)
    if version >= 6:  # noqa: PLR2004 — the version that brought scopes
        attributes += struct.pack("=Q", SCOPE_ABSTRACT | SCOPE_SIGNAL)
    return _call(CREATE, attributes, len(attributes), 0)


def _allow_path(ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= FILE_RIGHTS | TRUNCATE | IOCTL_DEV
        _call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, fd), 0)
    finally:
        os.close(fd)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    answer = int(_libc().syscall(number, *arguments))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return answer


SYSTEM_READS = [
    str(path)
    for path in map(
        Path,
        (
            "/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc/ssl", "/etc/ca-certificates",
            "/etc/pki", "/etc/alternatives",
            "/etc/fonts", "/etc/R", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone",
            "/etc/mime.types",
            "/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/hosts",
            "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime", "/proc/self",
            "/proc/sys/kernel", "/sys/devices/system/cpu", "/sys/fs/cgroup",
        ),
    )
]  # fmt: skip
SYSTEM_WRITES = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"]
