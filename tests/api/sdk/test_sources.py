"""Sources, their drafts and an application's variables by the command line, on the real control plane."""

import json
from pathlib import Path

import pytest

from gatepost.bundle import packed
from gatepost.cli.main import run
from gatepost.connected import Client
from gatepost.models import App


@pytest.fixture
def app(admin: Client, tmp_path: Path) -> App:
    """An application of a static page."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Hello</h1>")
    with packed(folder) as bundle:
        return admin.apps.create(f"Page {tmp_path.name}", bundle.path)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command that succeeds and return what it says."""
    assert run(list(words)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *words: str) -> object:
    """Run a command that succeeds and return its JSON."""
    return json.loads(said(capsys, *words, "--json"))


@pytest.mark.usefixtures("admin")
def test_a_draft_is_edited_compared_and_built(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = app.source_id
    assert told(capsys, "sources", "draft", source, "--from", "1")
    new = tmp_path / "new.html"
    new.write_text("<h1>Edited</h1>")
    assert "index.html" in said(capsys, "sources", "put", source, "2", "index.html", str(new))
    said(capsys, "sources", "put", source, "2", "more.html", str(new))
    assert "more.html" in said(capsys, "sources", "files", source, "2")
    said(capsys, "sources", "remove", source, "2", "more.html", "--yes")
    assert "more.html" not in said(capsys, "sources", "files", source, "2")
    assert "Edited" in said(capsys, "sources", "get", source, "2", "index.html")
    assert "+<h1>Edited</h1>" in said(capsys, "sources", "compare", source, "1", "2")
    assert told(capsys, "sources", "build", source, "2")
    assert "queued" in said(capsys, "sources", "versions", source)
    archive = tmp_path / "two.tar.gz"
    said(capsys, "sources", "download", source, "2", str(archive))
    assert archive.stat().st_size > 0
    assert run(["sources", "put", source, "2", "index.html", str(new)]) != 0
    assert "draft" in capsys.readouterr().err


@pytest.mark.usefixtures("admin")
def test_resources_begin_a_draft_that_can_be_discarded(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    source = app.source_id
    resources = ("sources", "resources", source)
    said(capsys, *resources, "1", "--size", "small", "--level", "user", "--idle-pause", "off",
         "--visitor-reach", "SALES,HR/people")  # fmt: skip
    assert "draft" in said(capsys, "sources", "versions", source)
    shown = said(capsys, *resources, "2")
    assert "off" in shown
    assert "SALES, HR/people" in shown
    said(capsys, *resources, "2", "--visitor-reach", "all")
    assert "SALES" not in said(capsys, *resources, "2")
    assert run([*resources, "2", "--visitor-reach", "sales"]) != 0
    assert run([*resources, "2", "--idle-pause", "soon"]) != 0
    said(capsys, "sources", "discard", source, "2", "--yes")
    assert "draft" not in said(capsys, "sources", "versions", source)
    assert run(["sources", "discard", source, "1", "--yes"]) != 0
    capsys.readouterr()


@pytest.mark.usefixtures("admin")
def test_a_variable_is_set_listed_by_name_and_taken_back(
    app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "GREETING" in said(capsys, "apps", "env", app.id, "--set", "GREETING=top secret")
    listed = said(capsys, "apps", "env", app.id)
    assert "GREETING" in listed
    assert "top secret" not in listed
    said(capsys, "apps", "env", app.id, "--unset", "GREETING")
    assert "GREETING" not in said(capsys, "apps", "env", app.id)
    assert run(["apps", "env", app.id, "--set", "GATEPOST_SERVER=x"]) != 0
    capsys.readouterr()
