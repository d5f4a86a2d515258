"""`gatepost up` refuses in one sentence, before anything is started or written."""

import json
import os
import socket
import subprocess
import sys

import pytest

from gatepost.cli.main import run
from gatepost_server.admin.lock import FolderLock
from gatepost_server.admin.marker import Marker

HEAVY = ("pydantic", "sqlalchemy", "fastapi")


@pytest.fixture
def free_port():
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        return finder.getsockname()[1]


@pytest.fixture
def up(tmp_path, free_port, capsys):
    """Return a way to call `gatepost up` that must be refused; gives exit code and sentence."""

    def call(*options, data=None):
        folder = str(data or tmp_path / "data")
        code = run(["up", "--data-dir", folder, "--port", str(free_port), *options])
        return code, capsys.readouterr().err.strip()

    return call


def test_a_taken_port_is_refused(up, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = up("--port", str(port))
    assert code == 1
    assert said == (
        f"Port {port} on 127.0.0.1 is taken by another program. Stop that one, or choose another "
        "port with --port or GATEPOST_PORT."
    )
    assert not (tmp_path / "data" / "gatepost.db").exists()


def test_a_folder_that_cannot_be_written_is_refused(up, tmp_path):
    (tmp_path / "file").touch()
    code, said = up(data=tmp_path / "file" / "data")
    assert code == 1
    assert said.startswith(f"The data folder {tmp_path}/file/data cannot be used")
    assert len(said.splitlines()) == 1


def test_a_missing_envoy_is_refused(up, tmp_path):
    code, said = up("--envoy", str(tmp_path / "none"))
    assert code == 1
    assert "GATEPOST_ENVOY" in said
    assert len(said.splitlines()) == 1


def test_a_second_up_on_one_folder_is_refused(up, tmp_path):
    (tmp_path / "data").mkdir()
    lock = FolderLock.take(tmp_path / "data")
    code, said = up()
    lock.release()
    assert code == 1
    assert said.startswith(f"Gatepost already runs on {tmp_path}/data (process {os.getpid()})")


def test_a_test_clock_on_a_folder_made_without_one_is_refused(up, tmp_path):
    (tmp_path / "data").mkdir()
    Marker("2026-01-01T00:00:00+00:00", test_clock=False).write(tmp_path / "data" / "instance.json")
    code, said = up("--test-clock", str(tmp_path / "clock"))
    assert code == 1
    assert "not created with a test clock" in said


def test_a_setting_that_cannot_be_used_is_named(up, monkeypatch):
    monkeypatch.setenv("GATEPOST_IDLE_AFTER", "soon")
    code, said = up()
    assert code == 2
    assert "idle_after" in said


def test_help_explains_ports_folder_examples_and_production(capsys):
    assert run(["up", "--help"]) == 0
    said = capsys.readouterr().out
    assert [word for word in ("--port", "--data-dir", "--no-demo", "For production", "admin-password")
            if word not in said] == []  # fmt: skip


@pytest.mark.parametrize("words", [["--help"], ["up", "--help"], ["admin", "--help"]])
def test_help_loads_nothing_heavy(words):
    code = (
        "import sys\nfrom gatepost.cli.main import run\n"
        f"run({words!r})\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_settings_in_force_are_shown_with_their_origin_and_no_password(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GATEPOST_STORE", "postgresql://gp:hunter2@db/gp")
    assert run(["admin", "config", "show", "--json", "--data-dir", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    rows = {row["name"]: row for row in json.loads(said)}
    assert rows["data_dir"] == {"name": "data_dir", "value": str(tmp_path), "origin": "option"}
    assert rows["store"]["origin"] == "GATEPOST_STORE"
    assert rows["port"]["origin"] == "default"
    assert "hunter2" not in said


def test_the_doctor_says_what_is_there(capsys, tmp_path):
    assert run(["admin", "doctor", "--json", "--data-dir", str(tmp_path / "new")]) == 0
    found = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert found["envoy"]["ok"]
    assert "will be made" in found["data folder"]["detail"]


def test_the_doctor_fails_without_envoy(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GATEPOST_ENVOY", str(tmp_path / "none"))
    assert run(["admin", "doctor"]) == 1
    assert "missing  envoy" in capsys.readouterr().out
