"""One `gatepost up` per data folder, and clean sockets for the one that runs."""

import os
import socket
import subprocess
import sys

import pytest

from gatepost_server.admin.lock import FolderLock, clear_sockets
from gatepost_server.admin.refusals import AlreadyRunning, FolderNotWritable

HOLD = """
import fcntl, os, sys, time
descriptor = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(descriptor, fcntl.LOCK_EX)
os.pwrite(descriptor, sys.argv[2].encode(), 0)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def hold(tmp_path):
    """Return a way to have the folder locked by another process, signed with a process id."""
    running = []

    def start(signed):
        command = [sys.executable, "-c", HOLD, str(tmp_path / "lock"), signed]
        running.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert running[-1].stdout.readline() == "held\n"
        return running[-1]

    yield start
    for process in running:
        process.communicate()


def test_a_free_folder_is_locked_and_signed(tmp_path):
    lock = FolderLock.take(tmp_path)
    assert (tmp_path / "lock").read_text() == str(os.getpid())
    lock.release()


def test_a_folder_in_use_is_refused_with_the_process_that_uses_it(tmp_path, hold):
    hold(str(os.getppid()))
    with pytest.raises(AlreadyRunning, match=f"process {os.getppid()}"):
        FolderLock.take(tmp_path)


def test_what_a_dead_parent_left_is_waited_for(tmp_path, hold):
    holder = hold("999999999")
    holder.stdin.close()
    lock = FolderLock.take(tmp_path, patience=10)
    lock.release()
    holder.wait()
    holder.stdin = None


def test_waiting_for_a_dead_parents_tree_has_an_end(tmp_path, hold):
    hold("999999999")
    with pytest.raises(AlreadyRunning):
        FolderLock.take(tmp_path, patience=0.2)


def test_a_released_folder_can_be_locked_again(tmp_path):
    FolderLock.take(tmp_path).release()
    FolderLock.take(tmp_path).release()


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(FolderNotWritable):
        FolderLock.take(tmp_path / "missing")


def test_sockets_of_a_dead_tree_are_removed(tmp_path):
    (tmp_path / "relays").mkdir()
    for name in ("control.sock", "relays/ab.sock", "relays/ab.ctl"):
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(str(tmp_path / name))
    (tmp_path / "notes.txt").write_text("kept")

    clear_sockets(tmp_path)

    assert [path.name for path in tmp_path.rglob("*") if path.is_file() or path.is_socket()] == ["notes.txt"]
