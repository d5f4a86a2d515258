"""`gatepost up` for real: all its processes, Envoy in front, and nothing left afterwards."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from instances import PARTS, Instance
from waiting import until

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def lasting():
    """Lend one instance without examples to all tests here; each leaves it as it finds it, or ended."""
    folder = Path(tempfile.mkdtemp(prefix="gp-up-"))
    running = Instance(folder / "data", "--no-demo")
    yield running
    running.close()
    shutil.rmtree(folder)


@pytest.fixture
def instance(lasting):
    """Lend the instance, running, whatever the test before did to it."""
    if lasting.process.poll() is not None:
        lasting.process = lasting.start()
        lasting.told = lasting.await_line()
    return lasting


def test_up_starts_everything_tells_one_line_and_leaves_nothing(instance):
    assert instance.told["url"] == f"http://localhost:{instance.port}"
    assert instance.told["admin"]["username"] == "admin"
    assert instance.told["apps"] == []
    assert instance.is_healthy()
    password = Path(instance.told["admin"]["password_file"])
    assert password.stat().st_mode & 0o777 == 0o600

    instance.end()

    assert instance.leftovers() == []


def test_each_part_that_is_killed_comes_back(instance):
    for name in (*PARTS, "envoy"):
        before = instance.pid_of(name)
        os.kill(before, signal.SIGKILL)
        until(lambda name=name, before=before: instance.pid_of(name) not in {None, before})
    until(instance.is_healthy)


def test_killing_up_itself_with_minus_9_leaves_nothing_and_the_data_can_be_used_again(instance):
    instance.process.kill()
    instance.process.wait()
    instance.process.stdout.close()
    until(lambda: instance.leftovers() == [])

    instance.process = instance.start()
    again = instance.await_line()

    assert again["admin"] == instance.told["admin"]
    assert instance.is_healthy()


def test_a_second_up_continues_with_the_same_data(instance):
    password = Path(instance.told["admin"]["password_file"]).read_text()
    instance.end()

    instance.process = instance.start()

    assert instance.await_line()["admin"] == instance.told["admin"]
    assert Path(instance.told["admin"]["password_file"]).read_text() == password


def test_two_at_once_on_one_folder_are_refused(instance):
    second = instance.start()
    assert second.wait(90) == 1
    second.stdout.close()
    assert "already runs" in (instance.data.parent / "up.err").read_text()
    assert instance.is_healthy()
