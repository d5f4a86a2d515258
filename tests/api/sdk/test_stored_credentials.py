"""Stored credentials through the client and the command line, on the real control plane."""

import io
import json
import sys
from pathlib import Path

import pytest

from gatepost.cli.main import run
from gatepost.connected import Client

PLANTED = "a-planted-secret-51c9"


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert run(["credentials", *words, "--json"]) == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    assert PLANTED not in out
    answer: dict[str, object] = json.loads(out)
    return answer


def test_credentials_are_stored_edited_and_deleted_by_name(
    admin: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PLANTED}\n" * 3))
    admin.settings.change({"features": {"stored_credentials": False}})
    assert run(["credentials", "create", "Warehouse", "--user", "reader"]) == 4
    assert "turned off" in capsys.readouterr().err
    admin.settings.change({"features": {"stored_credentials": True}})

    assert _told(capsys, "create", "Warehouse", "--user", "reader")["health"] == "untested"
    key = tmp_path / "key.pem"
    key.write_text(f"-----BEGIN PRIVATE KEY-----\n{PLANTED}\n")
    made = _told(capsys, "create", "Snow", "--type", "key_pair", "--user", "svc", "--file", str(key))
    assert made["type"] == "key_pair"
    assert [one.name for one in admin.credentials.list()] == ["Snow", "Warehouse"]
    assert run(["credentials", "list"]) == 0
    assert "reader" in capsys.readouterr().out
    assert run(["credentials", "edit", "Warehouse"]) == 2
    assert _told(capsys, "edit", "Warehouse", "--user", "writer", "--secret")["user"] == "writer"
    assert _told(capsys, "show", "Warehouse")["name"] == "Warehouse"
    assert _told(capsys, "delete", "Warehouse", "--yes")["revoked"] is True
    assert run(["credentials", "show", "Warehouse"]) == 5
