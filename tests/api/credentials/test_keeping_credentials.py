"""Stored credentials over the API: written, used by right, never shown again."""

import json
from typing import Any

import pytest
from calling import Api, Caller
from sqlalchemy import text
from stores import ORIGIN, SYSTEM
from world import World

from gatepost_server.vault import State

PLANTED = "correct-horse-battery-7c1f"
BODY = {"name": "Warehouse", "type": "basic", "user": "reader", "password": PLANTED}


@pytest.fixture
def root(api: Api, world: World) -> Caller:
    """An administrator in a session, who has turned the feature on."""
    found = api.session(world.person("root", "administrator"))
    answer = found.patch("settings", {"features": {"stored_credentials": True}})
    assert answer.status_code == 200, answer.text
    assert answer.json()["features"]["stored_credentials"] is True
    return found


def stored(who: Caller, **more: Any) -> dict[str, Any]:
    """Store a credential and return the answer."""
    answer = who.post("credentials", {**BODY, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


SECRETS = {
    "basic": {"password": PLANTED},
    "key_pair": {"private_key": PLANTED, "passphrase": PLANTED},
    "token": {"token": PLANTED},
    "s3": {"secret_key": PLANTED},
    "oauth_client": {"client_secret": PLANTED},
}


def test_a_secret_of_each_type_goes_in_and_never_comes_out(api: Api, world: World, root: Caller) -> None:
    ada = api.session(world.person("ada", "publisher"))
    for type_, fields in SECRETS.items():
        user = "" if type_ == "token" else "reader"
        answer = ada.post("credentials", {"name": "Warehouse", "type": type_, "user": user, **fields})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert made["type"] == type_
        assert made["owner"]["name"] == "Ada"
        path = f"credentials/{made['id']}"
        assert ada.get(path).json() == made
        assert ada.pages("credentials") == [made]
        changed = ada.patch(path, {"name": "Other", **dict.fromkeys(fields, f"{PLANTED}-2")})
        assert changed.status_code == 200, changed.text
        assert ada.delete(path).status_code == 200
        assert ada.get(path).status_code == 404
    assert root.get("audit").status_code == 200
    assert not [one for one in api.sent if PLANTED in one.text]


def test_while_the_feature_is_off_nothing_is_stored_and_the_answer_says_who_can_help(
    api: Api, world: World
) -> None:
    ada = api.session(world.person("ada", "publisher"))
    answer = ada.post("credentials", BODY)
    assert answer.status_code == 403
    assert answer.json()["code"] == "stored-credentials-off"
    assert "administrator" in answer.json()["detail"]
    assert ada.pages("credentials") == []


def test_turned_off_again_what_is_stored_can_be_deleted_and_not_refilled(
    api: Api, world: World, root: Caller
) -> None:
    ada = api.session(world.person("ada", "publisher"))
    path = f"credentials/{stored(ada)['id']}"
    assert root.patch("settings", {"features": {"stored_credentials": False}}).status_code == 200
    assert ada.patch(path, {"password": "another"}).json()["code"] == "stored-credentials-off"
    assert ada.patch(path, {"name": "Renamed"}).status_code == 200
    assert ada.delete(path).status_code == 200


def test_others_do_not_see_it_and_administrators_list_and_delete_it_only(
    api: Api, world: World, root: Caller
) -> None:
    made = stored(api.session(world.person("ada", "publisher")))
    path = f"credentials/{made['id']}"
    bob = api.session(world.person("bob", "publisher"))
    assert bob.get(path).status_code == 404
    assert bob.delete(path).status_code == 404
    assert bob.pages("credentials") == []
    assert [one["id"] for one in root.pages("credentials")] == [made["id"]]
    assert root.patch(path, {"password": "mine now"}).status_code == 403
    assert root.delete(path).status_code == 200


def test_a_viewer_edits_and_deletes_what_is_theirs(api: Api, world: World, root: Caller) -> None:
    vic = api.session(world.person("vic", "viewer"))
    path = f"credentials/{stored(vic)['id']}"
    assert vic.patch(path, {"user": "writer"}).json()["user"] == "writer"
    assert vic.delete(path).status_code == 200


def test_a_key_stores_nothing_and_an_old_session_confirms_before_it_edits(
    api: Api, world: World, root: Caller
) -> None:
    ada = world.person("ada", "publisher")
    path = f"credentials/{stored(api.session(ada))['id']}"
    answer = api.by_key(ada).post("credentials", BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "session-required")
    answer = api.session(ada, is_recent=False).patch(path, {"password": "another"})
    assert (answer.status_code, answer.json()["code"]) == (403, "confirm-required")


MISFITS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"name": " "}, "name"),
    ({"user": ""}, "user"),
    ({"password": None}, "password"),
    ({"password": ""}, "password"),
    ({"token": "x"}, "token"),
    ({"password": "a\0b"}, "password"),
)


def test_what_does_not_fit_the_type_is_refused_without_repeating_it(
    api: Api, world: World, root: Caller
) -> None:
    ada = api.session(world.person("ada", "publisher"))
    for more, field in MISFITS:
        answer = ada.post("credentials", {**BODY, **more})
        assert answer.status_code == 400
        assert [one["field"] for one in answer.json()["errors"]] == [field]
        assert PLANTED not in answer.text


def test_neither_store_nor_trail_hold_the_secret(api: Api, world: World, root: Caller) -> None:
    ada = api.session(world.person("ada", "publisher"))
    made = stored(ada)
    ada.patch(f"credentials/{made['id']}", {"password": f"{PLANTED}-2"})
    with world.store.engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM credentials")).mappings().all()
        trail = connection.execute(text("SELECT * FROM audit_entries")).mappings().all()
    assert PLANTED.encode() not in bytes(rows[0]["secret_sealed"])
    assert PLANTED not in json.dumps([dict(row) for row in trail], default=str)


def test_without_its_key_the_vault_is_sealed_and_the_rest_works(api: Api, world: World, root: Caller) -> None:
    ada = api.session(world.person("ada", "publisher"))
    made = stored(ada)
    api.house.folders.secrets.joinpath("vault.json").unlink()
    answer = ada.post("credentials", {**BODY, "name": "Second"})
    assert (answer.status_code, answer.json()["code"]) == (503, "vault-sealed")
    assert ada.pages("credentials") == [made]
    assert "vault:sealed" in root.get("health").json()["reasons"]
    with world.store.uow.read(SYSTEM, ORIGIN) as tx:
        assert api.house.vault.state(tx) is State.SEALED


def test_403_whoever_administers_never_uses_what_a_person_leaves_behind(
    api: Api, world: World, root: Caller
) -> None:
    ada = world.person("ada", "publisher")
    left = stored(api.session(ada))["id"]

    assert root.patch(f"users/{ada.id}", {"is_active": False}).status_code == 200

    assert root.get(f"credentials/{left}").status_code == 200
    refused = root.patch(f"credentials/{left}", {"name": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "denied"), refused.text
    assert root.delete(f"credentials/{left}").status_code == 200
