"""Rotating keys of every kind: two secrets for a while, who uses the old one, and its end."""

from typing import Any

import pytest
from calling import Caller, faults, problem
from key_desk import KeyDesk


@pytest.fixture(params=["personal", "project", "global"])
def kept(request: pytest.FixtureRequest, desk: KeyDesk) -> tuple[Caller, str, dict[str, Any]]:
    """Who keeps a key, its path and the answer that it was made by; of each kind."""
    if request.param == "project":
        made = desk.made(permissions=["READ_CONF"])
        return desk.owner, f"projects/P/keys/{made['id']}", made
    if request.param == "global":
        made = desk.made_global()
        return desk.root, f"admin/keys/{made['id']}", made
    made = desk.owner.post("keys", {"name": "mine"}).json()
    return desk.owner, f"keys/{made['id']}", made


Kept = tuple[Caller, str, dict[str, Any]]


def test_both_secrets_count_until_the_old_one_ends(desk: KeyDesk, kept: Kept) -> None:
    who, path, made = kept
    rotated = who.post(f"{path}/rotate", {"overlap_seconds": 3600}).json()
    assert (rotated["id"], rotated["prefix"]) == (made["id"], made["prefix"])
    assert rotated["key"] != made["key"]
    assert rotated["old_ends_at"] == "2027-01-04T10:00:00.000Z"
    old, new = desk.by(made), desk.by(rotated)
    assert [one.get("me").status_code for one in (old, new)] == [200, 200]
    desk.world.store.clock.advance(minutes=59, seconds=59)
    assert old.get("me").status_code == 200
    desk.world.store.clock.advance(seconds=1)
    assert problem(old.get("me")) == (401, "unauthenticated")
    assert new.get("me").status_code == 200


def test_the_list_shows_who_still_uses_the_old_secret(desk: KeyDesk, kept: Kept) -> None:
    who, path, made = kept
    rotated = who.post(f"{path}/rotate", {"overlap_seconds": 3600}).json()
    desk.by(rotated).get("me", headers={"user-agent": "new/2"})
    desk.api.house.notes.write()
    assert who.get(path).json()["old_secret"] == {
        "ends_at": rotated["old_ends_at"], "last_four": made["last_four"],
        "replaced_at": "2027-01-04T09:00:00.000Z", "callers": [], "other_uses": 0,
        "last_used_at": None, "last_used_ip": None, "last_used_agent": None,
    }  # fmt: skip
    desk.by(made).get("me", headers={"user-agent": "old/1"})
    desk.by(rotated).get("me", headers={"user-agent": "new/2"})
    desk.api.house.notes.write()
    seen = who.get(path).json()
    assert (seen["old_secret"]["last_used_agent"], seen["old_secret"]["last_used_ip"]) == (
        "old/1", "198.51.100.7",
    )  # fmt: skip
    assert (seen["last_used_agent"], seen["last_four"]) in (
        ("new/2", rotated["last_four"]), ("old/1", rotated["last_four"]),
    )  # fmt: skip


def test_everybody_who_still_uses_the_old_secret_is_shown(desk: KeyDesk, kept: Kept) -> None:
    who, path, made = kept
    desk.by(made).get("me", headers={"user-agent": "before it was replaced"})
    desk.api.house.notes.write()
    rotated = who.post(f"{path}/rotate", {"overlap_seconds": 3600}).json()
    old, clock = desk.by(made), desk.world.store.clock
    for agent in ("loader/1", "report/2", "loader/1"):
        assert old.get("me", headers={"user-agent": agent}).status_code == 200
        desk.by(rotated).get("me", headers={"user-agent": "new/2"})
        clock.advance(seconds=60)
    desk.api.house.notes.write()
    old.get("projects/NOPE", headers={"user-agent": "loader/1"})
    desk.api.house.notes.write()
    common = {"ip": "198.51.100.7", "via": "api", "app": None}
    assert who.get(path).json()["old_secret"]["callers"] == [
        {**common, "agent": "loader/1", "uses": 3,
         "first_at": "2027-01-04T09:00:00.000Z", "last_at": "2027-01-04T09:03:00.000Z"},
        {**common, "agent": "report/2", "uses": 1,
         "first_at": "2027-01-04T09:01:00.000Z", "last_at": "2027-01-04T09:01:00.000Z"},
    ]  # fmt: skip
    assert who.post(f"{path}/end-old").status_code == 200
    assert who.post(f"{path}/rotate", {"overlap_seconds": 3600}).status_code == 200
    assert who.get(path).json()["old_secret"]["callers"] == []


def test_the_old_secret_can_be_ended_now(desk: KeyDesk, kept: Kept) -> None:
    who, path, made = kept
    assert problem(who.post(f"{path}/end-old")) == (409, "no-old-secret")
    rotated = who.post(f"{path}/rotate", {"overlap_seconds": 604_800}).json()
    assert who.post(f"{path}/end-old").json()["revoked"] is True
    assert problem(desk.by(made).get("me")) == (401, "unauthenticated")
    assert desk.by(rotated).get("me").status_code == 200
    assert who.get(path).json()["old_secret"] is None


def test_without_overlap_the_old_secret_ends_at_once(desk: KeyDesk, kept: Kept) -> None:
    who, path, made = kept
    rotated = who.post(f"{path}/rotate", {"overlap_seconds": 0}).json()
    assert problem(desk.by(made).get("me")) == (401, "unauthenticated")
    assert desk.by(rotated).get("me").status_code == 200


def test_never_more_than_two_secrets_count(desk: KeyDesk, kept: Kept) -> None:
    who, path, made = kept
    second = who.post(f"{path}/rotate", {"overlap_seconds": 604_800}).json()
    third = who.post(f"{path}/rotate", {"overlap_seconds": 604_800}).json()
    answers = [desk.by(one).get("me").status_code for one in (made, second, third)]
    assert answers == [401, 200, 200]


@pytest.mark.parametrize("overlap", [-1, 604_801, 10**30])
def test_an_overlap_has_its_bounds(kept: Kept, overlap: int) -> None:
    who, path, made = kept
    answer = who.post(f"{path}/rotate", {"overlap_seconds": overlap})
    assert (answer.status_code, list(faults(answer))) == (400, ["overlap_seconds"])
    assert made["status"] == who.get(path).json()["status"]


def test_rotating_takes_a_person_who_is_present(desk: KeyDesk) -> None:
    path = f"projects/P/keys/{desk.made()['id']}/rotate"
    stale = desk.api.session(desk.ada, is_recent=False)
    assert problem(stale.post(path, {})) == (403, "confirm-required")
    assert problem(desk.keyed("ADMIN").post(path, {})) == (403, "keys-cannot-make-keys")
    assert problem(desk.holder("WRITE_CONF").post(path, {})) == (403, "denied")


def test_a_key_with_an_old_secret_goes_as_a_whole(desk: KeyDesk, kept: Kept) -> None:
    who, path, made = kept
    rotated = who.post(f"{path}/rotate", {"overlap_seconds": 60}).json()
    desk.by(made).get("me")
    desk.api.house.notes.write()
    assert who.delete(path).status_code == 200
    assert [desk.by(one).get("me").status_code for one in (made, rotated)] == [401, 401]
