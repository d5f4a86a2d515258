"""Acting in a visitor's name, agreed to by API, client, command line and page, on the real control plane."""

from pathlib import Path

import pytest

from gatepost import errors
from gatepost.bundle import packed
from gatepost.cli.main import run
from gatepost.connected import Client


@pytest.fixture
def app_id(admin: Client, tmp_path: Path) -> str:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Hello</h1>")
    with packed(folder) as bundle:
        return admin.apps.create("Ledger", bundle.path).id


def asking(admin: Client, app_id: str, level: str) -> None:
    """Deploy a version of the app's source that asks for *level*."""
    source = admin.apps.get(app_id).source_id
    assert source is not None
    draft = admin.sources.start_draft(source, admin.sources.get(source).latest_version)
    admin.sources.set_resources(source, draft.version, {"required_key_scope_level": level})
    admin.sources.build(source, draft.version)
    admin.apps.deploy(app_id, draft.version)


def test_one_agrees_lists_and_takes_back(
    admin: Client, app_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert admin.lending.asked(app_id).level is None
    asking(admin, app_id, "user")
    asked = admin.lending.asked(app_id)
    assert (asked.level, asked.until_then, asked.has_agreed) == ("user", "viewer", False)
    assert asked.deployed_by is not None
    for level, by in (("admin", asked.deployed_by.id), ("user", "usr_" + "0" * 24)):
        with pytest.raises(errors.Conflict):
            admin.lending.agree(app_id, level, by)
    assert run(["apps", "lend", "Ledger", "--yes"]) == 0
    assert "up to level user" in capsys.readouterr().out
    assert [(one.name, one.level, one.counts) for one in admin.lending.list()] == [("Ledger", "user", True)]
    assert run(["apps", "lent"]) == 0
    assert "Ledger" in capsys.readouterr().out
    asking(admin, app_id, "admin")
    assert [one.counts for one in admin.lending.list()] == [False]
    assert run(["apps", "lend", "Ledger", "--take-back"]) == 0
    with pytest.raises(errors.NotFound):
        admin.lending.take_back(app_id)
