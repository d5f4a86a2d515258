"""Secrets planted in a real instance are found nowhere: in no process's start, in no file it wrote."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from callers import Caller, sign_in
from instances import PARTS, Instance
from traces import seen_in_proc, traces_in
from waiting import until

pytestmark = pytest.mark.e2e
OPERATORS = {"passphrase": "Zr8?x/planted+vault~ü", "mail server's password": "mx/planted+mail?9~ö"}
"""What the operator gives; with letters that each way of spelling changes."""
TWIN = {"twin": "seen/by+everybody?~ä"}
_APP = """
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"here"]
"""


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """Lend an instance whose secrets the operator gives in the environment, beside one open value."""
    given = {
        "GATEPOST_VAULT_KEY_FROM": "passphrase",
        "GATEPOST_VAULT_PASSPHRASE": OPERATORS["passphrase"],
        "GATEPOST_MAIL_HOST": "mail.invalid",
        "GATEPOST_MAIL_PASSWORD": OPERATORS["mail server's password"],
        "OPEN_VALUE": TWIN["twin"],
    }
    with tempfile.TemporaryDirectory(prefix="gp-planted-") as folder:
        running = Instance(Path(folder) / "data", "--no-demo", env=given)
        yield running
        running.close()


@pytest.fixture(scope="module")
def admin(instance: Instance) -> Caller:
    """The administrator, signed in."""
    return sign_in(instance, "admin", instance.password)


@pytest.fixture(scope="module")
def app(admin: Caller, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An application that runs."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "app.py").write_text(_APP)
    return admin.publish(folder, "Reader", kind="wsgi")


def test_what_the_operator_gives_stands_in_the_start_of_no_process(
    instance: Instance, app: dict[str, Any]
) -> None:
    assert app["state"] == "running"
    everybody = [psutil.Process(instance.process.pid), *instance.family()]
    shown = {process.pid: seen_in_proc(process) for process in everybody}
    assert {pid: found for pid, seen in shown.items() if (found := traces_in(seen, OPERATORS))} == {}

    ours = [instance.process.pid, *(instance.part(name).pid for name in PARTS)]
    blind = [pid for pid in ours if not traces_in(shown[pid], TWIN)]
    assert blind == [], "the same search sees what is in the environment"
    assert instance.relays()


def test_yet_who_needs_it_has_it(instance: Instance, admin: Caller) -> None:
    assert not {"vault:sealed", "vault:broken"} & set(admin.get("/healthz").json()["reasons"])
    admin.ok("PATCH", "settings", {"features": {"stored_credentials": True}})
    stored = {"name": "One", "type": "token", "token": "sealed by the passphrase"}
    admin.ok("POST", "credentials", stored)
    instance.kill("control")
    until(instance.is_healthy, 20, what="another control plane")
    admin.ok("POST", "credentials", {**stored, "name": "Handed again"})


def test_no_process_of_ours_leaves_a_core_or_lets_itself_be_looked_into(instance: Instance) -> None:
    everybody = [psutil.Process(instance.process.pid), *instance.family()]
    limits = {Path("/proc", str(one.pid), "limits").read_text() for one in everybody}
    cores = {line.split()[4] for text in limits for line in text.splitlines() if "core file" in line}
    assert cores == {"0"}
