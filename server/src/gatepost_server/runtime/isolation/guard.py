"""The first process of a cell where no namespace and no uid of its own ends it: ends all of it.

Standard library only: `confine.py` loads it inside the cell-to-be, within a Landlock wall
(`landlock.wall_off`). The app adds a wall of its own inside, so that the guard can signal
everything of the app, however it hid, and nothing of the app can signal the guard.
"""

import contextlib
import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
HEARD = {signal.SIGTERM, signal.SIGUSR1, signal.SIGCHLD}


def stand_guard(parent: int | None) -> None:
    """Fork, and return in the child, which is to become the app; the guard itself never returns.

    It ends the whole cell when the child ends (and then with its exit code, or 128 and the
    number of the signal), on SIGUSR1, and when *parent* dies. SIGTERM goes on to the child.
    """
    libc = ctypes.CDLL(None)
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = os.fork()
    if child == 0:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        return
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    code = _watch(child, parent)
    _end_all()
    os._exit(code)


def _watch(child: int, parent: int | None) -> int:
    """Wait until the cell is to end; return the exit code to end with."""
    while parent is None or os.getppid() == parent:
        heard = signal.sigwait(HEARD)
        if heard == signal.SIGUSR1:
            break
        if heard == signal.SIGTERM:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        code = _reaped(child)
        if code is not None:
            return code
    return 128 + signal.SIGKILL


def _reaped(child: int) -> int | None:
    """Bury the dead; return the exit code of *child* if it is among them."""
    code = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == child:
                ended = os.waitstatus_to_exitcode(status)
                code = ended if ended >= 0 else 128 - ended
    return code


def _end_all() -> None:
    """Kill all that this process may signal, which is what stands inside its wall, and bury it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
