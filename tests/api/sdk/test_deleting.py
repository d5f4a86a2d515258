"""Deleting an application by the command line: its name is typed while somebody uses it."""

import io
import sys
from pathlib import Path

import pytest
from control_plane import ControlPlane

from gatepost.bundle import packed
from gatepost.cli.main import run
from gatepost.connected import Client
from gatepost_server import bootstrap
from gatepost_server.apps import note_opened
from gatepost_server.kernel.actor import Origin, system_actor


class _Terminal(io.StringIO):
    """Somebody who types at a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_name_of_what_is_used_has_to_be_typed(
    server: ControlPlane,
    admin: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "index.html").write_text("<h1>Hello</h1>")
    with packed(tmp_path) as bundle:
        app = admin.apps.create("In use", bundle.path)
    base = bootstrap.Foundation.lay(server.settings)
    with base.uow.begin(system_actor("test"), Origin("test")) as tx:
        note_opened(tx, {app.id: tx.now})
        tx.audited += 1
    base.uow.engine.dispose()

    monkeypatch.setattr(sys, "stdin", _Terminal("y\n"))
    assert run(["apps", "delete", app.id]) != 0
    assert "That is another name; nothing was done." in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", _Terminal("In use\n"))
    assert run(["apps", "delete", app.id]) == 0
    assert "In use is deleted" in capsys.readouterr().out
