"""Filters of lists take the names of people and keys, and say when nobody or several are meant."""

import pytest
from calling import Api, faults, problem
from key_desk import KeyDesk
from world import World


@pytest.fixture
def desk(api: Api, world: World) -> KeyDesk:
    return KeyDesk(api, world)


def test_an_associated_user_is_named_or_given_by_id(desk: KeyDesk, world: World) -> None:
    frank = world.person("frank")
    key = desk.by(desk.made_global(global_admin=True, run_as="frank"))
    assert key.post("groups", {"name": "crew"}).status_code == 201
    for who in ("frank", "Frank", frank.id):
        assert [row["action"] for row in desk.root.pages("audit", run_as=who)] == ["group:create"]
    assert desk.root.pages("audit", run_as="root") == []
    answer = desk.root.get("audit", params={"run_as": "nobody.such"})
    assert (problem(answer), list(faults(answer))) == ((400, "unknown-principal"), ["run_as"])


def test_whom_something_was_done_for_may_be_a_key(desk: KeyDesk, world: World) -> None:
    first = desk.made_global(name="night loader")
    assert desk.root.pages("audit", on_behalf_of="night loader") == []
    second = desk.made_global(name="night loader")
    answer = desk.root.get("audit", params={"on_behalf_of": "night loader"})
    assert problem(answer) == (400, "ambiguous-principal")
    said = faults(answer)["on_behalf_of"]
    assert first["id"] in said
    assert second["id"] in said
    assert desk.root.pages("audit", on_behalf_of=first["id"]) == []
    # Whose the keys are not, and who is no administrator, does not learn that there are any.
    eve = desk.api.session(world.person("eve"))
    assert problem(eve.get("audit", params={"on_behalf_of": "night loader"})) == (400, "unknown-principal")


def test_keys_of_everybody_are_listed_by_the_name_of_their_owner(desk: KeyDesk, world: World) -> None:
    ann = world.person("ann")
    world.key(ann, "anns")
    for who in ("ann", ann.id):
        assert [one["name"] for one in desk.root.pages("admin/keys/all", owner=who)] == ["anns"]
    answer = desk.root.get("admin/keys/all", params={"owner": "nobody.such"})
    assert (problem(answer), list(faults(answer))) == ((400, "unknown-principal"), ["owner"])
