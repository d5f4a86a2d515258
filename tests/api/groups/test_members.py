"""Members: for a time or for good, nested; and nobody hands out by a group what they do not hold."""

from datetime import timedelta
from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from httpx import Response
from world import Person, World

from gatepost_server.authz import give_role, may
from gatepost_server.authz.policy import Atom


@pytest.fixture
def boss(world: World) -> Person:
    return world.person("root", "administrator")


@pytest.fixture
def root(api: Api, boss: Person) -> Caller:
    return api.session(boss)


@pytest.fixture
def group(root: Caller) -> str:
    made: str = root.post("groups", {"name": "Analysts"}).json()["id"]
    return made


def _put(caller: Caller, group: str, name: str, kind: str = "user", **window: Any) -> Response:
    return caller.call("PUT", f"groups/{group}/members/{kind}/{name}", json=window)


def _in(world: World, **span: float) -> str:
    return (world.now + timedelta(**span)).isoformat()


def _opens(world: World, who: Person, app_id: str) -> bool:
    with world.read(who) as tx:
        return may(tx, "app:open", app_id)


def test_a_member_holds_what_the_group_holds_from_the_begin_until_before_the_end(
    world: World, root: Caller, group: str, boss: Person
) -> None:
    ada, app = world.person("ada"), world.thing(boss)
    with world.begin(boss) as tx:
        give_role(tx, app.id, group, "consumer")
    window = {"from": _in(world, hours=1), "until": _in(world, hours=2)}
    said = _put(root, group, "ada", **window).json()
    assert (said["type"], said["name"], said["label"], said["from"][:13]) == (
        "user", "ada", "Ada", window["from"][:13],
    )  # fmt: skip
    found = [_opens(world, ada, app.id)]
    for _ in range(2):
        world.store.clock.advance(hours=1)
        found.append(_opens(world, ada, app.id))
    world.store.clock.advance(microseconds=-1)
    assert [*found, _opens(world, ada, app.id)] == [False, True, False, True]


def test_groups_in_groups_hand_on_what_they_hold_until_one_is_taken_out(
    world: World, root: Caller, group: str, boss: Person
) -> None:
    ada, app = world.person("ada"), world.thing(boss)
    inner = root.post("groups", {"name": "Interns"}).json()["id"]
    with world.begin(boss) as tx:
        give_role(tx, app.id, group, "consumer")
    assert _put(root, inner, "ada").status_code == 200
    assert _put(root, group, "Interns", "group").json()["type"] == "group"
    assert _opens(world, ada, app.id)
    assert [row["name"] for row in root.pages(f"groups/{group}/members")] == ["Interns"]
    assert root.delete(f"groups/{group}/members/group/Interns").json()["revoked"] is True
    assert not _opens(world, ada, app.id)


@pytest.mark.parametrize("outer", ["Analysts", "Interns", "Juniors"])
def test_no_group_comes_to_be_in_itself(world: World, root: Caller, group: str, outer: str) -> None:
    for name in ("Interns", "Juniors"):
        root.post("groups", {"name": name})
    assert _put(root, "Analysts", "Interns", "group").status_code == 200
    later = {"from": _in(world, days=1), "until": _in(world, days=2)}
    assert _put(root, "Interns", "Juniors", "group", **later).status_code == 200
    assert problem(_put(root, "Juniors", outer, "group")) == (409, "membership-cycle")
    assert root.pages("groups/Juniors/members") == []


def test_windows_of_one_member_do_not_meet(world: World, root: Caller, group: str) -> None:
    world.person("ada")
    assert _put(root, group, "ada", until=_in(world, days=1)).status_code == 200
    assert (
        _put(root, group, "ada", **{"from": _in(world, days=1), "until": _in(world, days=2)}).status_code
        == 200
    )
    for window in (
        {},
        {"until": _in(world, days=3)},
        {"from": _in(world, hours=23), "until": _in(world, days=1)},
        {"from": _in(world, days=2, microseconds=-1)},
    ):
        assert problem(_put(root, group, "ada", **window)) == (409, "membership-overlap")
    assert len(root.pages(f"groups/{group}/members")) == 2
    root.delete(f"groups/{group}/members/user/ada")
    assert root.pages(f"groups/{group}/members") == []


def test_the_same_once_more_changes_nothing(world: World, root: Caller, group: str) -> None:
    world.person("ada")
    first, again = _put(root, group, "ada"), _put(root, group, "ada")
    assert (again.status_code, again.json()) == (200, first.json())
    assert len([row for row in root.pages("audit") if row["action"] == "group:add"]) == 1


