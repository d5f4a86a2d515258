"""An uploaded application that attacks everything around it, and what stops each attempt."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from callers import Caller, path_of, with_key
from instances import Instance
from waiting import until

pytestmark = pytest.mark.e2e

HOSTILE = Path(__file__).with_name("apps") / "hostile"
NOT_THERE = {"ENOENT", "EACCES", "EPERM", "EROFS", "ENOTDIR"}
NO_WAY_OUT = {"ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH", "EACCES", "EPERM", "gaierror", "EAI_AGAIN"}
Try = Callable[..., Any]


@pytest.fixture(scope="module")
def hostile(owner: Caller) -> dict[str, Any]:
    """The hostile app, deployed as any other."""
    return owner.publish(HOSTILE, "Hostile")


@pytest.fixture
def attempt(gatepost: Instance, key: str, hostile: dict[str, Any]) -> Try:
    """Lets the app try something and returns what it says of it."""

    def ask(verb: str, at: object = "") -> Any:
        with with_key(gatepost, key) as program:
            answer = program.get(
                f"{path_of(hostile['content_url'])}{verb}", params={"at": str(at)}, timeout=120
            )
        return answer.json() if answer.status_code == 200 else answer.status_code

    return ask


def is_stopped(said: Any, reasons: set[str]) -> bool:
    """Tell whether an attempt failed, for one of *reasons*."""
    return isinstance(said, dict) and said.get("stopped_by") in reasons


def test_the_attacks_bite_where_there_is_no_wall(attempt: Try):
    """Proves the script: what it may have, it gets."""
    assert attempt("read", "app.py")["reached"].startswith('"""An application that tries')
    assert attempt("list", ".")["reached"] == ["app.py", "gatepost.toml"]
    assert attempt("write", "/tmp/own")["reached"] is True


def test_it_runs_as_nobody_with_nothing(attempt: Try, gatepost: Instance):
    """Own uid, no capability, no way to new ones, its own process table and network."""
    facts = attempt("facts")["reached"]
    assert facts["uid"] not in (0, os.getuid())
    assert (facts["capabilities"], facts["no_new_privs"], facts["core"]) == ("0" * 16, "1", 0)
    assert facts["seccomp"] == "2"
    assert facts["processes"] < 8
    assert facts["interfaces"] == ["lo"]
    inside = " ".join([*facts["environment"], *facts["environment"].values()])
    assert gatepost.password not in inside
    assert str(gatepost.data) not in facts["environment"].values()
    assert not [name for name in facts["environment"] if name.startswith(("GATEPOST_STORE", "SSH", "AWS"))]


@pytest.mark.parametrize(
    "where",
    [
        "gatepost.db",
        "gatepost.db-wal",
        "admin-password",
        "instance.json",
        "secrets",
        "logs/control.log",
        "envoy",
    ],
)
def test_it_reads_nothing_of_the_house(attempt: Try, gatepost: Instance, where):
    path = gatepost.data / where
    assert path.exists()
    assert is_stopped(attempt("list" if path.is_dir() else "read", path), NOT_THERE)


def test_it_sees_no_other_apps_files(attempt: Try, gatepost: Instance, owner: Caller, probe):
    """Of the folder of sources it sees its own at the most."""
    own = owner.app(probe["id"])["version_id"]
    assert is_stopped(attempt("list", gatepost.data / "sources" / own), NOT_THERE)
    seen = attempt("list", gatepost.data / "sources")
    assert is_stopped(seen, NOT_THERE) or own not in seen["reached"]
    assert is_stopped(attempt("list", "/root"), NOT_THERE)
    assert is_stopped(attempt("read", "/etc/shadow"), NOT_THERE)


def test_it_changes_neither_its_code_nor_its_environment(attempt: Try):
    python = attempt("facts")["reached"]["environment"]["VIRTUAL_ENV"]
    for path in ("app.py", "new.py", f"{python}/bin/python", f"{python}/new", "/usr/new", "/etc/new"):
        assert is_stopped(attempt("write", path), NOT_THERE), path


def test_it_sees_no_process_but_its_own(attempt: Try, gatepost: Instance):
    """Only its own first process: the sandbox, whose command line names the folders it shows."""
    assert gatepost.family()
    assert set(attempt("environs", gatepost.data)["reached"]) <= {"1/cmdline"}
    for word in ("admin.process", "GATEPOST_DATA_DIR", "runtime.relay"):
        assert attempt("environs", word) == {"reached": []}


def test_it_reaches_no_socket_of_ours(attempt: Try, gatepost: Instance):
    sockets = set()
    for process in gatepost.family():
        sockets |= {one.laddr for one in process.net_connections("unix") if one.laddr and one.laddr[0] == "/"}
    ours = [path for path in sockets if "gatepost" in path]
    assert len(ours) > 4
    for path in ours:
        assert is_stopped(attempt("connect", path), NOT_THERE | NO_WAY_OUT), path


def test_it_reaches_no_port_of_the_machine_and_no_network(attempt: Try, gatepost: Instance):
    assert gatepost.is_listening()
    ports = {one.laddr.port for one in psutil.net_connections("tcp") if one.status == psutil.CONN_LISTEN}
    for address in (
        f"127.0.0.1:{gatepost.port}",
        f"localhost:{gatepost.port}",
        "8.8.8.8:53",
        "example.com:80",
    ):
        assert is_stopped(attempt("dial", address), NO_WAY_OUT), address
    for port in sorted(ports - {8000})[:20]:
        assert is_stopped(attempt("dial", f"127.0.0.1:{port}"), NO_WAY_OUT), port


def test_it_does_not_become_root(attempt: Try):
    assert is_stopped(attempt("root"), {"EPERM"})


def test_a_fork_bomb_ends_at_its_limit_and_nobody_else_notices(attempt: Try, owner: Caller, probe):
    count, _, reason = str(attempt("fork")["reached"]).partition(" and then ")
    assert reason == "EAGAIN"
    assert int(count) < 300
    assert owner.get(f"{path_of(probe['content_url'])}who").status_code == 200
    assert attempt("facts")["reached"]["processes"] < 8


def test_a_memory_hog_ends_at_its_limit_and_comes_back(attempt: Try, owner: Caller, hostile, probe, gatepost):
    """It is told no, or killed; then it is started anew, and the rest of the house has felt nothing."""
    relays = len(gatepost.relays())
    said = attempt("hog")
    assert said in (502, 503) or is_stopped(said, {"MemoryError", "ENOMEM"}), said
    assert owner.get(f"{path_of(probe['content_url'])}who").status_code == 200
    assert httpx.get(f"{gatepost.url}/healthz").status_code == 200
    owner.settled(hostile["id"], "running")
    until(lambda: isinstance(attempt("facts"), dict), what="the app's return")
    assert len(gatepost.relays()) == relays
