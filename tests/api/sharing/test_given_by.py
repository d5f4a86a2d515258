"""Taking back all that somebody gave on a thing, in one call."""

import pytest
from calling import Api, Caller, faults, problem
from world import Person, World

from gatepost_server.authz import Node


@pytest.fixture
def sam(world: World, mine: Caller, app: Node) -> Person:
    """An editor of the application, who shares it."""
    sam = world.person("sam", "publisher")
    give(mine, app, "sam", "editor")
    return sam


def give(who: Caller, app: Node, name: str, role: str = "consumer") -> None:
    body = {"to": {"type": "user", "name": name}, "role": role}
    assert who.post(f"apps/{app.id}/grants", body).status_code == 201


def held(who: Caller, app: Node) -> set[tuple[str, str]]:
    return {(one["to"]["name"], one["role"]) for one in who.pages(f"apps/{app.id}/grants")}


def test_all_of_it_ends_and_nothing_else(
    api: Api, world: World, mine: Caller, app: Node, sam: Person
) -> None:
    bob, eve = world.person("bob"), world.person("eve")
    give(api.session(sam), app, "bob")
    give(api.session(sam), app, "eve", "editor")
    give(mine, app, "eve")
    before = held(mine, app)
    took = mine.delete(f"apps/{app.id}/grants?given_by=SAM")
    assert (took.status_code, took.json()["revoked"]) == (200, True)
    assert before - held(mine, app) == {("bob", "consumer"), ("eve", "editor")}
    assert ("sam", "editor") in held(mine, app)
    assert api.session(bob).get(f"apps/{app.id}/grants").status_code == 404
    assert api.session(eve).get(f"apps/{app.id}/grants").status_code == 403
    admin = api.session(world.person("root", "administrator"))
    said = [one for one in admin.pages("audit") if one["action"] == "app:unshare"]
    assert len(said) == 2
    gone = problem(mine.delete(f"apps/{app.id}/grants?given_by=sam"))
    assert gone == (404, "not-found")


def test_the_id_of_the_giver_says_who_too(
    api: Api, world: World, mine: Caller, app: Node, sam: Person
) -> None:
    world.person("bob")
    give(api.session(sam), app, "bob")
    assert mine.delete(f"apps/{app.id}/grants?given_by={sam.id}").status_code == 200
    assert "bob" not in {name for name, _ in held(mine, app)}


def test_one_that_may_not_be_taken_keeps_all(
    api: Api, world: World, mine: Caller, app: Node, sam: Person, owner: Person
) -> None:
    world.person("bob")
    eve = world.person("eve", "publisher")
    give(mine, app, "bob")
    give(mine, app, "eve", "owner")
    before = held(mine, app)
    above = api.session(sam).delete(f"apps/{app.id}/grants?given_by=owner")
    assert problem(above) == (403, "grant-exceeds-own")
    assert "eve (owner)" in above.json()["detail"]
    own = api.session(eve).delete(f"apps/{app.id}/grants?given_by={owner.id}")
    assert problem(own) == (403, "own-owner-grant")
    assert "eve (owner)" in own.json()["detail"]
    assert held(mine, app) == before


def test_who_created_it_goes_on_owning_it(
    api: Api, world: World, mine: Caller, app: Node, owner: Person
) -> None:
    eve, bob = world.person("eve", "publisher"), world.person("bob")
    give(mine, app, "bob")
    assert mine.delete(f"apps/{app.id}/grants?given_by=owner").status_code == 200
    assert held(mine, app) == {("owner", "owner")}
    gone = problem(mine.delete(f"apps/{app.id}/grants?given_by={owner.id}"))
    assert gone == (404, "not-found")
    give(mine, app, "eve", "owner")
    mine_again = [one for one in mine.pages(f"apps/{app.id}/grants") if one["to"]["name"] == "owner"]
    assert api.session(eve).delete(f"apps/{app.id}/grants/{mine_again[0]['id']}").status_code == 200
    give(api.session(eve), app, "owner", "owner")
    give(api.session(eve), app, bob.username)
    took = mine.delete(f"apps/{app.id}/grants?given_by=eve")
    assert problem(took) == (403, "own-owner-grant")
    assert len(held(mine, app)) == 3


def test_who_shares_nothing_takes_nothing_and_nobody_is_said(
    api: Api, world: World, mine: Caller, app: Node
) -> None:
    reader = world.person("reader")
    assert api.session(reader).delete(f"apps/{app.id}/grants?given_by=owner").status_code == 404
    give(mine, app, "reader")
    assert api.session(reader).delete(f"apps/{app.id}/grants?given_by=owner").status_code == 403
    assert problem(mine.delete(f"apps/{app.id}/grants?given_by=nobody")) == (404, "not-found")
    assert "given_by" in faults(mine.delete(f"apps/{app.id}/grants"))
    assert "given_by" in faults(mine.delete(f"apps/{app.id}/grants?given_by="))
    assert ("reader", "consumer") in held(mine, app)
