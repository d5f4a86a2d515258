"""What the pages can do, the command line does too: sharing of every kind, keys, rules, accounts."""

import json
from pathlib import Path
from typing import Any

import pytest
from control_plane import ControlPlane

from gatepost.cli.exit_codes import Exit
from gatepost.cli.main import run
from gatepost.connected import Client


class Terminal:
    """Runs verbs and reads what they print."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *words: str, code: int = Exit.OK) -> str:
        self._capfd.readouterr()
        got = run(words)
        said = self._capfd.readouterr()
        assert got == code, said.err
        return said.out if code == Exit.OK else said.err

    def note(self, *words: str) -> str:
        """Run a verb that has nothing to list, and return what it tells people instead."""
        self._capfd.readouterr()
        assert run(words) == Exit.OK
        return self._capfd.readouterr().err

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


@pytest.fixture
def gatepost(admin: Client, capfd: pytest.CaptureFixture[str]) -> Terminal:
    del admin  # signed in
    return Terminal(capfd)


def _written(folder: Path, said: object) -> str:
    file = folder / "wanted.json"
    file.write_text(json.dumps(said))
    return str(file)


def _person(gatepost: Terminal, name: str) -> None:
    gatepost("users", "create", name, "--email", f"{name}@example.com", "--role", "publisher")


def test_every_kind_of_thing_is_shared_listed_and_unshared(gatepost: Terminal, admin: Client) -> None:
    _person(gatepost, "kim")
    admin.projects.create("SHARED", "Shared")
    admin.datasets.create("SHARED", "orders")
    admin.scenarios.create("SHARED", "nightly", [{"type": "sql", "query": "SELECT 1 AS a", "into": "one"}])
    admin.dashboards.create("SHARED", "overview")
    gatepost("sources", "create", "library")
    gatepost("groups", "create", "desk")
    for thing, role in (
        ("project:SHARED", "contributor"), ("dataset:SHARED/orders", "consumer"),
        ("source:library", "editor"), ("scenario:SHARED/nightly", "consumer"),
        ("dashboard:SHARED/overview", "editor"), ("group:desk", "owner"),
    ):  # fmt: skip
        rehearsed = gatepost("share", thing, "--with", "kim", "--role", role, "--rehearse")
        assert "1 person gains entry (kim)" in rehearsed
        assert f"kim is {role} of" in gatepost("share", thing, "--with", "kim", "--role", role)
        assert [one["role"] for one in gatepost.json("grants", thing, "-q", "kim")["items"]] == [role]
        assert f"kim is no longer {role}" in gatepost("unshare", thing, "--with", "kim", "--yes")
        assert gatepost.json("grants", thing, "-q", "kim")["items"] == []
    assert "kim is viewer of Shared" in gatepost("share", "project:SHARED", "--with", "kim")
    grant = gatepost.json("grants", "project:SHARED", "-q", "kim")["items"][0]["id"]
    assert "taken away" in gatepost("grants", "project:SHARED", "--remove", grant, "--yes")
    for strange in ("dataset:orders", "planet:mars", "scenario:SHARED/"):
        assert "project:KEY" in gatepost("grants", strange, code=Exit.USAGE)
    gatepost("share", "project:SHARED", "--with", "kim", "--role", "owner", code=Exit.INVALID)


def test_a_group_answers_for_a_key_from_the_start(gatepost: Terminal, admin: Client) -> None:
    admin.projects.create("CREW", "Crew")
    gatepost("groups", "create", "crew")
    gatepost("groups", "add", "crew", "admin")
    gatepost("share", "project:CREW", "--with", "group:crew", "--role", "admin")
    of = ("--project", "CREW")
    made = gatepost.json("keys", "create", "loader", *of, "--sponsor", "crew")
    assert (made["sponsor"]["type"], made["sponsor"]["name"]) == ("group", "crew")
    gatepost("keys", "create", "other", *of, "--sponsor", "nobody", code=Exit.INVALID)
    for ring in ((), ("--global",)):
        gatepost("keys", "create", "other", *ring, "--sponsor", "crew", code=Exit.USAGE)
    assert [one.name for one in admin.keys.of_project("CREW").list()] == ["loader"]


def test_what_a_key_may_is_shown_and_replaced(gatepost: Terminal, admin: Client, tmp_path: Path) -> None:
    admin.projects.create("RING", "Ring")
    admin.datasets.create("RING", "orders")
    gatepost("keys", "create", "loader", "--project", "RING", "--allow", "READ_CONF", "--ip", "10.0.0.0/8",
             "--origin", "https://a.example")  # fmt: skip
    of = ("loader", "--project", "RING")
    held = gatepost.json("keys", "permissions", *of)
    assert held == {"permissions": ["READ_CONF"], "datasets": {}}
    wanted = {"permissions": [], "datasets": {"orders": ["WRITE_DATA"]}}
    assert gatepost.json("keys", "permissions", *of, "--set", _written(tmp_path, wanted)) == wanted
    for bad in ({"permission": []}, {"permissions": "READ_CONF"}, {"datasets": ["orders"]}):
        gatepost("keys", "permissions", *of, "--set", _written(tmp_path, bad), code=Exit.USAGE)
    beyond = {"permissions": ["FLY"]}
    gatepost("keys", "permissions", *of, "--set", _written(tmp_path, beyond), code=Exit.INVALID)
    assert gatepost.json("keys", "permissions", *of) == wanted
    assert gatepost("keys", "origins", *of) == "https://a.example\n"
    gatepost("keys", "origins", *of, "--allow", "https://b.example", "--allow", "https://c.example")
    assert gatepost("keys", "origins", *of) == "https://b.example\nhttps://c.example\n"
    assert "No page" in gatepost.note("keys", "origins", *of, "--none")
    gatepost("keys", "run-as", *of, code=Exit.USAGE)
    assert "acts for admin" in gatepost("keys", "run-as", "loader", "admin", "--project", "RING")
    gatepost("keys", "rotate", *of, "--overlap", "5")
    shown = gatepost("keys", "show", *of)
    for line in ("orders", "WRITE_DATA", "10.0.0.0/8", "old secret", "nobody since", "answered for by"):
        assert line in shown
    gatepost("keys", "change", *of, "--name", "feeder", "--any-ip", "--expires", "30")
    changed = gatepost.json("keys", "show", "feeder", "--project", "RING")
    assert (changed["run_as"], changed["ip_allowlist"], changed["expires_at"] is None) == (
        "admin",
        None,
        False,
    )
    assert "for nobody" in gatepost("keys", "run-as", "feeder", "--nobody", "--project", "RING")
    gatepost("keys", "permissions", "feeder", code=Exit.USAGE)


def test_global_keys_and_everybodys(gatepost: Terminal, admin: Client, tmp_path: Path) -> None:
    admin.projects.create("WORLD", "World")
    gatepost("keys", "create", "robot", "--global", "--on", "WORLD=READ_CONF")
    wanted = {"global_admin": False, "projects": {"WORLD": ["WRITE_CONF"]}}
    held = gatepost.json("keys", "permissions", "robot", "--global", "--set", _written(tmp_path, wanted))
    assert held == wanted
    odd = {"global_admin": "yes"}
    gatepost("keys", "permissions", "robot", "--global", "--set", _written(tmp_path, odd), code=Exit.USAGE)
    assert "in WORLD" in gatepost("keys", "show", "robot", "--global")
    found = gatepost.json("keys", "everybody", "-q", "robot", "--kind", "global")["items"]
    assert [one["name"] for one in found] == ["robot"]
    gatepost("keys", "delete", found[0]["id"], "--anybodys", "--global", "--yes", code=Exit.USAGE)
    assert "is deleted" in gatepost("keys", "delete", found[0]["id"], "--anybodys", "--yes")
    assert gatepost.json("keys", "everybody", "-q", "robot")["items"] == []
    gatepost("keys", "create", "mine")
    key = gatepost.json("users", "keys", "admin", "-q", "mine")["items"][0]["id"]
    assert "is deleted" in gatepost("users", "keys", "admin", "--delete", key, "--yes")


def test_one_agrees_to_act_for_keys_and_withdraws(gatepost: Terminal, admin: Client) -> None:
    admin.projects.create("CONSENT", "Consent")
    assert "CONSENT" not in gatepost("keys", "consent")
    assert "may name you" in gatepost("keys", "consent", "CONSENT")
    assert "CONSENT" in gatepost.json("keys", "consent")["projects"]
    assert "no longer" in gatepost("keys", "consent", "CONSENT", "--withdraw")
    assert "CONSENT" not in gatepost.json("keys", "consent")["projects"]


def test_datasets_are_made_described_ruled_and_exported(
    gatepost: Terminal, admin: Client, tmp_path: Path
) -> None:
    admin.projects.create("ROWS", "Rows")
    gatepost("datasets", "create", "ROWS", "orders", "--column", "region:string", "--impersonate")
    assert gatepost.json("datasets", "change", "ROWS", "orders", "--no-impersonate")["impersonate"] is False
    assert "on behalf" in gatepost("datasets", "change", "ROWS", "orders", "--impersonate")
    assert gatepost.note("datasets", "rules", "ROWS", "orders").startswith("There are no rules")
    rule = {"column": "region", "values": ["north", None], "who": {"type": "user", "name": "admin"}}
    made = gatepost("datasets", "rules", "ROWS", "orders", "--set", _written(tmp_path, {"rules": [rule]}))
    assert made.splitlines()[1].split() == ["region", "north,", "null", "admin"]
    assert gatepost.json("datasets", "rules", "ROWS", "orders") == {"rules": [rule]}
    strange = {"rules": [{**rule, "column": "planet"}]}
    gatepost("datasets", "rules", "ROWS", "orders", "--set", _written(tmp_path, strange), code=Exit.INVALID)
    gatepost(
        "datasets", "rules", "ROWS", "orders", "--set", _written(tmp_path, {"rules": 1}), code=Exit.USAGE
    )
    said = {"description": "What came in", "tags": ["sales"], "custom": {"owner": "desk"}}
    assert gatepost.json("datasets", "describe", "ROWS", "orders", "--set", _written(tmp_path, said)) == said
    assert gatepost.json("datasets", "describe", "ROWS", "orders") == said
    out = tmp_path / "out.csv"
    gatepost("datasets", "export", "ROWS", "orders", "-o", str(out))
    assert out.read_text().strip() == '"region"'
    assert gatepost.json("projects", "change", "ROWS", "--name", "Lines")["name"] == "Lines"


def test_accounts_mails_and_sources_are_kept(gatepost: Terminal, server: ControlPlane) -> None:
    assert gatepost.json("users", "show", server.username)["role"] == "administrator"
    _person(gatepost, "sam")
    assert "signed out everywhere" in gatepost("users", "sign-out", "sam", "--yes")
    assert gatepost.json("profile", "--name", "The Keeper")["display_name"] == "The Keeper"
    assert "The Keeper" in gatepost("profile")
    assert gatepost.json("settings", "health")["status"] in ("ok", "degraded")
    assert gatepost.json("settings", "mails", "--state", "failed") == {"items": [], "has_more": False}
    gatepost("sources", "create", "drafts")
    assert "called sketches" in gatepost("sources", "rename", "drafts", "sketches")
    assert "is deleted" in gatepost("sources", "delete", "sketches", "--yes")
    gatepost("apps", "create", "none", "--source", "sketches", "--version", "1", code=Exit.NOT_FOUND)
    assert gatepost("apps", "deployments", "none", code=Exit.NOT_FOUND)
    gatepost("sources", "duplicate", "sketches", "Copy", code=Exit.NOT_FOUND)
    gatepost("apps", "replace-source", "none", "--source", "sketches", code=Exit.NOT_FOUND)
