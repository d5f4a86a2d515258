"""Strays are swept; what belongs to a living child is never touched, however quickly it forks."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.e2e

FORKS = (
    "import subprocess\nfor _ in range(150):\n    subprocess.run(['sh', '-c', \"sh -c 'true; true'; true\"])"
)

SWEEP_AROUND = f"""
import os, subprocess, sys
from gatepost_server.admin.leash import adopt_orphans
from gatepost_server.admin.lineage import sweep
adopt_orphans()
busy = [subprocess.Popen([sys.executable, "-c", {FORKS!r}]) for _ in range(2)]
swept = 0
while any(child.poll() is None for child in busy):
    swept += sweep(os.getpid(), spare=[child.pid for child in busy if child.returncode is None])
print(swept)
"""

SWEEP_A_STRAY = """
import os, subprocess, sys, time
from gatepost_server.admin.leash import adopt_orphans
from gatepost_server.admin.lineage import descendants, sweep
adopt_orphans()
spared = subprocess.Popen(["sleep", "60"])
subprocess.run(["sh", "-c", "setsid sleep 60 & exit"])
found = sweep(os.getpid(), spare=[spared.pid])
print(found, descendants(os.getpid()) == [spared.pid])
spared.kill()
spared.wait()
"""


def told(code):
    """Run *code* in a process of its own and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.split()


def test_a_family_that_forks_all_the_time_is_never_taken_for_strays():
    assert told(SWEEP_AROUND) == ["0"]


def test_a_stray_is_ended_and_a_spared_child_is_not():
    assert told(SWEEP_A_STRAY) == ["1", "True"]
