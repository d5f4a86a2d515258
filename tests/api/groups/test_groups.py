"""Groups: made, renamed and deleted by administrators; found by everybody of the organization."""

from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from stores import on_one_engine
from world import Person, World

from gatepost_server.authz import give_role
from gatepost_server.authz.policy import Atom


@pytest.fixture
def boss(world: World) -> Person:
    return world.person("root", "administrator")


@pytest.fixture
def root(api: Api, boss: Person) -> Caller:
    return api.session(boss)


def test_a_group_is_made_renamed_and_deleted(api: Api, root: Caller) -> None:
    made = root.post("groups", {"name": "  data  science "}).json()
    assert (made["name"], made["organization"]) == ("data science", "Main")
    assert root.patch(f"groups/{made['id']}", {"name": "Analysts"}).json()["name"] == "Analysts"
    assert root.get("groups/Analysts").json()["id"] == made["id"]
    assert root.delete(f"groups/{made['id']}").json()["revoked"] is True
    assert problem(root.get(f"groups/{made['id']}")) == (404, "not-found")
    trail = [row for row in root.pages("audit") if row["decision"] == "allowed"]
    done = [row["action"] for row in trail if row["action"].startswith("group:")]
    assert sorted(done) == ["group:create", "group:delete", "group:edit"]


def test_a_name_is_taken_once_whatever_its_case(root: Caller) -> None:
    root.post("groups", {"name": "Analysts"})
    other = root.post("groups", {"name": "Others"}).json()["id"]
    assert problem(root.post("groups", {"name": "ANALYSTS"})) == (409, "name-taken")
    assert problem(root.patch(f"groups/{other}", {"name": "analysts"})) == (409, "name-taken")
    assert root.patch(f"groups/{other}", {"name": "OTHERS"}).status_code == 200


@on_one_engine
@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a/b", "a\0b", "a\nb\x07", 5, None])
def test_a_name_that_cannot_be_used(root: Caller, name: Any) -> None:
    answer = root.post("groups", {"name": name})
    assert (answer.status_code, list(faults(answer))) == (400, ["name"])
    assert root.pages("groups") == []


def test_everybody_finds_names_and_administrators_see_all(api: Api, world: World, root: Caller) -> None:
    made = root.post("groups", {"name": "Analysts"}).json()
    ada = world.person("ada")
    for caller in (api.session(ada), api.by_key(ada)):
        assert caller.pages("groups", q="analy") == [{"id": made["id"], "name": "Analysts"}]
        assert problem(caller.get(f"groups/{made['id']}")) == (404, "not-found")
    assert sorted(root.pages("groups")[0]) == ["created_at", "id", "name", "organization"]
    assert root.pages("groups", q="%") == []
    assert problem(api.nobody.get("groups"))[0] == 401


@pytest.mark.parametrize("role", ["viewer", "publisher"])
def test_others_may_none_of_this(api: Api, world: World, root: Caller, role: str) -> None:
    made, ada = root.post("groups", {"name": "Analysts"}).json(), world.person("ada", role)
    caller = api.session(ada)
    assert problem(caller.post("groups", {"name": "Mine"})) == (403, "denied")
    for answer in (
        caller.patch(f"groups/{made['id']}", {"name": "Mine"}),
        caller.delete(f"groups/{made['id']}"),
        caller.get(f"groups/{made['id']}/members"),
        caller.call("PUT", f"groups/{made['id']}/members/user/ada", json={}),
        caller.delete(f"groups/{made['id']}/members/user/ada"),
        caller.delete("groups/grp_" + "0" * 24),
    ):
        assert problem(answer) == (404, "not-found")


def test_a_new_group_asks_for_a_recent_proof_of_identity(api: Api, boss: Person) -> None:
    stale = api.session(boss, is_recent=False)
    assert problem(stale.post("groups", {"name": "Analysts"})) == (403, "confirm-required")


def test_deleting_a_group_ends_what_it_opened(api: Api, world: World, root: Caller) -> None:
    group = root.post("groups", {"name": "Analysts"}).json()["id"]
    app, ada = world.thing(world.person("owner", "publisher")), world.person("ada")
    root.call("PUT", f"groups/{group}/members/user/ada", json={})
    world.grant(app.id, group, 1 << Atom.READ)
    reader = api.session(ada)
    assert reader.get(f"apps/{app.id}/grants").status_code == 403
    assert root.delete(f"groups/{group}").status_code == 200
    assert reader.get(f"apps/{app.id}/grants").status_code == 404


def test_the_group_that_alone_owns_a_thing_stays(world: World, root: Caller, boss: Person) -> None:
    group = root.post("groups", {"name": "Analysts"}).json()["id"]
    app, ada = world.thing(), world.person("ada", "publisher")
    with world.begin(boss) as tx:
        give_role(tx, app.id, group, "owner")
    assert root.call("PUT", f"groups/{group}/members/user/ada", json={}).status_code == 200
    assert problem(root.delete(f"groups/{group}/members/user/ada")) == (409, "last-owner")
    assert problem(root.delete(f"groups/{group}")) == (409, "last-owner")
    with world.begin(boss) as tx:
        give_role(tx, app.id, ada.id, "owner")
    assert root.delete(f"groups/{group}/members/user/ada").status_code == 200


def test_a_group_may_have_an_owner_who_keeps_its_members(api: Api, world: World, root: Caller) -> None:
    group, ada = root.post("groups", {"name": "Analysts"}).json()["id"], world.person("ada", "publisher")
    world.person("bob")
    role = {"to": {"type": "user", "name": "ada"}, "role": "owner"}
    assert root.post(f"groups/{group}/grants", role).status_code == 201
    keeper, other = api.session(ada), api.session(world.person("other", "publisher"))
    assert keeper.call("PUT", "groups/Analysts/members/user/bob", json={}).status_code == 200
    assert [row["name"] for row in keeper.pages("groups/Analysts/members")] == ["bob"]
    assert problem(other.get(f"groups/{group}/grants")) == (404, "not-found")
    assert problem(other.post(f"groups/{group}/grants", role)) == (404, "not-found")
