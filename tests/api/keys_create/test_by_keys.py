"""Keys that make keys: by policy only, their own sort, and never above the key that makes them."""

from datetime import timedelta
from typing import Any

import pytest
from calling import IP, Api, problem
from key_desk import KeyDesk
from stores import on_one_engine
from world import World

from gatepost_server.keys import ExpiryChoice


@pytest.fixture
def desk(api: Api, world: World) -> KeyDesk:
    return KeyDesk(api, world)


@pytest.fixture
def opened(desk: KeyDesk) -> KeyDesk:
    """A server on which keys may make keys."""
    assert desk.root.patch("settings", {"policies": {"keys_may_create_keys": "own"}}).status_code == 200
    return desk


def test_a_refusal_names_the_policy(desk: KeyDesk, world: World) -> None:
    root = desk.api.by_key(world.person("boss", "administrator"))
    for path in ("keys", "admin/keys"):
        answer = root.post(path, {"name": "x"})
        assert problem(answer) == (403, "keys-cannot-make-keys")
        assert "the policy keys_may_create_keys is off" in answer.json()["detail"]


def test_a_personal_key_makes_keys_of_its_person(opened: KeyDesk, world: World) -> None:
    ann = world.person("ann", "publisher")
    maker = opened.api.by_key(ann)
    made = maker.post("keys", {"name": "child"})
    assert made.status_code == 201
    child = opened.by(made.json())
    assert child.get("me").json()["principal"]["id"] == ann.id
    [entry] = [
        one for one in opened.root.pages("audit", action="key:create") if one["resource"]["name"] == "child"
    ]
    assert entry["actor"]["id"] == ann.id
    assert entry["via_key_id"] == entry["changes"]["after"]["made_by_key"]["id"]
    assert problem(maker.post("admin/keys", {"name": "x"})) == (403, "denied")


def test_administrators_keys_make_global_ones(opened: KeyDesk, world: World) -> None:
    boss = world.person("boss", "administrator")
    by_person = opened.by(
        opened.api.by_key(boss).post("admin/keys", {"name": "one", "global_admin": True}).json()
    )
    by_global = by_person.post("admin/keys", {"name": "two", "projects": {"P": ["READ_CONF"]}})
    assert by_global.status_code == 201
    assert by_global.json()["sponsor"]["id"] == boss.id
    assert opened.by(by_global.json()).get("projects/P").status_code == 200
    assert problem(by_person.post("keys", {"name": "x"})) == (403, "keys-cannot-make-keys")
    opened.root.patch(f"users/{boss.id}", {"role": "publisher"})
    assert problem(opened.by(by_global.json()).get("projects/P")) == (401, "unauthenticated")


def test_no_other_key_makes_any(opened: KeyDesk) -> None:
    robots = (
        opened.keyed("ADMIN"),
        opened.by(opened.made_global(projects={"P": ["ADMIN"]})),
    )
    for key in robots:
        answer = key.post("keys", {"name": "x"})
        assert problem(answer) == (403, "keys-cannot-make-keys")
        assert "no other key makes any" in answer.json()["detail"]
        assert problem(key.post("admin/keys", {"name": "x"})) == (403, "denied")
        assert problem(key.post("projects/P/keys", {"name": "x"})) == (403, "keys-cannot-make-keys")


def test_keys_change_and_rotate_none_for_all_that(opened: KeyDesk, world: World) -> None:
    boss = opened.api.by_key(world.person("boss", "administrator"))
    made = boss.post("admin/keys", {"name": "one", "global_admin": True}).json()
    at = f"admin/keys/{made['id']}"
    for who in (boss, opened.by(made)):
        assert problem(who.post(f"{at}/rotate", {})) == (403, "keys-cannot-make-keys")
        changed = who.call("PUT", f"{at}/permissions", json={"global_admin": True})
        assert problem(changed) == (403, "keys-cannot-make-keys")
        assert problem(who.patch(at, {"expires_at": None})) == (403, "keys-cannot-make-keys")
    own = boss.post("keys", {"name": "child"}).json()
    assert problem(boss.post(f"keys/{own['id']}/rotate", {})) == (403, "session-required")


@on_one_engine
@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"role": "administrator"}, "role-above-own"),
        ({"expires_at": None}, "key-exceeds-maker"),
        ({"expires_at": "2999-01-01T00:00:00Z"}, "key-exceeds-maker"),
        ({"ip_allowlist": "198.51.0.0/16"}, "key-exceeds-maker"),
        ({"ip_allowlist": "203.0.113.1"}, "key-exceeds-maker"),
    ],
)
def test_nothing_above_the_maker(opened: KeyDesk, world: World, wanted: dict[str, Any], code: str) -> None:
    ends = ExpiryChoice(is_given=True, at=world.now + timedelta(days=3))
    boss = world.person("boss", "administrator")
    maker = opened.api.by_key(boss, role="publisher", expiry=ends, ip_allowlist=f"{IP}/24")
    assert problem(maker.post("keys", {"name": "x", **wanted})) == (403, code)
    taken = maker.post("keys", {"name": "child"}).json()
    assert (taken["role"], taken["ip_allowlist"]) == ("publisher", "198.51.100.0/24")
    assert taken["expires_at"].startswith(f"{ends.at:%Y-%m-%d}")
    assert problem(opened.by(taken).post("admin/keys", {"name": "y"})) == (403, "denied")
    narrower = maker.post("keys", {"name": "small", "role": "viewer", "ip_allowlist": IP})
    assert narrower.status_code == 201


def test_a_replaced_secret_makes_nothing_that_outlives_it(opened: KeyDesk, world: World) -> None:
    ann = world.person("ann")
    maker = opened.api.by_key(ann)
    [row] = opened.api.session(ann).pages("keys")
    ends = opened.api.session(ann).post(f"keys/{row['id']}/rotate", {"overlap_seconds": 60}).json()
    child = maker.post("keys", {"name": "child"}).json()
    assert child["expires_at"] == ends["old_ends_at"]
    assert problem(maker.post("keys", {"name": "x", "expires_at": None})) == (403, "key-exceeds-maker")


def test_a_key_names_nobody_whom_it_does_not_act_for(opened: KeyDesk, world: World) -> None:
    boss = world.person("boss", "administrator")
    world.person("frank"), world.person("grace")
    by_person = opened.api.by_key(boss)
    assert problem(by_person.post("admin/keys", {"name": "x", "run_as": "frank"}))[1] == "key-exceeds-maker"
    assert by_person.post("admin/keys", {"name": "x", "run_as": "boss"}).status_code == 201
    robot = opened.by(opened.made_global(global_admin=True, run_as="frank"))
    child = robot.post("admin/keys", {"name": "y", "global_admin": True})
    assert child.json()["run_as"] == "frank"
    assert problem(robot.post("admin/keys", {"name": "z", "run_as": "grace"}))[1] == "key-exceeds-maker"


def test_what_exceeded_its_maker_is_explained(opened: KeyDesk, world: World) -> None:
    maker = opened.api.by_key(world.person("ann"), ip_allowlist=IP)
    refused = maker.post("keys", {"name": "x", "ip_allowlist": "203.0.113.1"}).json()["decision_id"]
    found = opened.root.get("explain", params={"decision_id": refused}).json()
    assert (found["allowed"], found["rule"]) == (False, "key-exceeds-maker")
