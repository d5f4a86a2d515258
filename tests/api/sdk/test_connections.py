"""Data connections through the client and the command line, on the real control plane."""

import io
import json
import sys

import pytest

from gatepost.cli.exit_codes import Exit
from gatepost.cli.main import run
from gatepost.connected import Client

PLANTED = "a-planted-secret-51c9"
PLACE = ("--set", "host=db.example.com", "--set", "database=sales")


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert run([*words, "--json"]) == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    assert PLANTED not in out
    answer: dict[str, object] = json.loads(out)
    return answer


@pytest.fixture
def sales(admin: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """A connection that is called Sales, and a stored credential that is called Warehouse."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PLANTED}\n" * 3))
    admin.settings.change({"features": {"stored_credentials": True}})
    for one in list(admin.connections.list()):
        admin.connections.delete(one.id)
    for stored in list(admin.credentials.list()):
        admin.credentials.delete(stored.id)
    _told(capsys, "credentials", "create", "Warehouse", "--user", "reader")
    made = _told(capsys, "connections", "add", "Sales", "--type", "postgresql", *PLACE)
    return str(made["id"])


def test_connections_are_made_shown_changed_shared_and_deleted_by_name(
    admin: Client, sales: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["connections", "list"]) == 0
    assert "db.example.com:5432" in capsys.readouterr().out
    changed = _told(
        capsys, "connections", "edit", "Sales", "--name", "EU", "--set", "port=6432", "--restricted"
    )
    assert changed["restricted"] is True
    shown = _told(capsys, "connections", "show", "EU")
    assert shown["params"] == {
        "host": "db.example.com", "port": 6432, "database": "sales", "tls": "verify-full",
    }  # fmt: skip
    assert run(["connections", "edit", "EU"]) == 2
    assert run(["connections", "edit", "EU", "--set", "port"]) == 2
    assert run(["connections", "add", "X", "--type", "sqlite", "--set", "file=../x.db"]) == Exit.INVALID
    assert "params.file" in capsys.readouterr().err
    for thing in ("connection:EU", "credential:Warehouse"):
        assert run(["grants", thing]) == 0
        assert "owner" in capsys.readouterr().out
    assert _told(capsys, "connections", "delete", "EU", "--yes")["revoked"] is True
    assert list(admin.connections.list()) == []


def test_stored_credentials_are_associated_and_taken_away(
    admin: Client, sales: str, capsys: pytest.CaptureFixture[str]
) -> None:
    credentials = ("connections", "credentials")
    assert _told(capsys, *credentials, "add", "Sales", "Warehouse")["state"] == "attached"
    assert run([*credentials, "list", "Sales", "-q", "warehouse"]) == 0
    assert "attached" in capsys.readouterr().out
    assert run(["credentials", "check", "Warehouse", "--user", "writer"]) == Exit.UNAVAILABLE
    assert "does not answer" in capsys.readouterr().err
    assert run(["credentials", "connections", "Warehouse"]) == 0
    assert "Sales" in capsys.readouterr().out
    assert run([*credentials, "remove", "Sales", "Warehouse"]) == 0
    assert "no connection is left" in capsys.readouterr().out
    _told(capsys, *credentials, "add", "Sales", "Warehouse")
    assert run([*credentials, "remove", "Sales", "Warehouse"]) == 0
    capsys.readouterr()
    assert _told(capsys, "credentials", "check", "Warehouse") == {
        "ok": True,
        "connections": [],
        "untried": [],
    }
    _told(capsys, *credentials, "add", "Sales", "Warehouse")
    done = _told(capsys, *credentials, "remove", "Sales", "Warehouse", "--delete")
    assert done == {"removed": True, "is_last": True, "credential_deleted": True}
    assert list(admin.credentials.list()) == []


def test_without_the_broker_trying_and_looking_say_that_it_does_not_answer(
    admin: Client, sales: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["connections", "tables", "Sales"]) == Exit.CONFLICT
    assert "credential" in capsys.readouterr().err
    assert run(["connections", "test", "Sales", "--user", "reader", "--save-as", "Mine"]) == (
        Exit.UNAVAILABLE
    )  # fmt: skip
    assert run(["connections", "test", "Sales", "--credential", "Warehouse"]) == Exit.UNAVAILABLE
    assert run(["connections", "test", "Sales", "--credential", "Warehouse", "--user", "x"]) == 2
    for words in (("schemas",), ("tables", "--schema", "eu"), ("columns", "orders"), ("preview", "orders")):
        verb, *more = words
        looked = run(["connections", verb, "Sales", *more, "--credential", "Warehouse"])
        assert looked == Exit.UNAVAILABLE
        assert "does not answer" in capsys.readouterr().err
