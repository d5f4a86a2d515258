"""Connections over the API: made, seen as far as one may, changed, deleted; by direct grants only."""

import pytest
from calling import Api, faults, problem
from connections_desk import PLACE, PLANTED, ConnectionDesk, made
from world import World


def test_a_connection_is_made_listed_changed_and_deleted_by_its_owner(desk: ConnectionDesk) -> None:
    path = f"connections/{desk.sales}"
    one = desk.ada.get(path).json()
    assert one["params"] == {**PLACE, "port": 5432, "tls": "verify-full"}
    assert (one["address"], one["owner"]["name"]) == ("db.example.com:5432", "Ada")
    assert desk.ada.pages("connections") == [one]
    changed = desk.ada.patch(path, {"name": "Sales EU", "params": {"database": "eu"}, "impersonate": True})
    assert changed.status_code == 200, changed.text
    assert changed.json()["params"] == {**one["params"], "database": "eu"}
    assert (changed.json()["name"], changed.json()["impersonate"]) == ("Sales EU", True)
    assert desk.ada.delete(path).status_code == 200
    assert desk.ada.get(path).status_code == 404


def test_who_may_use_it_sees_where_it_leads_and_may_not_change_it(desk: ConnectionDesk) -> None:
    path = f"connections/{desk.sales}"
    seen = desk.bob.get(path).json()
    assert (seen["params"], seen["address"]) == (None, "db.example.com:5432")
    assert problem(desk.bob.patch(path, {"name": "Mine"})) == (403, "denied")
    assert problem(desk.bob.delete(path)) == (403, "denied")


def test_others_do_not_know_of_it_whatever_they_hold_on_projects(desk: ConnectionDesk) -> None:
    eve = desk.api.session(desk.world.person("eve", "publisher"))
    eve.post("projects", {"key": "P", "name": "P"})
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/credentials"), ("GET", "/grants"),
    ):  # fmt: skip
        body = {"name": "Mine"} if method == "PATCH" else None
        assert eve.call(method, f"connections/{desk.sales}{path}", json=body).status_code == 404
    assert eve.pages("connections") == []


def test_an_administrator_owns_every_connection_and_a_viewer_makes_none(
    desk: ConnectionDesk, api: Api, world: World
) -> None:
    assert desk.root.patch(f"connections/{desk.sales}", {"name": "Theirs"}).status_code == 200
    vic = api.session(world.person("vic"))
    assert problem(vic.post("connections", {"name": "X", "type": "sqlite", "params": {}})) == (403, "denied")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "oracle"}, "type"),
        ({"name": " "}, "name"),
        ({"params": {**PLACE, "options": "-c x=y"}}, "params.options"),
        ({"params": {**PLACE, "passfile": "/etc/shadow"}}, "params.passfile"),
        ({"type": "sqlite", "params": {"file": "../other/sales.db"}}, "params.file"),
        ({"type": "http", "params": {"base_url": f"https://u:{PLANTED}@x"}}, "params.base_url"),
    ],
)
def test_what_a_driver_may_not_be_told_is_refused_by_name(
    desk: ConnectionDesk, body: dict[str, object], field: str
) -> None:
    sent = {"name": "Sales", "type": "postgresql", "params": PLACE, **body}
    answer = desk.ada.post("connections", sent)
    assert problem(answer) == (400, "connection-invalid")
    assert list(faults(answer)) == [field]
    assert PLANTED not in answer.text


def test_roles_on_connections_and_credentials_are_given_and_taken_back(desk: ConnectionDesk) -> None:
    grant = desk.share(f"connections/{desk.sales}", "root", "editor")
    assert desk.ada.delete(f"connections/{desk.sales}/grants/{grant}").status_code == 200
    mine = desk.stored(desk.ada)
    given = desk.share(f"credentials/{mine}", "bob")
    assert desk.bob.get(f"credentials/{mine}").status_code == 200
    assert problem(desk.bob.patch(f"credentials/{mine}", {"password": "x"})) == (403, "denied")
    assert problem(desk.bob.get(f"credentials/{mine}/grants")) == (403, "denied")
    assert desk.ada.delete(f"credentials/{mine}/grants/{given}").status_code == 200
    assert desk.bob.get(f"credentials/{mine}").status_code == 404


def test_a_program_keeps_connections_by_a_persons_key(desk: ConnectionDesk) -> None:
    key = desk.api.by_key(desk.ada_person)
    one = made(key, name="Stock")
    assert key.patch(f"connections/{one['id']}", {"restricted": True}).json()["restricted"] is True
    assert {found["name"] for found in key.pages("connections")} == {"Sales", "Stock"}
    assert key.delete(f"connections/{one['id']}").status_code == 200
