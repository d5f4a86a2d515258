"""What a hostile app would try; run inside a rung to see whether it holds.

A program of its own (standard library only). Reads its targets as JSON from its first
argument and prints the names of those it reached as JSON.
"""

import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMEOUT = 2.0
MPTCP = 262


def reads(path: str) -> bool:
    """Tell whether a file can be read."""
    with Path(path).open("rb") as file:
        return bool(file.read(1))


def lists(path: str) -> bool:
    """Tell whether a folder can be listed."""
    return bool(os.listdir(path))  # noqa: PTH208 — an attacker's plain way


def finds(word: str, file: str) -> bool:
    """Tell whether another process's *file* in /proc shows *word*."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if word.encode() in (folder / file).read_bytes():
                    return True
            except OSError:
                continue
    return False


def signals(pid: int) -> bool:
    """Send a deadly signal; the one outside looks whether it arrived."""
    if pid not in (0, 1, os.getpid(), os.getppid()):
        os.kill(pid, signal.SIGUSR1)
    return False


def connects(family: int, address: Any) -> bool:
    """Tell whether somebody answers at *address*."""
    with socket.socket(socket.AddressFamily(family), socket.SOCK_STREAM) as tried:
        tried.settimeout(TIMEOUT)
        tried.connect(address)
        return True


def reaches_by_tcp(port: int) -> bool:
    """Tell whether a port of the host answers: plainly, by what comes down to TCP, or by sending."""
    address = ("127.0.0.1", port)
    for protocol, flags in ((0, 0), (MPTCP, 0), (0, getattr(socket, "MSG_FASTOPEN", 0))):
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol) as tried:
                tried.settimeout(TIMEOUT)
                if flags:
                    tried.sendto(b"x", flags, address)
                else:
                    tried.connect(address)
                return True
        except OSError:
            continue  # this way is closed
    return False


def limits(pid: int) -> bool:
    """Tell whether the limits of a process outside can be changed."""
    if pid in (0, 1, os.getpid(), os.getppid()):
        return False
    resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    return True


def changes_mode(path: str) -> bool:
    """Tell whether the mode of a file can be changed; an answer that it was proves nothing."""
    Path(path).chmod(0o640)
    return Path(path).stat().st_mode & 0o777 == 0o640  # noqa: PLR2004 — what was asked for


def writes(path: str) -> bool:
    """Write a file; the one outside looks whether it is there."""
    Path(path).write_text("written by the attack")
    return False


def becomes_root() -> bool:
    """Tell whether root can be had back."""
    if os.geteuid() == 0:
        return False  # never was anybody else: judged by what is reached
    os.setuid(0)
    return True


def attempts(target: dict[str, Any]) -> dict[str, Callable[[], bool]]:
    """Name every attempt."""
    word = str(target["word_backwards"])[::-1]
    return {
        "secret file": lambda: reads(target["secret"]),
        "store": lambda: reads(target["store"]),
        "another app's files": lambda: lists(target["foreign"]),
        "environment of another process": lambda: finds(word, "environ"),
        "command line of another process": lambda: finds(word, "cmdline"),
        "limits of another process": lambda: limits(target["pid"]),
        "signal": lambda: signals(target["pid"]),
        "control socket": lambda: connects(socket.AF_UNIX, target["socket"]),
        "abstract socket": lambda: connects(socket.AF_UNIX, "\0" + target["abstract"]),
        "loopback of the host": lambda: reaches_by_tcp(target["tcp"]),
        "modes of a file": lambda: changes_mode(target["secret"]),
        "shared temporary folder": lambda: writes(target["shared"]),
        "own code": lambda: writes(target["code"]),
        "root": becomes_root,
    }


def main() -> None:
    """Try everything and print what was reached."""
    reached = []
    for name, attempt in attempts(json.loads(sys.argv[1])).items():
        try:
            if attempt():
                reached.append(name)
        except OSError:
            continue  # this wall holds
    sys.stdout.write(json.dumps(reached) + "\n")


if __name__ == "__main__":
    main()
