"""Signing in from the command line: by browser, by password, at a terminal, and out again."""

import io
import json
import os
import pty
import re
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest
from documented_server import KEY, PASSWORD, DocumentedServer

from gatepost.cli.main import run
from gatepost.errors import Denied, Unavailable
from gatepost.loopback import Landing


def test_a_password_may_come_from_stdin(
    server: DocumentedServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"ada\n{PASSWORD}\n"))
    assert run(["login", "--server", server.url, "--password"]) == 0
    assert capsys.readouterr().out == f"Signed in at {server.url} as ada.\n"
    assert (tmp_path / "config" / "login.json").stat().st_mode & 0o777 == 0o600
    assert run(["whoami", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["principal"]["name"] == "ada"


def test_whoami_tells_inside_an_application_for_whom_it_acts(
    server: DocumentedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEPOST_SERVER", server.url)
    monkeypatch.setenv("GATEPOST_API_KEY", KEY)
    assert run(["whoami"]) == 0
    outside = capsys.readouterr().out
    assert "through  an API key" in outside
    assert "acts for" not in outside
    assert "application" not in outside

    app = "app_" + "1" * 24
    server.acts = {
        "principal": {"kind": "application", "id": app, "name": f"CustomApp {app}"},
        "via_key": None, "role": None, "app": app,
        "on_behalf_of": {"kind": "user", "id": "usr_" + "2" * 24, "name": "bob"},
    }  # fmt: skip
    assert run(["whoami"]) == 0
    rows = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    said = {name: value.strip() for name, value in rows.items()}
    assert (said["acts for"], said["application"]) == ("bob", app)
    assert said["through"] == "the application's own way in"
    assert run(["whoami", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["on_behalf_of"]["name"] == "bob"


def test_a_wrong_password_stores_nothing(
    server: DocumentedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("wrong\n"))
    assert run(["login", "--server", server.url, "--username", "ada"]) == 3
    assert not (tmp_path / "config").exists()


def test_logging_out_ends_the_session_at_the_server(
    server: DocumentedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    run(["login", "--server", server.url, "--username", "ada"])
    monkeypatch.setenv("GATEPOST_API_KEY", KEY)
    assert run(["logout"]) == 0
    assert server.session == "ended"
    monkeypatch.delenv("GATEPOST_API_KEY")
    assert run(["whoami"]) == 7
    assert "gatepost login --server URL" in capsys.readouterr().err
    assert run(["logout", "--server", server.url]) == 0


def test_logging_out_forgets_a_session_that_ended_already(
    server: DocumentedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    run(["login", "--server", server.url, "--username", "ada"])
    server.session = "another"
    assert run(["whoami"]) == 3
    assert run(["logout"]) == 0
    assert "had ended already" in capsys.readouterr().err


def browse(page: str, server: DocumentedServer) -> None:
    """Do what the server's page does after a login: bring a code to the loopback port."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
    server.challenges["code-1"] = asked["challenge"]
    back = f"http://127.0.0.1:{asked['port']}/?code=code-1&state="
    with pytest.raises(HTTPError) as forged:
        urllib.request.urlopen(back + "forged")
    assert forged.value.code == 400
    forged.value.close()
    with urllib.request.urlopen(back + asked["state"]) as answer:
        assert b"You are signed in" in answer.read()


def test_the_browser_brings_a_session(server: DocumentedServer, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gatepost.cli",
            "login",
            "--no-browser",
            "--timeout",
            "30",
            "--server",
            server.url,
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = process.stderr.readline() + process.stderr.readline()
    found = re.search(r"http://\S+/cli/login\?\S+", said)
    assert found is not None
    browse(found.group(), server)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, f"Signed in at {server.url} as ada.\n")
    assert "session-1" in (tmp_path / "config" / "login.json").read_text()


def test_a_declined_login_ends_the_wait() -> None:
    with Landing("right") as landing:
        assert landing.answer("/?error=declined&state=wrong")[0] == 400
        landing.answer("/?error=declined&state=right")
        with pytest.raises(Denied, match="declined"):
            landing.wait(1)


def test_nobody_coming_ends_the_wait() -> None:
    with Landing("right") as landing, pytest.raises(Unavailable, match="Nobody signed in"):
        landing.wait(0.05)


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?code=x&state=", "?code=x&state=right&state=right", "?state=rıght"]
)
def test_only_the_right_state_is_heard(query: str) -> None:
    with Landing("right") as landing:
        assert landing.answer("/" + query)[0] == 400


def test_a_terminal_is_asked_for_the_password_again(server: DocumentedServer) -> None:
    enter = f"ada\n{PASSWORD}\n"
    subprocess.run(
        [sys.executable, "-m", "gatepost.cli", "login", "--password", "--server", server.url],
        input=enter, text=True, check=True, capture_output=True,
    )  # fmt: skip
    server.needs_confirmation = True
    control, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gatepost.cli", "keys", "create", "ci", "--json"],
        stdin=terminal, stdout=subprocess.PIPE, stderr=terminal, text=True, start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    shown: list[bytes] = []
    asked = threading.Event()

    def watch() -> None:
        while True:
            try:
                shown.append(os.read(control, 1024))
            except OSError:
                return
            if b"Password" in b"".join(shown):
                asked.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert asked.wait(20)
    os.write(control, f"{PASSWORD}\n".encode())
    out, _ = process.communicate(timeout=20)
    watcher.join(5)
    os.close(control)
    assert json.loads(out)["key"] == KEY
    assert PASSWORD.encode() not in b"".join(shown)
