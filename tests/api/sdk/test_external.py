"""People outside by client and command line, on the real control plane."""

import json
import re
from pathlib import Path

import pytest
from control_plane import ControlPlane
from sqlalchemy import select

from gatepost import errors
from gatepost.bundle import packed
from gatepost.cli.main import run
from gatepost.connected import Client
from gatepost_server import sharing
from gatepost_server.bootstrap import Foundation
from gatepost_server.kernel.actor import ANONYMOUS, Origin
from gatepost_server.kernel.secret import Secret
from gatepost_server.notify.tables import MailRow


@pytest.fixture
def app_id(admin: Client, tmp_path: Path) -> str:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>Hello</h1>")
    with packed(folder) as bundle:
        return admin.apps.create("Forecast", bundle.path).id


def enter(server: ControlPlane, app_id: str) -> None:
    """Use the latest mail as the gate does."""
    base = Foundation.lay(server.settings)
    origin = Origin("test", door="test")
    with base.uow.begin(ANONYMOUS, origin) as tx:
        text = tx.session.scalar(select(MailRow.text).order_by(MailRow.id.desc()))
        found = re.search(r"/_gatepost/guest/(\S+)", text or "")
        assert found is not None
        sharing.accept_invitation(tx, base.peppers, app_id, Secret(found[1]))
    base.uow.engine.dispose()


def test_people_outside_are_let_in_and_ended(
    server: ControlPlane, admin: Client, app_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*words: str) -> str:
        assert run(["external", *words]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    with pytest.raises(errors.Conflict) as caught:
        admin.apps.external.set(app_id, enabled=True, allowed=["@partner.example"])
    assert caught.value.error_code == "no-mail-server"
    admin.settings.change(
        {"mail": {"host": "127.0.0.1", "port": 2525, "tls": "none", "from": "g@example.com"}}
    )
    assert "is off" in said("set", app_id, "--allow", "@Partner.example", "--allow", "ann@solo.example")
    lines = said("set", app_id, "--on").splitlines()
    assert lines[:2] == [
        "External sharing of Forecast is on.", "Lets in: @partner.example, ann@solo.example",
    ]  # fmt: skip
    assert lines[2].startswith("Link: http")
    assert said("invite", app_id).splitlines() == ["ann@solo.example: invited"]
    assert run(["external", "set", app_id, "--remove", "bob@solo.example"]) == 5
    assert run(["external", "set", app_id, "--allow", "@gmail.com"]) == 7
    capsys.readouterr()
    assert "@gmail.com" in said("set", app_id, "--allow", "@gmail.com", "--whole-provider")

    enter(server, app_id)
    [guest] = admin.apps.external.get(app_id).guests
    assert (guest.email, guest.last_seen) == ("ann@solo.example", None)
    assert "ann@solo.example: in until" in said("show", app_id)
    assert run(["external", "set", app_id, "--off"]) == 2
    assert run(["external", "end", app_id, "bob@solo.example", "--yes"]) == 5
    capsys.readouterr()
    assert "ann@solo.example is out of Forecast" in said("end", app_id, "ANN@solo.example", "--yes")
    assert json.loads(said("show", app_id, "--json"))["guests"] == []
    assert json.loads(said("invite", app_id, "--to", "dora@partner.example", "--json"))["items"][0]["sent"]
    assert json.loads(said("set", app_id, "--off", "--json"))["enabled"] is False
