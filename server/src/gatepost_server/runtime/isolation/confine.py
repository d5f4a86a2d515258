"""The last trusted step before an app: takes everything away, then becomes the app.

Runs as a program of its own (`python -I -S confine.py`, standard library only), inside the
sandbox where there is one. Reads one JSON plan from stdin, so that neither the environment
nor anything else of the app is ever on a command line.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import TypedDict

PR_SET_PDEATHSIG = 1
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
LAST_CAPABILITY = 63


class Landlock(TypedDict):
    """Paths by right, and the TCP ports that may be bound (None: TCP is not judged) and reached."""

    reads: list[str]
    writes: list[str]
    bind: list[int] | None
    connect: list[int]


class Plan(TypedDict):
    """What `Start.stdin` holds."""

    argv: list[str]
    env: dict[str, str]
    cwd: str
    uid: int | None
    parent: int | None
    rlimits: dict[str, int]
    landlock: Landlock | None
    seccomp: str | None
    folders: list[str]
    umask: int
    is_guarded: bool


def prctl(option: int, argument: int | ctypes.c_void_p) -> None:
    """Ask the kernel by prctl.

    Raises:
        OSError: the kernel refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, argument, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def limit(rlimits: dict[str, int]) -> None:
    """Lower the named limits, never above what is allowed already."""
    for name, wanted in rlimits.items():
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (value, value))


def drop_to(uid: int | None) -> None:
    """Become *uid* for good, with no capability left and none to be had."""
    if uid is not None:
        for capability in range(LAST_CAPABILITY + 1):
            try:
                prctl(PR_CAPBSET_DROP, capability)
            except OSError:
                break  # past the last capability this kernel knows, or not ours to drop
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def filter_calls(program: bytes) -> None:
    """Forbid the system calls that *program* (BPF) names, for this process and its children."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    code = ctypes.create_string_buffer(program, len(program))
    holder = Program(len(program) // 8, ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(holder), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def follow(parent: int | None) -> None:
    """Die when *parent* dies; end at once when it is gone already."""
    if parent is None:
        return
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(125)


def main() -> None:
    """Carry out the plan and become its command."""
    plan: Plan = json.loads(sys.stdin.buffer.read())
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.umask(plan["umask"])
    for signum in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(signum, signal.SIG_DFL)  # Python ignores both; a plain program expects them
    limit(plan["rlimits"])
    drop_to(plan["uid"])
    if not plan["is_guarded"]:
        follow(plan["parent"])  # after the change of uid, which forgets the death signal
    for folder in plan["folders"]:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    if plan["landlock"] is not None:
        sys.path.insert(0, str(Path(__file__).parent))
        import landlock  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 — lies beside this file

        if plan["is_guarded"]:
            import guard  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 — as above

            landlock.wall_off()
            guard.stand_guard(plan["parent"])
        landlock.restrict(**plan["landlock"])
    os.chdir(plan["cwd"])
    if plan["seccomp"] is not None:
        filter_calls(bytes.fromhex(plan["seccomp"]))
    os.execvpe(plan["argv"][0], plan["argv"], plan["env"])  # noqa: S606 — no shell is the point


if __name__ == "__main__":
    main()
