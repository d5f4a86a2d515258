"""Organizations: made and changed by administrators; people come in, move, and leave things behind."""

from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from stores import on_one_engine
from world import Person, World

from gatepost_server.authz import give_role, may, set_access
from gatepost_server.authz.policy import Atom


@pytest.fixture
def boss(world: World) -> Person:
    return world.person("root", "administrator")


@pytest.fixture
def root(api: Api, boss: Person) -> Caller:
    return api.session(boss)


def _make(root: Caller, name: str, *, is_open: bool = False) -> str:
    answer = root.post("organizations", {"name": name, "allows_outside_sharing": is_open})
    assert answer.status_code == 201
    made: str = answer.json()["id"]
    return made


def _main(root: Caller) -> str:
    found: str = next(row["id"] for row in root.get("organizations").json()["items"] if row["name"] == "Main")
    return found


def _open(root: Caller, org_id: str, *, is_open: bool = True) -> Any:
    return root.patch(f"organizations/{org_id}", {"allows_outside_sharing": is_open}).json()


def _opens(world: World, who: Person, app_id: str) -> bool:
    with world.read(who) as tx:
        return may(tx, "app:open", app_id)


def test_an_organization_is_made_and_changed(root: Caller) -> None:
    org_id = _make(root, "Partner Ltd")
    said = root.patch(f"organizations/{org_id}", {"name": "Partner", "allows_outside_sharing": True}).json()
    assert (said["revoked"], said["organization"]["name"], said["ended"]) == (
        True, "Partner", {"grants": 0, "memberships": 0},
    )  # fmt: skip
    assert root.get(f"organizations/{org_id}").json()["allows_outside_sharing"] is True
    assert [row["name"] for row in root.get("organizations").json()["items"]] == ["Main", "Partner"]


def test_a_name_is_taken_once(root: Caller) -> None:
    org_id = _make(root, "Partner")
    assert problem(root.post("organizations", {"name": "PARTNER"})) == (409, "name-taken")
    assert problem(root.patch(f"organizations/{org_id}", {"name": "main"})) == (409, "name-taken")
    assert problem(root.get("organizations/org_" + "0" * 24)) == (404, "unknown-organization")


@on_one_engine
@pytest.mark.parametrize("name", ["", "x" * 81, "a/b", "a\0b", None])
def test_a_name_that_cannot_be_used(root: Caller, name: Any) -> None:
    assert list(faults(root.post("organizations", {"name": name}))) == ["name"]


@pytest.mark.parametrize("role", ["viewer", "publisher"])
def test_others_know_their_own_and_change_nothing(api: Api, world: World, root: Caller, role: str) -> None:
    partner, ada = _make(root, "Partner"), api.session(world.person("ada", role))
    assert ada.get("organizations").json()["items"] == [{"id": _main(root), "name": "Main"}]
    assert problem(ada.get(f"organizations/{partner}")) == (404, "unknown-organization")
    for answer in (
        ada.post("organizations", {"name": "Mine"}),
        ada.patch(f"organizations/{partner}", {"name": "Mine"}),
        ada.patch(f"users/{ada.get('me').json()['principal']['id']}", {"organization": "Partner"}),
    ):
        assert problem(answer) == (403, "denied")


def test_a_stale_proof_of_identity_is_asked_for_again(api: Api, boss: Person, world: World) -> None:
    stale, ada = api.session(boss, is_recent=False), world.person("ada")
    assert problem(stale.post("organizations", {"name": "Partner"})) == (403, "confirm-required")
    assert problem(stale.patch(f"users/{ada.id}", {"organization": "Main"})) == (403, "confirm-required")


def test_a_person_is_made_in_an_organization(root: Caller) -> None:
    org_id = _make(root, "Partner")
    body = {"username": "eve", "email": "eve@example.com"}
    assert root.post("users", {**body, "organization": "partner"}).json()["organization"] == "Partner"
    by_id = {"username": "eva", "email": "eva@example.com", "organization": org_id}
    assert root.post("users", by_id).json()["organization"] == "Partner"
    answer = root.post("users", {"username": "ewa", "email": "e@example.com", "organization": "Nowhere"})
    assert (answer.status_code, list(faults(answer))) == (400, ["organization"])


