"""Small children with one habit each, and a parent like `gatepost up`: run by the tests.

`python actors.py HABIT TOKEN NOTES`: TOKEN makes the process findable, NOTES is a file in
which it writes what it lived through. `python actors.py front TOKEN PLAN LOG`.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def note(notes: str, line: str) -> None:
    """Append one line to the notes that all children share."""
    with Path(notes).open("a") as file:
        file.write(line + "\n")


def steady(name: str, notes: str) -> None:
    """Live until SIGTERM, and write down when it comes."""

    def stop(*_: object) -> None:
        note(notes, f"stop {name}")
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)
    note(notes, f"start {name}")
    while True:
        signal.pause()


def stubborn(name: str, notes: str) -> None:
    """Refuse to go."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note(notes, f"start {name}")
    while True:
        time.sleep(60)


def brief(name: str, notes: str) -> None:
    """Die at once, each time."""
    note(notes, f"start {name}")
    sys.exit(3)


def breeder(name: str, notes: str) -> None:
    """Start a grandchild in a session of its own that outlives its parents if it can."""
    subprocess.Popen(
        [sys.executable, __file__, "stubborn", f"{name}-grandchild", notes], start_new_session=True
    )
    steady(name, notes)


def forker(name: str, notes: str) -> None:
    """Start many short-lived grandchildren, some of which start their own, and note each that was killed."""
    note(notes, f"start {name}")
    for _ in range(300):
        if subprocess.run(["sh", "-c", "sh -c 'true; true'; true"], check=False).returncode != 0:
            note(notes, f"lost {name}")
    note(notes, f"done {name}")
    steady(name, notes)


def front(plan: str, log: str) -> None:
    """Be the parent: run the tree written in file *plan* until SIGTERM, printing the news."""
    from gatepost_server.admin.children import Plan
    from gatepost_server.admin.tree import Tree

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Tree(Plan.from_json(Path(plan).read_text()), log=Path(log), env=dict(os.environ)) as tree:
        while True:
            for news in tree.news(within=None):
                print(news.event, news.name, f"{news.wait:.1f}", flush=True)


if __name__ == "__main__":
    habit, *arguments = sys.argv[1:]
    if habit == "front":
        front(*arguments[1:])
    else:
        {"steady": steady, "stubborn": stubborn, "brief": brief, "breeder": breeder, "forker": forker}[habit](
            *arguments
        )
