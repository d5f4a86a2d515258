"""Keys that are ways in from outside: without addresses, without an end, or for pages of others."""

from typing import Any

import pytest
from calling import Api, Caller
from deployments import deployed, started
from key_desk import KeyDesk
from world import World

FOR_EVER = {"expires_at": None}


@pytest.fixture
def desk(api: Api, world: World) -> KeyDesk:
    return KeyDesk(api, world)


def wide(who: Caller) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in who.pages("exposure", kind="key")}


def close(who: Caller, way: dict[str, Any]) -> None:
    answer = who.call(way["off"]["method"], way["off"]["path"])
    assert (answer.status_code, answer.json()["revoked"]) == (200, True), answer.text


def test_ones_own_keys_are_listed_in_ones_own_session(api: Api, desk: KeyDesk, world: World) -> None:
    bob = world.person("bob", "publisher")
    mine, root = api.session(bob), desk.root
    for name, more in (
        ("wide", {}),
        ("held", {"ip_allowlist": "192.0.2.1"}),
        ("held-for-ever", {"ip_allowlist": "192.0.2.1;192.0.2.9", **FOR_EVER}),
    ):
        assert mine.post("keys", {"name": name, **more}).status_code == 201
    found = wide(mine)
    assert set(found) == {"wide", "held-for-ever"}
    assert found["held-for-ever"]["sentence"] == (
        "Whoever has the key held-for-ever may act as its owner Bob from 2 listed addresses, without an end."
    )
    assert found["wide"]["sentence"].startswith(
        "Whoever has the key wide may act as its owner Bob from any address, until "
    )
    assert (found["wide"]["by"], found["wide"]["last_used_at"]) == ("Bob", None)
    assert wide(desk.owner).keys().isdisjoint(found)  # a publisher like them
    assert wide(api.by_key(bob)).keys().isdisjoint(found)  # as the list of keys itself, it is for sessions
    assert {name: one["off"]["path"] for name, one in wide(root).items()}["wide"].startswith(
        "admin/keys/all/"
    )
    close(mine, found["wide"])
    close(root, wide(root)["held-for-ever"])
    assert set(wide(mine)) == {"ci"}


def test_keys_of_a_project_are_listed_to_its_administrators(api: Api, desk: KeyDesk, world: World) -> None:
    allowed = {"permissions": ["READ_CONF"], "ip_allowlist": "192.0.2.1"}
    there = "projects/P/keys"
    paged = desk.owner.post(there, {"name": "paged", **allowed}).json()
    origins = {"origins": ["https://shop.example", "https://two.example"]}
    assert desk.owner.call("PUT", f"{there}/{paged['id']}/allowed-origins", json=origins).status_code == 200
    assert desk.owner.post(there, {"name": "narrow", **allowed}).status_code == 201
    found = wide(desk.owner)
    assert set(found) == {"paged"}
    assert found["paged"]["sentence"].endswith(", and so may pages of https://shop.example and 1 more.")
    assert found["paged"]["off"]["path"] == f"{there}/{paged['id']}"
    assert wide(api.session(world.person("eve", "publisher"))) == {}
    reader = world.person("reader")
    grant = {"to": {"type": "user", "name": "reader"}, "role": "viewer"}
    assert desk.owner.post("projects/P/grants", grant).status_code == 201
    assert wide(api.session(reader)) == {}  # who only sees the project does not keep its keys
    assert wide(desk.root)["paged"]["off"]["path"] == f"admin/keys/all/{paged['id']}"
    close(desk.owner, found["paged"])
    assert wide(desk.owner) == {}


def test_a_key_that_counts_no_more_is_no_way_in(desk: KeyDesk) -> None:
    made = desk.made_global(global_admin=True)
    assert wide(desk.root)[made["name"]]["to"] == ["an administrator of the whole server"]
    assert wide(desk.owner).keys().isdisjoint({made["name"]})
    assert desk.root.patch(f"admin/keys/{made['id']}", {"is_enabled": False}).status_code == 200
    assert made["name"] not in wide(desk.root)
    shown = desk.root.get("/exposure", headers={"accept": "text/html"}).text
    assert "Outward exposure" in shown


def test_the_key_of_an_application_is_called_by_it(api: Api, world: World) -> None:
    ada, seals = world.person("ada", "publisher"), api.house.safe.seals
    started(world, deployed(world, ada, seals=seals), seals)
    [way] = wide(api.session(ada)).values()
    assert way["name"].startswith("CustomApp app_")
    assert way["sentence"].startswith("Whoever has the key of the application Report may act as its owner")
