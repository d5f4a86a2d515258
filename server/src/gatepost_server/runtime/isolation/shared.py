"""What a filter refuses besides, where cells share the machine's network or the server's uid; pure.

Landlock judges TCP as such: not the protocols that come down to it (MPTCP), nor a connection made
by sending (Fast Open), nor UDP. Nor does it judge modes, owners and limits, which one uid shares.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from gatepost_server.runtime.isolation.bpf import AND, ANY_BIT, EQUAL, allow, block, load, refuse, step

AF_UNIX, AF_INET, AF_INET6, AF_NETLINK = 1, 2, 10, 16
SOCK_STREAM, TYPES = 1, 0xF
TCP, TCP_FASTOPEN_CONNECT, MSG_FASTOPEN = 6, 30, 0x20000000

Numbers = Mapping[str, int]
X86_64: Final[Numbers] = {
    "socket": 41, "sendto": 44, "sendmsg": 46, "setsockopt": 54, "sendmmsg": 307,
    "prlimit64": 302, "setpriority": 141, "ioprio_set": 251, "sched_setparam": 142,
    "sched_setscheduler": 144, "sched_setaffinity": 203, "sched_setattr": 314,
    "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "utime": 132, "utimes": 235,
    "fchownat": 260, "futimesat": 261, "fchmodat": 268, "utimensat": 280, "fchmodat2": 452,
    "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198,
    "fremovexattr": 199, "setxattrat": 463, "removexattrat": 466,
}  # fmt: skip
AARCH64: Final[Numbers] = {
    "socket": 198, "sendto": 206, "sendmsg": 211, "setsockopt": 208, "sendmmsg": 269,
    "prlimit64": 261, "setpriority": 140, "ioprio_set": 30, "sched_setparam": 118,
    "sched_setscheduler": 119, "sched_setaffinity": 122, "sched_setattr": 274,
    "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55, "utimensat": 88, "fchmodat2": 452,
    "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15,
    "fremovexattr": 16, "setxattrat": 463, "removexattrat": 466,
}  # fmt: skip
NUMBERS: Final = {"x86_64": X86_64, "aarch64": AARCH64}

_SENDING: Final = {"sendto": 3, "sendmsg": 2, "sendmmsg": 3}
_WHO: Final = {
    "prlimit64": 0, "sched_setparam": 0, "sched_setscheduler": 0, "sched_setaffinity": 0, "sched_setattr": 0,
    "setpriority": 1, "ioprio_set": 1,
}  # fmt: skip
"""Calls about a process, by the argument that says which; 0 is oneself."""


def on_a_shared_network(numbers: Numbers, *, allows_unix: bool) -> Iterator[bytes]:
    """Leave TCP as Landlock judges it, netlink, and unix sockets if they are allowed: nothing else."""
    families = (AF_NETLINK, AF_UNIX) if allows_unix else (AF_NETLINK,)
    others = [part for family in families for part in (step(EQUAL, family, no=1), allow())]
    yield block(
        numbers["socket"],
        load(0),
        step(EQUAL, AF_INET, yes=1),
        step(EQUAL, AF_INET6, no=8),
        load(1),
        step(AND, TYPES),
        step(EQUAL, SOCK_STREAM, no=4),
        load(2),
        step(EQUAL, 0, yes=1),
        step(EQUAL, TCP, no=1),
        allow(),
        refuse(),
        *others,
        refuse(),
    )
    for name, flags in _SENDING.items():
        yield block(numbers[name], load(flags), step(ANY_BIT, MSG_FASTOPEN, no=1), refuse(), allow())
    yield block(
        numbers["setsockopt"],
        load(1),
        step(EQUAL, TCP, no=3),
        load(2),
        step(EQUAL, TCP_FASTOPEN_CONNECT, no=1),
        refuse(),
        allow(),
    )


def with_a_shared_uid(numbers: Numbers) -> Iterator[bytes]:
    """Leave limits and priorities of other processes alone, and modes, owners and attributes of any file.

    Changing those of a file does as if it were done, so that copying with them goes on.
    """
    for name, who in _WHO.items():
        yield block(numbers[name], load(who), step(EQUAL, 0, no=1), allow(), refuse())
    for name, number in numbers.items():
        if name not in _WHO and name not in _SENDING and name not in ("socket", "setsockopt"):
            yield block(number, refuse(0))
