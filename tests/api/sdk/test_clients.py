"""Client applications through the client and the command line, on the real control plane."""

import io
import json
import sys
from typing import Any

import pytest

from gatepost.cli.main import run
from gatepost.connected import Client


def _told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert run([*words, "--json"]) == 0, capsys.readouterr().err
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def test_groups_are_kept_by_name(admin: Client, capsys: pytest.CaptureFixture[str]) -> None:
    me = str(admin.me.get().principal.id)
    username = next(one.username for one in admin.users.list() if one.id == me)
    made = _told(capsys, "client-groups", "create", "Partners", "--approver", username)
    assert made["approvers"] == [username]
    assert _told(capsys, "client-groups", "edit", "Partners", "--name", "Friends")["name"] == "Friends"
    assert _told(capsys, "client-groups", "edit", "Friends", "--no-approvers")["approvers"] == []
    assert _told(capsys, "client-groups", "show", "Friends")["clients"] == 0
    assert run(["client-groups", "list", "-q", "friend"]) == 0
    assert "Friends" in capsys.readouterr().out
    assert run(["client-groups", "edit", "Friends"]) == 2
    assert _told(capsys, "client-groups", "delete", "Friends", "--yes")["revoked"] is True
    assert run(["client-groups", "show", "Friends"]) == 5
    assert not [one for one in admin.clients.groups.list() if one.name == "Friends"]


def test_client_applications_are_kept_by_name_or_key(
    admin: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("olga", "otto"):
        admin.users.create(name, email=f"{name}@example.com", display_name=name.title(), role="publisher")
    admin.clients.groups.create("Loaders")
    monkeypatch.setattr(sys, "stdin", io.StringIO("a-secret-of-our-own-choice\n"))
    made = _told(
        capsys, "clients", "create", "Night_loader", "--group", "Loaders", "--owner", "olga",
        "--scenario", "Loads orders", "--app-key", "night-loader",
    )  # fmt: skip
    assert made["app_secret"] == "a-secret-of-our-own-choice"
    assert run(["clients", "create", "Night_loader", "--group", "Loaders", "--owner", "olga"]) == 6
    assert "already" in capsys.readouterr().err
    assert _told(capsys, "clients", "show", "night-loader")["scenario"] == "Loads orders"
    assert _told(capsys, "clients", "list", "--scope", "all", "-q", "night")["has_more"] is False
    assert _told(capsys, "clients", "edit", "Night_loader", "--unlisted")["listed"] is False
    assert run(["clients", "edit", "Night_loader"]) == 2
    admin.settings.change({"ip_allowlist": True})
    allowed = _told(capsys, "clients", "allow", "Night_loader", "10.0.0.1;10.1.0.0/16")
    assert allowed["ip_allowlist"] == {
        "enabled": True,
        "entries": "10.0.0.1/32;10.1.0.0/16",
        "mode": "require",
    }
    _told(capsys, "clients", "allow", "Night_loader", "--off")

    _told(capsys, "clients", "members", "add", "Night_loader", "otto", "--days", "30")
    given = _told(capsys, "clients", "secrets", "create", "Night_loader", "--member", "otto")
    assert not given["app_secret"], "otto alone reads it"
    assert [one.has_secret for one in admin.clients.members(str(made["id"]))] == [True]
    admin.settings.change({"features": {"compatible_calls": True}})
    assert _told(capsys, "clients", "compatible", "Night_loader", "on")["compatible"] is True
    assert _told(capsys, "clients", "compatible", "Night_loader", "off")["compatible"] is False
    assert _told(capsys, "clients", "debug", "Night_loader", "--minutes", "5")["debugging_until"]
    assert _told(capsys, "clients", "debug", "Night_loader", "--minutes", "0")["debugging_until"] is None
    assert _told(capsys, "requests", "notices")["items"] == []
    assert _told(capsys, "clients", "members", "extend", "Night_loader", "otto")["until"] is None
    assert run(["clients", "members", "list", "Night_loader"]) == 0
    assert "otto" in capsys.readouterr().out

    secret = _told(capsys, "clients", "secrets", "create", "Night_loader", "--overlap", "3600")
    there = ("Night_loader", str(secret["id"]))
    assert _told(capsys, "clients", "secrets", "show", *there)["app_secret"] == secret["app_secret"]
    items = _told(capsys, "clients", "secrets", "list", "Night_loader")["items"]
    assert isinstance(items, list)
    assert len(items) == 4
    assert _told(capsys, "clients", "secrets", "end", *there, "--yes")["revoked"] is True
    assert _told(capsys, "clients", "members", "remove", "Night_loader", "otto", "--yes")["revoked"] is True
    assert not list(admin.clients.members(str(made["id"])))

    why = ("--reason", "We load at night.")
    asked = _told(capsys, "clients", "request", "Day_loader", "--group", "Loaders", "--owner", "otto", *why)
    assert asked["asks"] == "for the client application Day_loader in Loaders"
    assert _told(capsys, "clients", "join", "Night_loader", "--days", "30", *why)["kind"] == "join_client"
    assert run(["clients", "renew", "Night_loader", *why]) == 2

    assert _told(capsys, "clients", "delete", "Night_loader", "--yes")["revoked"] is True
    assert run(["clients", "show", "Night_loader"]) == 5


def test_one_is_shared_asks_for_apis_and_has_its_calls_read(
    admin: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("inga", "ivo"):
        admin.users.create(name, email=f"{name}@example.com", display_name=name.title(), role="publisher")
    admin.clients.groups.create("Sharers")
    me = str(admin.me.get().principal.id)
    username = next(one.username for one in admin.users.list() if one.id == me)
    _told(capsys, "clients", "create", "Shared_one", "--group", "Sharers", "--owner", username)
    shared: Any = _told(capsys, "share", "client:Shared_one", "--with", "inga", "--role", "owner")
    assert [one["role"] for one in shared["items"]] == ["owner"]
    shown: Any = _told(capsys, "clients", "show", "Shared_one")
    assert {one["username"] for one in shown["owners"]} == {username, "inga"}
    assert _told(capsys, "unshare", "client:Shared_one", "--with", "inga", "--yes")["items"]
    assert run(["share", "client:nowhere", "--with", "ivo"]) == 5

    asked: Any = _told(
        capsys, "clients", "apis", "request", "Shared_one", "no-such-api", "--field", "id", "--days", "9",
        "--reason", "Nightly.",
    )  # fmt: skip
    told = {"client": shown["id"], "api": "no-such-api", "stage": "production", "fields": ["id"]}
    assert asked["content"] == told
    assert _told(capsys, "clients", "calls", "Shared_one", "--since", "7d", "--refused")["items"] == []
    assert _told(capsys, "clients", "callers", "Shared_one")["items"] == []
