"""Run a program that dies with the process that started it.

Run as a script, `python -I -S leash.py PARENT_PID PROGRAM ARGUMENT…`: it asks the kernel
for SIGKILL at the parent's death, then becomes PROGRAM. Works for programs that are not
ours, Envoy for one, and needs nothing but the standard library.
"""

import ctypes
import os
import resource
import signal
import sys
from typing import NoReturn

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PARENT_GONE = 70


def ask_kernel(option: int, value: int) -> None:
    """Call prctl(2).

    Raises:
        OSError: the kernel refused.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def adopt_orphans() -> None:
    """Make this process the parent of every descendant whose own parent dies."""
    ask_kernel(PR_SET_CHILD_SUBREAPER, 1)


def leashed(parent: int, argv: tuple[str, ...]) -> list[str]:
    """Return the command that runs *argv* on a leash held by process *parent*."""
    return [sys.executable, "-I", "-S", __file__, str(parent), *argv]


def main(arguments: list[str]) -> NoReturn:
    """Take the leash and become the program, or end at once when the parent is gone."""
    parent, program = int(arguments[0]), arguments[1:]
    ask_kernel(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(PARENT_GONE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold secrets
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)
    os.execvp(program[0], program)  # noqa: S606  # becoming the program is the purpose


if __name__ == "__main__":
    main(sys.argv[1:])
