"""Enters the network namespace of a sandbox, so that its loopback is ours."""

import ctypes
import fcntl
import os

CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000
NS_GET_USERNS = 0xB701


def enter_network_of(pid: int) -> None:
    """Join the network namespace of *pid*; unix sockets by path go on as before.

    Must be called before any thread is started. Without root the user namespace that owns
    it is joined first, which the one who made it may do.

    Raises:
        OSError: the process is gone, or the kernel refused.
    """
    network = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if os.geteuid() != 0:
            owner = fcntl.ioctl(network, NS_GET_USERNS)
            _setns(owner, CLONE_NEWUSER)
            os.close(owner)
        _setns(network, CLONE_NEWNET)
    finally:
        os.close(network)


def _setns(fd: int, kind: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, kind) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
