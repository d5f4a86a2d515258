"""Rehearsing a share: whom it would let in, as far as the sharer may know; nothing is given."""

from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from world import Person, World

from gatepost_server.authz import ORGANIZATION, Node, NodeKind, register_node, set_access
from gatepost_server.authz.policy import policy


def effect(who: Caller, app: Node, *to: tuple[str, str], role: str = "consumer") -> Any:
    body = {"to": [{"type": type_, "name": name} for type_, name in to], "role": role}
    return who.post(f"apps/{app.id}/grants/rehearse", body)


def group(world: World, name: str, *members: Person, reader: Person | None = None) -> None:
    """Make a group; *reader* may see who is in it."""
    group_id = world.group(name, *(one.id for one in members))
    with world.store.arranged() as tx:
        register_node(tx, group_id, NodeKind.GROUP, name)
    if reader is not None:
        world.grant(group_id, reader.id, policy.mask("READ"))


def test_who_gains_entry_is_counted_and_named_when_few(world: World, mine: Caller, app: Node) -> None:
    bob = world.person("bob")
    world.grant(app.id, bob.id, policy.mask("USE"))
    world.person("ann")
    said = effect(mine, app, ("user", "ann"), ("user", "bob")).json()
    assert said == {
        "gain_entry": 1, "have_it_already": 1, "names": ["Ann"], "from_outside": 0, "not_counted": [],
    }  # fmt: skip


def test_nothing_is_given(world: World, api: Api, mine: Caller, app: Node) -> None:
    ann = world.person("ann")
    effect(mine, app, ("user", "ann"))
    assert api.session(ann).get(f"apps/{app.id}/grants").status_code == 404
    assert mine.pages("audit", resource=app.id) == []


def test_people_in_several_sets_count_once_and_many_are_not_named(
    world: World, mine: Caller, app: Node, owner: Person
) -> None:
    people = [world.person(f"p{number}") for number in range(7)]
    group(world, "Desk", *people[:5], reader=owner)
    group(world, "Team", *people[3:], reader=owner)
    said = effect(mine, app, ("group", "Desk"), ("group", "Team"), ("user", "p0")).json()
    assert (said["gain_entry"], said["names"]) == (7, [])


def test_a_group_whose_members_one_may_not_see_is_neither_counted_nor_named(
    world: World, mine: Caller, app: Node
) -> None:
    ann, bob = world.person("ann"), world.person("bob")
    group(world, "Desk", ann, bob)
    said = effect(mine, app, ("group", "Desk"), ("user", "ann")).json()
    assert (said["gain_entry"], said["names"], said["not_counted"]) == (1, ["Ann"], ["Desk"])


def test_entry_by_a_group_that_one_may_not_see_into_is_not_given_away(
    world: World, mine: Caller, app: Node
) -> None:
    ann = world.person("ann")
    group_id = world.group("Desk", ann.id)
    world.grant(app.id, group_id, policy.mask("USE"))
    assert effect(mine, app, ("user", "ann")).json()["have_it_already"] == 0


def test_everybody_of_the_organization_is_counted_but_not_the_inactive_and_not_administrators_anew(
    world: World, mine: Caller, app: Node
) -> None:
    world.person("ann"), world.person("gone", is_active=False), world.person("root", "administrator")
    said = effect(mine, app, ("organization", ORGANIZATION)).json()
    assert (said["gain_entry"], said["have_it_already"], said["names"]) == (1, 2, ["Ann"])


@pytest.mark.parametrize("access", ["signed_in", "anyone"])
def test_where_all_may_enter_nobody_gains_entry(
    world: World, mine: Caller, app: Node, owner: Person, access: str
) -> None:
    world.person("ann")
    with world.begin(owner) as tx:
        set_access(tx, app.id, access, "anyone")
    said = effect(mine, app, ("user", "ann")).json()
    assert (said["gain_entry"], said["have_it_already"]) == (0, 1)


def test_who_may_open_it_by_the_project_has_it_already(
    api: Api, world: World, mine: Caller, owner: Person
) -> None:
    made = mine.post("projects", {"key": "P", "name": "P"})
    assert made.status_code == 201
    ann = world.person("ann")
    with world.store.arranged() as tx:
        project = next(row for row in mine.pages("projects") if row["key"] == "P")["id"]
        thing = register_node(tx, "app_" + "7" * 24, NodeKind.APP, "Inside", parent_id=project)
    world.grant(project, ann.id, policy.mask("USE"))
    said = effect(mine, thing, ("user", "ann")).json()
    assert (said["gain_entry"], said["have_it_already"]) == (0, 1)


def test_only_who_may_share_rehearses(world: World, api: Api, app: Node) -> None:
    ann, eve = world.person("ann", "publisher"), world.person("eve", "publisher")
    world.grant(app.id, ann.id, policy.mask("USE"))
    assert problem(effect(api.session(ann), app, ("user", "ann")))[0] == 403
    assert problem(effect(api.session(eve), app, ("user", "ann")))[0] == 404


def test_what_cannot_be_given_is_not_rehearsed(world: World, mine: Caller, app: Node) -> None:
    world.person("ann")
    assert problem(effect(mine, app, ("user", "nobody")))[0] == 400
    assert list(faults(effect(mine, app, ("user", "ann"), role="king"))) == ["role"]
    assert problem(effect(mine, app))[0] == 400
