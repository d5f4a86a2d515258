"""Requests by client and command line, on the real control plane, as two people."""

import json
from pathlib import Path

import pytest
from control_plane import ControlPlane

from gatepost import errors
from gatepost.address import address_of
from gatepost.bundle import packed
from gatepost.cli.main import run
from gatepost.connected import Client
from gatepost.logins import Logins
from gatepost.secret import Secret
from gatepost.signing_in import log_in

NOWHERE = "app_" + "0" * 24


@pytest.fixture
def app(admin: Client, tmp_path: Path) -> str:
    """The id of an application of the administrator's."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Hello</h1>")
    with packed(folder) as bundle:
        return admin.apps.create(f"Forecast {tmp_path.name}", bundle.path).id


def become(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Run commands as whoever is signed in in *folder*."""
    monkeypatch.setenv("GATEPOST_CONFIG_DIR", str(folder))


@pytest.fixture
def asker(admin: Client, server: ControlPlane, tmp_path: Path) -> Path:
    """The folder in which somebody is signed in who may open nothing."""
    username = f"ann{len(list(admin.users.list()))}"
    made = admin.users.create(username, email="a@example.com", display_name="Ann", role="viewer")
    assert made.one_time_password is not None
    login = log_in(address_of(server.url), username, Secret(made.one_time_password.reveal()))
    Logins(tmp_path / "asker").keep(login)
    return tmp_path / "asker"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command that succeeds and return what it says."""
    assert run(list(words)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_one_asks_and_another_approves(
    app: str, asker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    become(monkeypatch, asker)
    made = json.loads(said(capsys, "requests", "ask", app, "--reason", "I plan.", "--days", "30", "--json"))
    assert (made["state"], made["validity"]) == ("pending", {"days": 30})
    assert "I plan." in said(capsys, "requests", "list", "--box", "submitted")
    assert run(["requests", "approve", made["id"]]) == 4
    assert "yourself" in capsys.readouterr().err

    become(monkeypatch, tmp_path / "config")
    assert "for the role consumer on Forecast" in said(capsys, "requests", "list")
    assert "30 days" in said(capsys, "requests", "show", made["id"])
    assert "approved." in said(capsys, "requests", "approve", made["id"], "--note", "Welcome")
    assert run(["requests", "reject", made["id"]]) == 6
    assert "approved already" in capsys.readouterr().err

    become(monkeypatch, asker)
    assert "Forecast" in said(capsys, "apps", "show", app)


def test_one_asks_and_another_refuses(
    app: str, asker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    become(monkeypatch, asker)
    words = ("requests", "ask", app, "--reason", "I plan.", "--role", "editor", "--until", "12h", "--json")
    made = json.loads(said(capsys, *words))
    become(monkeypatch, tmp_path / "config")
    assert "refused." in said(capsys, "requests", "reject", made["id"], "--note", "Not now")
    become(monkeypatch, asker)
    assert "Not now" in said(capsys, "requests", "show", made["id"])
    assert run(["apps", "show", app]) == 5


def test_what_is_asked_is_taken_back(admin: Client, capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(said(capsys, "requests", "ask", NOWHERE, "--reason", "r", "--permanent", "--json"))
    with pytest.raises(errors.Conflict) as caught:
        admin.requests.ask_access(NOWHERE, reason="r", validity="permanent")
    assert caught.value.error_code == "already-asked"
    assert "Withdrawn" in said(capsys, "requests", "withdraw", made["id"])
    assert admin.requests.get(made["id"]).state == "withdrawn"
    assert run(["requests", "ask", NOWHERE, "--reason", "r", "--permanent", "--until", "12h"]) == 2
