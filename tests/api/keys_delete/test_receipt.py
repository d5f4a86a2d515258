"""DELETE keys/{id}: a receipt, and the key is refused from the next request on."""

import pytest
from calling import Api, problem
from world import World

from gatepost_server.crypto import KeyLetter, mint_key


def test_the_next_request_is_refused(api: Api, world: World) -> None:
    ada = world.person("ada")
    key, caller = api.by_key(ada), api.session(ada)
    assert key.get("me").status_code == 200
    receipt = caller.delete(f"keys/{caller.pages('keys')[0]['id']}").json()
    assert (receipt["revoked"], receipt["gates"], receipt["connections_closed"]) == (True, [], 0)
    assert problem(key.get("me")) == (401, "unauthenticated")
    assert [one["status"] for one in caller.pages("keys")] == ["revoked"]


def test_a_deleted_key_is_answered_as_an_unknown_one_and_told_apart_in_the_audit_alone(
    api: Api, world: World
) -> None:
    ada, root = world.person("ada"), api.session(world.person("root", "administrator"))
    deleted, other = api.by_key(ada), mint_key(KeyLetter.PERSONAL).text.reveal()
    session = api.session(ada)
    session.delete(f"keys/{session.pages('keys')[0]['id']}")
    answers = [deleted.get("me"), api.nobody.get("me", headers={"authorization": f"Key {other}"})]
    told = [answer.json() for answer in answers]
    noted = [row["reason"] for row in root.pages("audit", decision="denied")]
    assert sorted(noted) == ["revoked key", "unknown key"]
    assert session.pages("audit", decision="denied") == []
    for one in told:
        one.pop("instance"), one.pop("decision_id")
    assert (told[0], [answer.status_code for answer in answers]) == (told[1], [401, 401])


def test_a_key_is_deleted_once_and_by_its_owner(api: Api, world: World) -> None:
    ada = world.person("ada")
    key_id, caller = world.key(ada).key.id, api.session(ada)
    other = api.session(world.person("bob", "administrator"))
    assert problem(other.delete(f"keys/{key_id}")) == (404, "unknown-key")
    assert caller.delete(f"keys/{key_id}").status_code == 200
    assert problem(caller.delete(f"keys/{key_id}")) == (404, "unknown-key")


def test_a_strangers_key_and_a_missing_one_look_the_same(api: Api, world: World) -> None:
    theirs, ada = world.key(world.person("bob")).key.id, api.session(world.person("ada"))
    answers = [ada.delete(f"keys/{key_id}").json() for key_id in (theirs, "key_" + "0" * 24)]
    for answer in answers:
        answer.pop("instance"), answer.pop("decision_id")
    assert answers[0] == answers[1]


@pytest.mark.parametrize("key_id", ["x", "key_", "usr_" + "0" * 24, "KEY_" + "0" * 24, "'", "%2e%2e", "*"])
def test_an_id_that_is_none_is_unknown(api: Api, world: World, key_id: str) -> None:
    assert problem(api.session(world.person("ada")).delete(f"keys/{key_id}")) == (404, "unknown-key")


def test_a_whole_key_in_the_address_is_not_written_down(
    api: Api, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    text = world.key(world.person("bob")).text.reveal()
    for caller in (api.nobody, api.session(world.person("ada"))):
        answer = caller.delete(f"keys/{text}")
        assert answer.status_code in (401, 404)
        assert text[14:46] not in answer.text
    root = api.session(world.person("root", "administrator"))
    assert text[14:40] not in str(root.pages("audit"))
    assert text[14:40] not in caplog.text


def test_administrators_delete_somebodys_key(api: Api, world: World) -> None:
    ada, root = world.person("ada"), api.session(world.person("root", "administrator"))
    key = api.by_key(ada)
    [listed] = root.pages(f"users/{ada.id}/keys")
    assert root.delete(f"users/{ada.id}/keys/{listed['id']}").json()["revoked"] is True
    assert problem(key.get("me")) == (401, "unauthenticated")
    bob = api.session(world.person("bob", "publisher"))
    assert problem(bob.delete(f"users/{ada.id}/keys/{listed['id']}")) == (403, "denied")
