"""A query parameter that a route does not have is refused by name, not passed over."""

import pytest
from calling import Api, Caller, faults, problem
from stores import on_one_engine
from world import World

PAGED = ("keys", "projects", "users", "groups", "apps", "sources", "audit", "jobs")
WHOLE = ("organizations", "sessions")


@pytest.fixture
def root(api: Api, world: World) -> Caller:
    return api.session(world.person("root", "administrator"))


@on_one_engine
@pytest.mark.parametrize("name", [*PAGED, *WHOLE])
def test_a_parameter_that_there_is_not_is_named(root: Caller, name: str) -> None:
    known = "limit=5&" if name in PAGED else ""
    assert root.get(f"{name}?{known}").status_code == 200
    answer = root.get(f"{name}?{known}bogus=1")
    assert problem(answer)[0] == 400
    assert list(faults(answer)) == ["bogus"]


@on_one_engine
def test_parameters_with_another_name_in_the_code_are_known_by_the_public_one(root: Caller) -> None:
    assert root.get("explain?action=app:create&as=root").status_code == 200
    assert list(faults(root.get("explain?action=app:create&who=root"))) == ["who"]


@on_one_engine
def test_what_is_refused_changes_nothing(root: Caller) -> None:
    assert root.post("groups?bogus=1", {"name": "Analysts"}).status_code == 400
    assert root.get("groups?q=Analysts").json()["items"] == []
