"""A gigabyte both ways while no memory grows, and bodies that are longer than they may be."""

import contextlib
import hashlib
import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from callers import path_of, sign_in
from instances import Instance

pytestmark = pytest.mark.e2e

PROBE = Path(__file__).with_name("apps") / "probe"
GIB = 1 << 30
MIB = 1 << 20
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
    # Other applications of the instance may pause or end meanwhile, and their relays with them.
    living = [process for process in before if process.is_running()]
    assert len(living) > 1, "Envoy, and the relay that the body went through"
    for process in living:
        assert peak(process) - before[process] < BOUND, process.cmdline()[:4]


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


def upload(instance: Instance, path: str, key: str, pieces: int) -> bytes:
    """Send *pieces* chunks of 64 KiB, as far as they are taken, and return the answer."""
    head = f"PUT {path} HTTP/1.1\r\nHost: localhost:{instance.port}\r\nAuthorization: Key {key}\r\n"
    with socket.create_connection(("127.0.0.1", instance.port), timeout=60) as plain:
        plain.sendall(f"{head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        with contextlib.suppress(ConnectionError):  # where it is not taken to the end
            for _ in range(pieces):
                plain.sendall(b"10000\r\n%b\r\n" % bytes(0x10000))
            plain.sendall(b"0\r\n\r\n")
        answer = b""
        with contextlib.suppress(ConnectionError):
            while more := plain.recv(65536):
                answer += more
    return answer


def test_a_body_without_a_length_passes_up_to_the_limit_and_no_further(start_instance):
    """What announces its length is refused by the gate; this is counted on its way."""
    instance = start_instance(env={"GATEPOST_BODY_LIMIT_MB": "1"})
    with sign_in(instance, "admin", instance.password) as admin:
        path = path_of(admin.publish(PROBE, "Probe")["content_url"])
        key = admin.make_key("uploads")["key"]

        whole = upload(instance, f"{path}upload/whole", key, 16)
        longer = upload(instance, f"{path}upload/longer", key, 17)

        assert whole.startswith(b"HTTP/1.1 200")
        assert f'"bytes": {MIB}'.encode() in whole
        assert longer.startswith(b"HTTP/1.1 413")
        assert b'"code": "too-large"' in longer
        announced = admin.put(f"{path}upload/announced", content=bytes(MIB + 1))
        assert (announced.status_code, announced.json()["code"]) == (413, "too-large")
        assert admin.get(f"{path}progress/longer").json()["bytes"] <= MIB
