"""The environment variables of one application: told to its process alone, from its next start on."""

from pathlib import Path

import pytest
from callers import Caller, path_of, with_key
from instances import Instance
from waiting import until

pytestmark = pytest.mark.e2e

_APP = """
import json
import os

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({name: os.environ.get(name) for name in ("GREETING", "PORT")}).encode()]
"""


def test_a_process_finds_its_own_variables_and_no_other_does(
    gatepost: Instance, owner: Caller, key: str, tmp_path: Path
) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / "app.py").write_text(_APP)
    mine, other = (owner.publish(folder, name, kind="wsgi") for name in ("Mine", "Other"))
    caller = with_key(gatepost, key)
    assert caller.get(path_of(mine["content_url"])).json()["GREETING"] is None
    owner.ok("PATCH", f"apps/{mine['id']}/env", {"GREETING": "opensesame"})
    for app in (mine, other):
        owner.ok("POST", f"apps/{app['id']}/restart")

    def greeting(app: dict[str, object]) -> object:
        answer = caller.get(path_of(str(app["content_url"])))
        return answer.json()["GREETING"] if answer.status_code == 200 else answer.status_code

    until(lambda: greeting(mine) == "opensesame", 30, what="the variable is there")
    assert greeting(other) is None
    log = owner.api("GET", f"apps/{mine['id']}/logs?kind=run&tail=200")
    assert log.status_code == 200
    assert "opensesame" not in log.text
