"""Ways in from outside by client and command line, on the real control plane."""

import json
from pathlib import Path

import pytest

from gatepost.bundle import packed
from gatepost.cli.main import run
from gatepost.connected import Client


@pytest.mark.usefixtures("server")
def test_what_is_open_is_listed_and_counted(
    admin: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*words: str) -> str:
        assert run(["exposure", *words]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Hello</h1>")
    assert said("--kind", "anyone") == ""
    with packed(folder) as bundle:
        app = admin.apps.create("Forecast", bundle.path)
    admin.apps.set_access(app.id, "anyone")
    assert f"gatepost apps access {app.id} grants" in said("--kind", "anyone", "--sort", "name")
    [way] = admin.exposure.list(kind="anyone", q="forecast")
    assert (way.id, way.to, way.off.path) == (app.id, ("anyone",), f"apps/{app.id}")
    [told] = json.loads(said("--kind", "anyone", "--json"))["items"]
    assert told["off"] == {"method": "PATCH", "path": f"apps/{app.id}", "body": {"access": "grants"}}
    assert "anyone" in said("--count")
    assert json.loads(said("--count", "--json"))["kinds"]["anyone"] == 1
    admin.apps.set_access(app.id, "grants")
    assert said("--kind", "anyone") == ""