def test_who_moves_leaves_behind_what_they_held_and_what_only_they_owned(
    world: World, root: Caller, boss: Person
) -> None:
    _make(root, "Partner")
    ada, bob = world.person("ada", "publisher"), world.person("bob", "publisher")
    alone, shared, app = world.thing(ada), world.thing(ada, name="Shared"), world.thing(bob)
    world.grant(shared.id, bob.id, 1 << Atom.OWN)
    group = root.post("groups", {"name": "Analysts"}).json()["id"]
    root.call("PUT", f"groups/{group}/members/user/ada", json={})
    with world.begin(boss) as tx:
        give_role(tx, app.id, group, "consumer")
    assert _opens(world, ada, app.id)
    said = root.patch(f"users/{ada.id}", {"organization": "Partner"}).json()
    assert said["user"]["organization"] == "Partner"
    assert said["moved"] == [{"kind": "app", "id": alone.id, "to": boss.id}]
    assert [_opens(world, ada, one.id) for one in (alone, shared, app)] == [False] * 3
    assert root.pages(f"groups/{group}/members") == []
    assert _opens(world, bob, shared.id)


def test_moving_back_and_forth_leaves_nothing_in_between(world: World, root: Caller) -> None:
    _make(root, "Partner")
    ada, app = world.person("ada"), world.thing(world.person("bob", "publisher"))
    main = _main(root)
    world.grant(app.id, main, 1 << Atom.USE)
    found = [_opens(world, ada, app.id)]
    for name in ("Partner", "Main", "Main"):
        assert root.patch(f"users/{ada.id}", {"organization": name}).json()["moved"] == []
        found.append(_opens(world, ada, app.id))
    assert found == [True, False, True, True]


def test_sharing_outside_takes_both_and_ends_when_one_closes(world: World, root: Caller, api: Api) -> None:
    main, partner = _main(root), _make(root, "Partner")
    ada, bob = world.person("ada", "publisher"), world.person("bob")
    root.patch(f"users/{bob.id}", {"organization": "Partner"})
    app, owner = world.thing(ada), api.session(ada)
    share = {"to": {"type": "user", "name": "bob"}, "role": "consumer"}
    assert problem(root.post(f"apps/{app.id}/grants", share)) == (403, "outside-organization")
    _open(root, main)
    assert problem(root.post(f"apps/{app.id}/grants", share)) == (403, "outside-organization")
    assert owner.pages("users", q="bob") == []
    _open(root, partner)
    assert [row["username"] for row in owner.pages("users", q="bob")] == ["bob"]
    assert owner.post(f"apps/{app.id}/grants", share).status_code == 201
    assert _opens(world, bob, app.id)
    said = _open(root, partner, is_open=False)
    assert (said["ended"], said["moved"]) == ({"grants": 1, "memberships": 0}, [])
    assert not _opens(world, bob, app.id)


def test_members_of_a_group_come_from_its_organization(world: World, root: Caller) -> None:
    main, partner = _main(root), _make(root, "Partner")
    bob = world.person("bob")
    root.patch(f"users/{bob.id}", {"organization": "Partner"})
    group = root.post("groups", {"name": "Analysts"}).json()["id"]
    there = root.post("groups", {"name": "Analysts", "organization": "Partner"}).json()
    assert there["organization"] == "Partner"
    joining = (f"groups/{group}/members/user/bob", f"groups/{group}/members/group/{there['id']}")
    for path in joining:
        assert problem(root.call("PUT", path, json={})) == (403, "outside-organization")
    for org_id in (main, partner):
        _open(root, org_id)
    for path in joining:
        assert root.call("PUT", path, json={}).status_code == 200
    assert _open(root, main, is_open=False)["ended"] == {"grants": 0, "memberships": 2}
    assert root.pages(f"groups/{group}/members") == []


def test_everybody_signed_in_means_everybody_of_the_organization(
    world: World, root: Caller, api: Api
) -> None:
    _make(root, "Partner")
    ada, bob, eve = world.person("ada", "publisher"), world.person("bob"), world.person("eve", "publisher")
    for who in (bob, eve):
        root.patch(f"users/{who.id}", {"organization": "Partner"})
    here = world.thing(ada)
    there = world.thing(eve, name="There")
    for who, app in ((ada, here), (eve, there)):
        with world.begin(who) as tx:
            set_access(tx, app.id, "signed_in", "anyone")
    cy = world.person("cy")
    assert [_opens(world, bob, app.id) for app in (here, there)] == [False, True]
    assert [_opens(world, cy, app.id) for app in (here, there)] == [True, False]
