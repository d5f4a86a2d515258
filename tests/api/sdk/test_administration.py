"""Groups, organizations, variables and logs by client and command line, on the real control plane."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from control_plane import ControlPlane

from gatepost import errors
from gatepost.cli.main import run
from gatepost.connected import Client


def _person(admin: Client, username: str) -> None:
    if not list(admin.users.list(q=username)):
        admin.users.create(username, email=f"{username}@example.com", display_name=username, role="viewer")


def test_a_group_has_members_for_a_time(admin: Client) -> None:
    _person(admin, "gina")
    group = admin.groups.create("Analysts")
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    assert admin.groups.add(group.id, "gina", until=end).until == end
    with pytest.raises(errors.Conflict) as caught:
        admin.groups.add(group.id, "gina")
    assert caught.value.error_code == "membership-overlap"
    assert [one.name for one in admin.groups.members("Analysts")] == ["gina"]
    assert admin.groups.remove(group.id, "gina").revoked
    assert admin.groups.rename(group.id, "Data").name == "Data"
    assert admin.groups.delete(group.id).revoked
    with pytest.raises(errors.NotFound):
        admin.groups.get("Data")


def test_people_move_between_organizations(admin: Client) -> None:
    _person(admin, "omar")
    partner = admin.organizations.create("Partner")
    [omar] = admin.users.list(q="omar")
    assert admin.users.move(omar.id, "Partner").user.organization == "Partner"
    assert admin.organizations.change(partner.id, allows_outside_sharing=True).revoked
    assert [one.name for one in admin.organizations.list()] == ["Main", "Partner"]


def test_variables_are_set_and_taken_away(admin: Client) -> None:
    assert admin.variables.set("limits", {"rows": 5}).value == {"rows": 5}
    assert [one.name for one in admin.variables.list()] == ["limits"]
    admin.variables.delete("limits")
    with pytest.raises(errors.NotFound):
        admin.variables.get("limits")


def test_logs_are_read_and_their_level_is_set(server: ControlPlane, admin: Client) -> None:
    (server.settings.data_dir / "logs" / "control.log").write_text("one\ntwo\n")
    assert [file.name for file in admin.log_files.list()] == ["control.log"]
    assert admin.log_files.read("control.log", tail=1).lines == ("two",)
    with pytest.raises(errors.NotFound):
        admin.log_files.read("../gatepost.db")
    assert admin.log_files.set_level("DEBUG", "gatepost_server.store").loggers == {
        "gatepost_server.store": "DEBUG"
    }
    assert admin.log_files.set_level(None, "gatepost_server.store").loggers == {}


IN_ORDER = [
    ("groups create Desk", 0),
    ("groups list", 0),
    ("groups add Desk gina --until 30d", 0),
    ("groups add Desk gina", 6),
    ("groups add Desk group:Desk", 6),
    ("groups add Desk wrong:gina", 2),
    ("groups members Desk", 0),
    ("groups rename Desk Office", 0),
    ("groups remove Office gina --yes", 0),
    ("groups remove Office gina --yes", 5),
    ("groups delete Office --yes", 0),
    ("organizations create Acme --share-outside", 0),
    ("organizations list", 0),
    ("organizations rename Acme Apex", 0),
    ("organizations open Apex", 0),
    ("organizations close Apex --yes", 0),
    ("organizations close Nowhere --yes", 5),
    ("users move gina Apex --yes", 0),
    ("users create lisa --email lisa@example.com --organization Apex", 0),
    ("users create hugo --email hugo@example.com --organization Nowhere", 7),
    ("variables set region=eu", 0),
    ("variables get region", 0),
    ("variables list", 0),
    ("variables set region", 2),
    ("variables delete region --yes", 0),
    ("egress add DB.internal. --note Warehouse", 0),
    ("egress add db.internal", 6),
    ("egress add 127.0.0.1", 7),
    ("egress list", 0),
    ("egress check 93.184.216.34 5432", 0),
    ("egress check 127.0.0.1 5432", 1),
    ("egress remove db.internal --yes", 0),
    ("egress remove db.internal --yes", 5),
    ("logs list", 0),
    ("logs show control.log --tail 1", 0),
    ("logs show absent.log", 5),
    ("logs level", 0),
    ("logs level debug --logger gatepost_server.store", 0),
    ("logs level debug --logger sqlalchemy", 7),
    ("logs level inherit --logger gatepost_server.store", 0),
]
"""What is typed one after the other, each with the exit code it ends with."""


def test_each_verb_ends_as_it_should(
    admin: Client, server: ControlPlane, capsys: pytest.CaptureFixture[str]
) -> None:
    (server.settings.data_dir / "logs" / "control.log").write_text("one\ntwo\n")
    _person(admin, "gina")
    for words, code in IN_ORDER:
        assert run(words.split()) == code, (words, capsys.readouterr().err)
        assert capsys.readouterr().err.count("unexpected") == 0, words


def test_json_is_what_the_server_said(admin: Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["variables", "set", "region=[1,2]", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["value"] == [1, 2]
    assert run(["logs", "level", "--json"]) == 0
    assert sorted(json.loads(capsys.readouterr().out)) == ["level", "loggers"]
