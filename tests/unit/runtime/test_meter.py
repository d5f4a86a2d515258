"""What runs is looked at, and what it used goes to its application; the counters are the kernel's."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from gatepost_server.apps.usage import HOUR, Used, used_since
from gatepost_server.runtime.engine import Measured
from gatepost_server.runtime.isolation.cgroups import Group
from gatepost_server.runtime.meter import Meter
from gatepost_server.runtime.processes import Process, seen_processes, used_by

AT = datetime(2030, 1, 1, 12, 30, tzinfo=UTC)


class Clock:
    def now(self):
        return AT


class Running:
    """A process that has used what the test says."""

    def __init__(self, measured):
        self.now = measured
        self.is_over = False

    async def measured(self, _):
        return self.now


@pytest.fixture
def meter(tmp_path):
    return Meter(tmp_path, Clock())


def used(meter_folder, app_id="app_1"):
    found = used_since(meter_folder / app_id, HOUR, 0, AT.timestamp())
    return sum(found.values(), Used())


def test_two_processes_of_one_app_are_counted_together(meter, tmp_path):
    one, other = Running(Measured(2.0, 100, 5, 1, 0)), Running(Measured(1.0, 50, 3, 0, 1))
    meter.watch("app_1", one)
    meter.watch("app_1", other)
    meter.watch("app_2", Running(Measured(requests=1)))
    asyncio.run(meter.look())
    found = used(tmp_path)
    assert (found.cpu, found.peak, found.requests, found.refused, found.failed) == (3.0, 150, 8, 1, 1)
    assert used(tmp_path, "app_2").requests == 1


def test_only_what_was_added_since_counts_and_no_counter_goes_back(meter, tmp_path):
    one = Running(Measured(2.0, 100, 5))
    meter.watch("app_1", one)
    asyncio.run(meter.look())
    one.now = Measured(2.5, 80, 6)
    asyncio.run(meter.look())
    one.now = Measured(0.5, 90, 1)  # children ended that nobody waited for
    asyncio.run(meter.look())
    found = used(tmp_path)
    assert (found.cpu, found.peak, found.requests) == (2.5, 100, 6)


def test_what_is_over_is_counted_once_more_and_never_again(meter, tmp_path):
    one = Running(Measured(1.0, 100, 1))
    meter.watch("app_1", one)
    asyncio.run(meter.look())
    one.now, one.is_over = Measured(1.5, 0, 2), True
    asyncio.run(meter.look())
    one.now = Measured(9.0, 900, 9)
    asyncio.run(meter.look())
    found = used(tmp_path)
    assert (found.cpu, found.peak, found.requests) == (1.5, 100, 2)


def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path):
    meter = Meter(tmp_path / "gone", Clock())
    one = Running(Measured(requests=1))
    meter.watch("app_1", one)
    asyncio.run(meter.look())
    (tmp_path / "gone").mkdir()
    one.now = Measured(requests=3)
    asyncio.run(meter.look())
    assert used(tmp_path / "gone").requests == 2


def test_what_did_not_run_for_long_is_forgotten(tmp_path):
    old, young = tmp_path / "app_1", tmp_path / "app_2"
    for path, days in ((old, 31), (young, 29)):
        path.touch()
        os.utime(path, (time.time() - days * 86400,) * 2)

    async def play():
        running = asyncio.create_task(Meter(tmp_path, Clock()).run())
        while old.exists():
            await asyncio.sleep(0)
        running.cancel()

    asyncio.run(asyncio.wait_for(play(), 20))
    assert young.exists()


def test_a_process_counts_with_all_below_it_and_its_session():
    seen = {
        1: Process(0, 1, 9.0, 900),
        10: Process(1, 10, 1.0, 100),
        11: Process(10, 11, 0.5, 10),
        12: Process(11, 11, 0.25, 5),
        13: Process(1, 10, 0.125, 1),
    }
    assert used_by(10, seen) == (1.875, 116)
    assert used_by(99, seen) == (0, 0)


def test_real_processes_are_read():
    program = "import sys; x = b'x' * 30_000_000; print(len(x), flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        seen = seen_processes()
        process.stdin.close()
    assert seen[process.pid].parent == os.getpid()
    assert used_by(process.pid, seen)[1] > 30_000_000


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "cpu.stat": "usage_usec 2500000\nuser_usec 1\n",
                "memory.current": "5000\n",
                "memory.stat": "anon 3\ninactive_file 1000\n",
            },
            (2.5, 4000),
        ),
        (
            {
                "cpuacct.usage": "1500000000\n",
                "cpu.stat": "nr_periods 7\n",
                "memory.usage_in_bytes": "900\n",
                "memory.stat": "total_inactive_file 100\n",
            },
            (1.5, 800),
        ),
        ({"pids.max": "256\n"}, (None, None)),
    ],
)
def test_control_groups_of_both_versions_are_read(tmp_path, files, expected):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert Group((tmp_path,)).used() == expected
