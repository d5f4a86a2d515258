"""A seccomp filter against the system calls that sandboxes are left by; pure bytes.

Everything else is allowed: apps bring their own libraries, and namespaces, uid and Landlock
already hold the line. This takes away kernel surface that no web app needs.
"""

import errno
import platform

from gatepost_server.runtime.isolation.bpf import (
    ANY_BIT,
    ARCH_AT,
    AT_LEAST,
    EQUAL,
    KILL,
    LOAD,
    NUMBER_AT,
    RETURN,
    allow,
    block,
    load,
    refuse,
    step,
)
from gatepost_server.runtime.isolation.shared import NUMBERS, on_a_shared_network, with_a_shared_uid

X32 = 0x40000000
NEW_NAMESPACES = 0x7E020080  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET} and NEWTIME

COMMON = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "pidfd_getfd": 438, "mount_setattr": 442,
}  # fmt: skip
X86_64 = {
    "ptrace": 101, "syslog": 103, "vhangup": 153, "pivot_root": 155, "chroot": 161, "acct": 163,
    "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169,
    "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175,
    "delete_module": 176, "quotactl": 179, "lookup_dcookie": 212, "clock_settime": 227, "kexec_load": 246,
    "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298,
    "name_to_handle_at": 303, "open_by_handle_at": 304, "clock_adjtime": 305, "setns": 308,
    "process_vm_readv": 310, "process_vm_writev": 311, "finit_module": 313, "kexec_file_load": 320,
    "bpf": 321, "userfaultfd": 323,
}  # fmt: skip
AARCH64 = {
    "lookup_dcookie": 18, "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "vhangup": 58,
    "quotactl": 60, "acct": 89, "unshare": 97, "kexec_load": 104, "init_module": 105,
    "delete_module": 106, "clock_settime": 112, "syslog": 116, "ptrace": 117, "reboot": 142,
    "sethostname": 161, "setdomainname": 162, "settimeofday": 170, "add_key": 217, "request_key": 218,
    "keyctl": 219, "swapon": 224, "swapoff": 225, "perf_event_open": 241, "name_to_handle_at": 264,
    "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270,
    "process_vm_writev": 271, "finit_module": 273, "bpf": 280, "userfaultfd": 282, "kexec_file_load": 294,
}  # fmt: skip
CLONE3 = 435
MACHINES = {"x86_64": (0xC000003E, X86_64, 56), "aarch64": (0xC00000B7, AARCH64, 220)}


def filter_for(
    machine: str | None = None, *, shares_network: bool = False, shares_uid: bool = False
) -> bytes | None:
    """Return the filter of *machine* (default: this one), or None for one we do not know.

    Where cells *share the network* of the machine, no socket can be made but TCP that Landlock
    judges, and unix sockets; where they *share the uid* of the server as well, no unix socket but
    pairs of one's own, and nothing can be changed that the uid alone would allow.
    """
    name = machine or platform.machine()
    known = MACHINES.get(name)
    if known is None:
        return None
    arch, table, clone = known
    program = [
        step(LOAD, ARCH_AT),
        step(EQUAL, arch, yes=1),
        step(RETURN, KILL),
        step(LOAD, NUMBER_AT),
        step(AT_LEAST, X32, no=1),
        refuse(errno.ENOSYS),
        step(EQUAL, CLONE3, no=1),
        refuse(errno.ENOSYS),  # libc then uses clone, whose flags can be judged
    ]
    program += [block(number, refuse()) for number in sorted({**COMMON, **table}.values())]
    if shares_network:
        program += on_a_shared_network(NUMBERS[name], allows_unix=not shares_uid)
    if shares_uid:
        program += with_a_shared_uid(NUMBERS[name])
    program += [block(clone, load(0), step(ANY_BIT, NEW_NAMESPACES, no=1), refuse(), allow()), allow()]
    return b"".join(program)
