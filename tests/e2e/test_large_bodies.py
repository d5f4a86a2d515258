"""A gigabyte both ways, while the memory of Envoy and of the relay stays as it was."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from callers import path_of
from instances import Instance

pytestmark = pytest.mark.e2e

GIB = 1 << 30
BOUND = 96 << 20


def peak(process: psutil.Process) -> int:
    """Return the most memory that *process* ever held, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


@pytest.fixture
def memory(gatepost: Instance) -> Iterator[None]:
    """Hold Envoy and every relay to a growth far below the size of a body."""
    watched = [gatepost.part("envoy"), *gatepost.relays()]
    before = {process: peak(process) for process in watched}
    yield
    for process, then in before.items():
        assert peak(process) - then < BOUND, process.cmdline()[:4]


def curl(*words: str, source: subprocess.Popen[bytes] | None = None) -> str:
    """Run curl on what *source* writes and return what it prints."""
    stdin = source.stdout if source is not None else subprocess.DEVNULL
    done = subprocess.run(
        ["curl", "-sS", "--fail-with-body", *words],
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.usefixtures("memory")
def test_a_gigabyte_comes_down(gatepost: Instance, probe, key):
    said = curl(
        "-H", f"Authorization: Key {key}", "-o", "/dev/null", "-w", "%{http_code} %{size_download}",
        f"{gatepost.url}{path_of(probe['content_url'])}download?bytes={GIB}",
    )  # fmt: skip
    assert said == f"200 {GIB}"


@pytest.mark.usefixtures("memory")
def test_a_gigabyte_goes_up_and_arrives_whole(gatepost: Instance, probe, key):
    """Sent in chunks of unknown total length, as `curl -T -` does."""
    with subprocess.Popen(["head", "-c", str(GIB), "/dev/zero"], stdout=subprocess.PIPE) as zeros:
        said = curl(
            "-H", f"Authorization: Key {key}", "-T", "-",
            f"{gatepost.url}{path_of(probe['content_url'])}upload/gigabyte", source=zeros,
        )  # fmt: skip
    digest, piece = hashlib.sha256(), bytes(1 << 20)
    for _ in range(GIB >> 20):
        digest.update(piece)
    told = json.loads(said)
    assert (told["bytes"], told["sha256"]) == (GIB, digest.hexdigest())