def test_windows_and_names_that_cannot_be_accepted(world: World, root: Caller, group: str) -> None:
    world.person("ada")
    gone = world.person("gone", is_active=False)
    for window in (
        {"until": _in(world, hours=-1)},
        {"from": _in(world, days=2), "until": _in(world, days=2)},
    ):
        assert list(faults(_put(root, group, "ada", **window))) == ["until"]
    assert list(faults(_put(root, group, "ada", **{"from": "2027-01-05T09:00:00"}))) == ["from"]
    assert _put(root, group, "ada", since=1).status_code == 400
    for name, kind in (("nobody", "user"), (gone.username, "user"), ("ada", "group"), ("Analysts", "key")):
        assert _put(root, group, name, kind).status_code == 400
    assert problem(root.delete(f"groups/{group}/members/user/ada")) == (404, "not-a-member")
    assert root.pages(f"groups/{group}/members") == []


def _keeper(world: World, group: str) -> Person:
    """Somebody who may add to the group, and no more."""
    keeper = world.person("keeper", "publisher")
    world.grant(group, keeper.id, 1 << Atom.SHARE)
    return keeper


def test_adding_to_a_group_is_granting_all_that_it_holds(
    api: Api, world: World, group: str, boss: Person
) -> None:
    ada, app = world.person("ada"), world.thing(boss)
    keeper = _keeper(world, group)
    caller = api.session(keeper)
    assert _put(caller, group, "ada").status_code == 200
    caller.delete(f"groups/{group}/members/user/ada")
    world.grant(app.id, group, 1 << Atom.USE)
    assert problem(_put(caller, group, "ada")) == (403, "grant-exceeds-own")
    assert problem(_put(caller, group, "keeper")) == (403, "grant-exceeds-own")
    world.grant(app.id, keeper.id, 1 << Atom.USE | 1 << Atom.SHARE)
    assert _put(caller, group, "ada").status_code == 200
    assert _opens(world, ada, app.id)


def test_nobody_hands_out_for_longer_than_they_hold(api: Api, world: World, group: str, boss: Person) -> None:
    world.person("ada")
    app, keeper = world.thing(boss), _keeper(world, group)
    day, caller = timedelta(days=1), api.session(keeper)
    world.grant(app.id, group, 1 << Atom.USE, until=world.now + 9 * day)
    world.grant(app.id, keeper.id, 1 << Atom.SHARE | 1 << Atom.USE, until=world.now + 5 * day)
    assert problem(_put(caller, group, "ada")) == (403, "grant-exceeds-own")
    assert problem(_put(caller, group, "ada", until=_in(world, days=5, microseconds=1)))[0] == 403
    assert _put(caller, group, "ada", until=_in(world, days=5)).status_code == 200
    later = {"from": _in(world, days=9)}
    assert _put(caller, group, "ada", **later).status_code == 200  # the group holds nothing by then


def test_what_outer_groups_hold_counts_too(
    api: Api, world: World, root: Caller, group: str, boss: Person
) -> None:
    world.person("ada")
    app, keeper = world.thing(boss), _keeper(world, group)
    outer = root.post("groups", {"name": "Outer"}).json()["id"]
    _put(root, outer, "Analysts", "group", **{"from": _in(world, days=3)})
    world.grant(app.id, outer, 1 << Atom.USE)
    caller = api.session(keeper)
    assert problem(_put(caller, group, "ada")) == (403, "grant-exceeds-own")
    assert _put(caller, group, "ada", until=_in(world, days=3)).status_code == 200
    world.store.clock.advance(days=4)
    assert problem(_put(api.session(keeper), group, "ada", until=_in(world, days=1)))[0] == 403


def test_nobody_takes_out_whom_a_group_gives_more_than_they_hold(
    api: Api, world: World, root: Caller, group: str, boss: Person
) -> None:
    world.person("ada")
    app, keeper = world.thing(boss), _keeper(world, group)
    _put(root, group, "ada")
    world.grant(app.id, group, 1 << Atom.USE)
    world.grant(group, keeper.id, 1 << Atom.OWN)
    caller = api.session(keeper)
    assert problem(caller.delete(f"groups/{group}/members/user/ada")) == (403, "grant-exceeds-own")
    assert problem(caller.delete(f"groups/{group}")) == (403, "grant-exceeds-own")
    assert root.delete(f"groups/{group}/members/user/ada").status_code == 200
