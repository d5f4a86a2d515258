"""What an application used, over the door: points of a range, limits in force, and who may read them."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response

from gatepost_server.apps import RuntimeStatus
from gatepost_server.apps.usage import Used, add_used

Problem = Callable[[Response], tuple[int, str]]
FASTAPI = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n", "requirements.txt": "fastapi\n"}


def used(server: Any, app: dict[str, Any], ago: float, **figures: float) -> None:
    """Act as the runtime: say what was used some seconds ago."""
    at = server.base.clock.now().timestamp() - ago
    add_used(server.base.folders.usage / app["id"], at, Used(**figures))


def test_200_points_of_each_range(server: Any) -> None:
    app = server.run(server.published())
    path = f"apps/{app['id']}/metrics"
    assert server.call("owner", "GET", path).json()["points"] == []
    used(server, app, 3 * 86400, seconds=5, cpu=1, requests=2)
    used(server, app, 3 * 3600, seconds=20, cpu=5, memory=2_000_000, peak=200_000, requests=1)
    used(server, app, 0, seconds=10, cpu=5, memory=2_000_000, peak=300_000, requests=7, refused=2, failed=1)
    seen = {}
    for name in ("hour", "day", "month"):
        seen[name] = server.call("owner", "GET", f"{path}?range={name}").json()
    assert [len(seen[name]["points"]) for name in seen] == [1, 2, 3]
    assert [seen[name]["step_seconds"] for name in seen] == [60, 600, 3600]
    point = seen["hour"]["points"][0]
    assert point.pop("at") <= seen["hour"]["end"]
    assert point == {
        "ran_seconds": 10.0, "cpu_cores": 0.5, "memory_bytes": 200_000, "memory_peak_bytes": 300_000,
        "requests": 7, "refused": 2, "failed": 1,
    }  # fmt: skip
    assert [one["requests"] for one in seen["month"]["points"]] == [2, 1, 7], "the oldest first"
    assert server.call("owner", "GET", path).json()["range"] == "day"


@pytest.mark.parametrize(
    ("exact", "held"),
    [
        (("memory", "pids", "cpu"), ["exactly", "exactly", "exactly"]),
        (("pids",), ["each_process", "not", "exactly"]),
        ((), ["each_process", "not", "by_user"]),
    ],
)
def test_200_limits_say_how_they_are_held(server: Any, exact: tuple[str, ...], held: list[str]) -> None:
    server.desk.report_runtime(RuntimeStatus("strict", exact_limits=exact))
    app = server.run(server.published(files=FASTAPI))
    limits = server.call("owner", "GET", f"apps/{app['id']}/metrics").json()["limits"]
    assert [(one["name"], one["value"]) for one in limits] == [("memory", 1024), ("cpu", 1), ("tasks", 256)]
    assert [one["held"] for one in limits] == held


def test_200_what_runs_no_code_has_no_limits_nor_has_what_no_runtime_runs(server: Any) -> None:
    static = server.run(server.published())
    assert server.call("owner", "GET", f"apps/{static['id']}/metrics").json()["limits"] == []
    code = server.run(server.published(files=FASTAPI, name="Code"))
    server.forget_runtime()
    assert server.call("owner", "GET", f"apps/{code['id']}/metrics").json()["limits"] == []


def test_400_401_403_404_refusals(server: Any, problem: Problem) -> None:
    app = server.published()
    path = f"apps/{app['id']}/metrics"
    assert problem(server.call("owner", "GET", f"{path}?range=year"))[0] == 400
    assert problem(server.call(None, "GET", path))[0] == 401
    assert problem(server.call("other", "GET", path)) == (404, "not-found")
    body = {"to": {"type": "user", "name": "other"}, "role": "consumer"}
    server.call("owner", "POST", f"apps/{app['id']}/grants", json=body)
    assert problem(server.call("other", "GET", path)) == (403, "denied")
    body["role"] = "editor"
    server.call("owner", "POST", f"apps/{app['id']}/grants", json=body)
    assert server.call("other", "GET", path).status_code == 200
