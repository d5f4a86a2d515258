"""What administrators set for a whole running instance: log levels in all processes, variables in apps."""

from pathlib import Path

import pytest
from callers import Caller, path_of, with_key
from instances import Instance
from waiting import until

pytestmark = pytest.mark.e2e

_APP = """
import os

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [os.environ.get("GATEPOST_VARIABLES", "none").encode()]
"""


def test_a_level_counts_in_every_process_without_a_restart(admin: Caller) -> None:
    files = {row["name"] for row in admin.ok("GET", "log-files")["items"]}
    ours = {
        name for name in files if name.startswith(("authorizer", "broker", "control", "runtime", "worker"))
    }
    assert {name.partition("-")[0].partition(".")[0] for name in ours} == {
        "authorizer", "broker", "control", "runtime", "worker",
    }  # fmt: skip
    logger = "gatepost_server.nothing"
    admin.ok("PUT", "log-level", {"level": "ERROR", "logger": logger})

    def followed() -> bool:
        said = f"'{logger}': 'ERROR'"
        return all(said in " ".join(admin.ok("GET", f"log-files/{name}")["lines"]) for name in ours)

    until(followed, 20, what="every process follows")
    admin.ok("PUT", "log-level", {"level": None, "logger": logger})


def test_an_application_finds_the_variables_of_when_it_started(
    gatepost: Instance, admin: Caller, owner: Caller, key: str, tmp_path: Path
) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / "app.py").write_text(_APP)
    admin.ok("PUT", "variables/region", {"value": "eu"})
    app = owner.publish(folder, "Variables", kind="wsgi")
    caller, address = with_key(gatepost, key), path_of(app["content_url"])
    assert caller.get(address).json()["region"] == "eu"
    admin.ok("PUT", "variables/region", {"value": "us"})
    admin.ok("PUT", "variables/size", {"value": 3})
    owner.publish(folder, "Later", kind="wsgi")  # by then the runtime has seen the new values
    assert caller.get(address).json() == {"region": "eu"}
    owner.ok("POST", f"apps/{app['id']}/restart")
    until(lambda: caller.get(address).json() == {"region": "us", "size": 3}, 30, what="the new values")
    admin.ok("DELETE", "variables/region")
    admin.ok("DELETE", "variables/size")
