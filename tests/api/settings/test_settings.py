"""GET and PATCH settings: what administrators decide."""

from typing import Any

import pytest
from calling import Api, Caller, problem
from key_desk import KeyDesk
from world import World


@pytest.fixture
def root(api: Api, world: World) -> Caller:
    return api.session(world.person("root", "administrator"))


def test_a_policy_is_changed_and_the_others_stay(root: Caller) -> None:
    before = root.get("settings").json()
    after = root.patch("settings", {"policies": {"access_ceiling": "signed_in"}}).json()
    assert after == {**before, "policies": {**before["policies"], "access_ceiling": "signed_in"}}
    assert root.get("settings").json() == after
    assert root.patch("settings", {"policies": {}}).json() == after


@pytest.mark.parametrize(
    "body",
    [{"policies": {"access_ceiling": "world"}}, {"policies": {"unknown": 1}}, {"policies": None},
     {"policies": []}, {"policies": {"access_ceiling": None}}, {"policies": {"access_ceiling": ["anyone"]}},
     {"mail": {"smtp": "x"}}, {"mail": None}, {"mail": {"port": 0}}, {},
     {"policies": {"access_ceiling": "grants"}, "mail": {"host": "a b"}}],
)  # fmt: skip
def test_what_cannot_be_decided_changes_nothing(root: Caller, body: dict[str, Any]) -> None:
    before = root.get("settings").json()
    assert root.patch("settings", body).status_code == 400
    assert root.get("settings").json() == before


def test_others_neither_read_nor_change_them(api: Api, world: World) -> None:
    ada = api.session(world.person("ada", "publisher"))
    assert problem(ada.get("settings")) == (403, "denied")
    assert problem(ada.patch("settings", {"policies": {"access_ceiling": "grants"}})) == (403, "denied")


@pytest.mark.parametrize("kind", ["personal", "global"])
def test_administrators_keys_read_settings_and_change_none(api: Api, world: World, kind: str) -> None:
    desk = KeyDesk(api, world)
    own = api.by_key(world.person("boss", "administrator"))
    key = own if kind == "personal" else desk.by(desk.made_global(global_admin=True))
    before = desk.root.get("settings").json()
    for body in (
        {"policies": {"keys_may_create_keys": "own"}},
        {"policies": {"access_ceiling": "grants"}},
        {"mail": {"host": "mail.example", "port": 25, "from": "a@b.example"}},
    ):
        assert problem(key.patch("settings", body)) == (403, "session-required")
    assert problem(key.post("settings/mail/test", {"to": "a@b.example"})) == (403, "session-required")
    assert key.get("settings").json() == before == desk.root.get("settings").json()
    assert problem(key.post("admin/keys", {"name": "child"})) == (403, "keys-cannot-make-keys")
    found = key.get("explain", params={"action": "settings:change"}).json()
    assert (found["allowed"], found["rule"]) == (False, "session-required")
