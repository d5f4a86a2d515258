"""GET keys: one's own, searched, by status, in pages."""

import pytest
from calling import Api, problem
from world import World


def test_only_ones_own_and_never_a_secret(api: Api, world: World) -> None:
    ada, bob = world.person("ada"), world.person("bob", "administrator")
    text = world.key(ada).text.reveal()
    answer = api.session(ada).get("keys")
    assert len(answer.json()["items"]) == 1
    assert text[14:46] not in answer.text
    assert api.session(bob).pages("keys") == []


def test_the_latest_first_in_pages(api: Api, world: World) -> None:
    ada = world.person("ada")
    for number in range(5):
        world.key(ada, f"key {number}")
    caller = api.session(ada)
    assert [key["name"] for key in caller.pages("keys", limit=2)] == [f"key {n}" for n in (4, 3, 2, 1, 0)]


def test_by_status_and_by_search(api: Api, world: World) -> None:
    ada = world.person("ada")
    text, caller = world.key(ada, "Nightly").text.reveal(), api.session(ada)
    assert [len(caller.pages("keys", status=one)) for one in ("active", "expired", "revoked")] == [1, 0, 0]
    for q in ("night", text[:14], text):
        assert [key["name"] for key in caller.pages("keys", q=q)] == ["Nightly"], q
    assert caller.pages("keys", q="other") == []
    assert caller.get("keys?status=lost").status_code == 400


def test_when_and_from_where_a_key_was_last_used(api: Api, world: World) -> None:
    ada = world.person("ada")
    key, caller = api.by_key(ada), api.session(ada)
    assert caller.pages("keys")[0]["last_used_at"] is None
    key.get("me", headers={"x-forwarded-for": "203.0.113.9", "user-agent": "curl/8"})
    api.house.notes.write()
    [listed] = caller.pages("keys")
    assert (listed["last_used_at"], listed["last_used_ip"], listed["last_used_agent"]) == (
        "2027-01-04T09:00:00.000Z", "203.0.113.9", "curl/8",
    )  # fmt: skip


@pytest.mark.parametrize("path", ["keys", "sessions"])
def test_a_key_lists_neither_keys_nor_sessions(api: Api, world: World, path: str) -> None:
    assert problem(api.by_key(world.person("ada")).get(path)) == (403, "session-required")
