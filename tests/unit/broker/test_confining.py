"""What a process that reads a stranger's file cannot do, even if the file takes it over."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, socket, sys
from gatepost_server.tabular.files.confining import confine
file = os.open(sys.argv[1], os.O_RDONLY)
confine(file, memory_mb=2048, seconds=5)
def tried(what):
    try:
        what()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "done"
for what in (
    lambda: os.close(os.open(sys.argv[1], os.O_RDONLY)),
    lambda: os.open(sys.argv[2], os.O_RDONLY),
    lambda: os.open(sys.argv[1], os.O_RDWR),
    lambda: os.open("/tmp/made-by-a-child", os.O_CREAT | os.O_WRONLY),
    lambda: os.listdir("/etc"),
    lambda: socket.socket(socket.AF_UNIX),
    lambda: socket.socket(socket.AF_INET),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    lambda: os.kill(os.getppid(), signal.SIGCONT),
    lambda: bytearray(3 << 30),
):
    print(tried(what))
"""


def _has_landlock() -> bool:
    import ctypes

    return int(ctypes.CDLL(None).syscall(444, None, 0, 1)) >= 6


@pytest.mark.skipif(not _has_landlock(), reason="the kernel has no Landlock that judges signals")
def test_the_file_can_be_read_and_nothing_else_be_done(tmp_path):
    own, other = tmp_path / "own", tmp_path / "other"
    own.write_text("own")
    other.write_text("other")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(own), str(other)],
        env={**os.environ}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["done", *["PermissionError"] * 8, "MemoryError"]
