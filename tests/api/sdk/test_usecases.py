"""Use cases through the client and the command line, on the real control plane."""

import json
from pathlib import Path

import pytest

from gatepost.bundle import packed
from gatepost.cli.main import run
from gatepost.connected import Client
from gatepost.usecase_models import Usecase


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert run(["usecases", *words, "--json"]) == 0, capsys.readouterr().err
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_use_cases_are_kept_and_linked_by_name(
    admin: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index.html").write_text("<h1>Hello</h1>")
    with packed(tmp_path) as bundle:
        app = admin.apps.create("Leavers", bundle.path)

    assert _told(capsys, "create", "Churn of leavers", "--description", "Who leaves")["links"] == 0
    assert _told(capsys, "link", "Churn of leavers", "app", "Leavers")["id"] == app.id
    assert run(["usecases", "link", "Churn of leavers", "app", "Leavers"]) == 6
    assert "already linked" in capsys.readouterr().err
    _told(capsys, "link", "Churn of leavers", "source", str(app.source_id))
    assert {one.type for one in admin.usecases.links(_only(admin).id)} == {"app", "source"}
    assert run(["usecases", "links", "Churn of leavers"]) == 0
    assert "Leavers" in capsys.readouterr().out
    assert run(["usecases", "list", "--app", "Leavers"]) == 0
    assert "Churn of leavers" in capsys.readouterr().out

    _told(capsys, "unlink", "Churn of leavers", "app", app.id)
    assert _told(capsys, "edit", "Churn of leavers", "--name", "Leaving")["name"] == "Leaving"
    assert _told(capsys, "show", "Leaving")["links"] == 1
    assert run(["usecases", "edit", "Leaving"]) == 2
    assert _told(capsys, "delete", "Leaving", "--yes")["revoked"] is True
    assert run(["usecases", "show", "Leaving"]) == 5
    assert admin.apps.get(app.id).name == "Leavers"


def _only(admin: Client) -> Usecase:
    [found] = admin.usecases.list(q="leavers")
    return found
