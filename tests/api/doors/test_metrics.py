"""Figures for a monitoring system: to administrators alone, and without anybody's name."""

import re

from calling import Api, problem
from deployments import app_of, deployed
from world import World


def test_an_administrator_reads_figures_of_the_instance(api: Api, world: World) -> None:
    app_of(world, deployed(world, world.person("owner", "publisher")))
    root = api.session(world.person("root", "administrator"))

    answer = root.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    apps = re.findall(r'gatepost_apps\{state="(\w+)"\} ([\d.]+)', answer.text)
    assert sum(float(count) for _, count in apps) == 1
    assert 'gatepost_jobs{state="queued"} 0.0' in answer.text
    assert "gatepost_gate_up 0.0" in answer.text, "there is no gate in this test"
    assert 'gatepost_health_reason{code="runtime:silent"} 1.0' in answer.text
    assert not re.search(r"app_[0-9a-f]{24}|Report|owner", answer.text)


def test_nobody_else_does(api: Api, world: World) -> None:
    assert problem(api.nobody.get("/metrics"))[0] == 401
    assert problem(api.session(world.person("pat", "publisher")).get("/metrics"))[0] == 403
