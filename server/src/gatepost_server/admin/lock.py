"""One `gatepost up` per data folder: a lock that lasts as long as anything still runs."""

import fcntl
import os
import time
from pathlib import Path
from typing import Final, Self

from gatepost_server.admin.refusals import AlreadyRunning, FolderNotWritable

PATIENCE: Final = 12.0


class FolderLock:
    """The right to work on one data folder.

    `descriptor` may be handed to children: the lock is free only when all are gone, so a
    tree that is still being stopped keeps the next one waiting.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    @classmethod
    def take(cls, data: Path, *, patience: float = PATIENCE) -> Self:
        """Lock *data*; wait only for a tree whose parent is dead already.

        Raises:
            AlreadyRunning: another `gatepost up` holds it.
            FolderNotWritable: the lock file cannot be made.
        """
        try:
            descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise FolderNotWritable(f"{data / 'lock'} cannot be written: {fault.strerror}.") from fault
        end = time.monotonic() + patience
        while not _locked(descriptor):
            holder = _holder(descriptor)
            if _is_alive(holder) or time.monotonic() > end:
                os.close(descriptor)
                raise AlreadyRunning(
                    f"Gatepost already runs on {data} (process {holder}). Stop it first, "
                    "or choose another folder with --data-dir."
                )
            time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Give up this process's hold."""
        os.close(self.descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> int:
    text = os.pread(descriptor, 32, 0).decode(errors="replace")
    return int(text) if text.isdigit() else 0


def _is_alive(pid: int) -> bool:
    if pid == 0:
        return True  # just locked and not yet signed: it is starting
    return Path("/proc", str(pid)).exists() if Path("/proc/self").exists() else True


def clear_sockets(run: Path) -> None:
    """Remove what a dead tree left in its folder of sockets. Call it with the lock held."""
    for leftover in (*run.glob("*.sock"), *run.glob("*.ctl"), *(run / "relays").glob("*")):
        if leftover.is_socket() or leftover.is_file():
            leftover.unlink(missing_ok=True)
