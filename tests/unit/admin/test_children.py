"""What a child is, how long to wait for it, and what it is told."""

import signal
from pathlib import Path

import pytest

from gatepost_server.admin.children import Backoff, ChildSpec, Plan, how_it_ended
from gatepost_server.admin.plan import environment_of, plan_of, probes_of
from gatepost_server.settings import Folders, Settings


def child(name, stage=0):
    return ChildSpec(name, ("true",), f"/logs/{name}.log", stage=stage)


def test_a_plan_survives_its_way_to_the_warden():
    plan = Plan((child("a", 1), ChildSpec("b", ("x", "y"), "/l", stage=2, grace=1.5, env={"A": "b"})))
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
