"""What a child is, how long to wait for it, and what it is told."""

import os
import signal
from pathlib import Path

import pytest

from gatepost_server.admin.children import Backoff, ChildSpec, Plan, how_it_ended
from gatepost_server.admin.handing import HANDED, SECRET_FIELDS, descriptor_with, take_handed
from gatepost_server.admin.plan import environment_of, plan_of, probes_of
from gatepost_server.settings import Folders, Settings


def child(name, stage=0):
    return ChildSpec(name, ("true",), f"/logs/{name}.log", stage=stage)


def test_a_plan_survives_its_way_to_the_warden():
    told = ChildSpec("b", ("x", "y"), "/l", stage=2, grace=1.5, env={"A": "b"}, secrets={"store": "c"})
    plan = Plan((child("a", 1), told))
    assert "'c'" not in repr(plan)
    assert plan == Plan.from_json(plan.to_json())


def test_stages_come_in_their_order_whatever_the_order_of_start():
    plan = Plan((child("a", 2), child("b", 0), child("c", 2), child("d", 1)))
    assert [[c.name for c in stage] for stage in plan.stages()] == [["b"], ["d"], ["a", "c"]]


def test_quick_deaths_double_the_wait_up_to_a_limit():
    backoff, waits = Backoff(), []
    for _ in range(10):
        backoff = backoff.after_life_of(0.5)
        waits.append(backoff.wait)
    assert waits[:4] == [0.1, 0.2, 0.4, 0.8]
    assert waits[-1] == 10.0


def test_a_steady_life_forgives_former_deaths():
    assert Backoff(deaths=7).after_life_of(60).wait == 0.1


@pytest.mark.parametrize(
    ("status", "words"), [(signal.SIGKILL, "killed by SIGKILL"), (3 << 8, "ended with status 3")]
)
def test_an_end_is_told_in_words(status, words):
    assert how_it_ended(status) == words


def test_the_gate_closes_first_and_the_applications_end_last(tmp_path):
    folders = Folders(tmp_path)
    folders.prepare()
    plan = plan_of(Settings(data_dir=tmp_path, gate_workers=2), folders)
    stages = [sorted(c.name for c in stage) for stage in plan.stages()]
    assert stages == [
        ["envoy"],
        ["authorizer", "authorizer-2", "broker", "calls", "control", "worker"],
        ["runtime"],
    ]
    assert sum(max(c.grace for c in stage) for stage in plan.stages()) < 8


def test_every_socket_is_asked(tmp_path):
    probes = probes_of(Settings(data_dir=tmp_path, gate_workers=3), Folders(tmp_path))
    assert [probe.name for probe in probes] == [
        "authorizer", "authorizer-2", "authorizer-3", "broker", "calls", "control", "runtime", "envoy"
    ]  # fmt: skip
    assert len({probe.socket for probe in probes}) == len(probes)


def test_children_read_the_settings_that_were_chosen(monkeypatch):
    monkeypatch.setenv("GATEPOST_PORT", "1234")
    monkeypatch.setenv("GATEPOST_API_KEY", "not for the server")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    chosen = Settings(data_dir=Path("/srv/gp"), port=9000, demo=False)
    environment = environment_of(chosen)
    for name in ("GATEPOST_PORT", "GATEPOST_API_KEY"):
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings() == chosen
    assert "GATEPOST_API_KEY" not in environment
    assert environment["TZ"] == "Europe/Berlin"


def test_secret_settings_are_handed_to_who_uses_them_and_stand_in_no_environment(tmp_path):
    folders = Folders(tmp_path)
    folders.prepare()
    chosen = Settings(
        data_dir=tmp_path,
        store="sqlite:////elsewhere?password=one",
        vault_key_from="passphrase",
        vault_passphrase="two",
        mail_password="three",
    )
    assert not {"GATEPOST_STORE", "GATEPOST_VAULT_PASSPHRASE", "GATEPOST_MAIL_PASSWORD"} & set(
        environment_of(chosen)
    )
    handed = {one.name: sorted(one.secrets) for one in plan_of(chosen, folders).children}
    store = {name: ["store"] for name in handed if name not in {"broker", "control", "worker", "envoy"}}
    assert handed == store | {
        "broker": ["store", "vault_passphrase"],
        "control": ["mail_password", "store", "vault_passphrase"],
        "worker": ["mail_password", "store"],
        "envoy": [],
    }


def test_every_setting_that_hides_itself_is_among_the_secret_ones():
    hidden = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert hidden == set(SECRET_FIELDS) - {"store"}


def test_what_was_handed_is_taken_once(monkeypatch):
    handed = descriptor_with({"vault_passphrase": "grün"})
    monkeypatch.setenv(HANDED, str(handed))
    assert take_handed() == {"vault_passphrase": "grün"}
    assert HANDED not in os.environ
    assert take_handed() == {}
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(handed)
