"""Generated references say what the code says, and staleness is noticed."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def references(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("references", None)
    import references

    monkeypatch.setattr(references, "FOLDER", tmp_path)
    return references


def test_every_setting_is_described(references):
    from gatepost_server.settings import Settings

    page = references.settings()
    assert [name for name in Settings.model_fields if f"`GATEPOST_{name.upper()}`" not in page] == []
    assert all(field.description for field in Settings.model_fields.values())


def test_every_action_is_described(references):
    from gatepost_server.authz.policy import policy

    page = references.permissions()
    assert [name for name in policy.actions if f"| `{name}` |" not in page] == []


def test_every_verb_is_described(references):
    page = references.command_line()
    assert "## `gatepost up`" in page
    assert "## `gatepost admin config show`" in page


def test_a_stale_page_is_noticed_and_then_mended(references, monkeypatch, tmp_path, capsys):
    """By two of the pages: `make check` compares all of them, which takes a while."""
    monkeypatch.setattr(
        references, "PAGES", {name: references.PAGES[name] for name in ("settings.md", "rules.md")}
    )
    assert references.main(["--check"]) == 1
    assert "settings.md" in capsys.readouterr().out
    assert references.main([]) == 0
    assert references.main(["--check"]) == 0
    (tmp_path / "settings.md").write_text("old")
    assert references.main(["--check"]) == 1
