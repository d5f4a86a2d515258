"""Global variables: set by administrators, handed to every application that starts."""

from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from stores import on_one_engine
from world import Person, World

from gatepost_server import instance


@pytest.fixture
def boss(world: World) -> Person:
    return world.person("root", "administrator")


@pytest.fixture
def root(api: Api, boss: Person) -> Caller:
    return api.session(boss)


def _set(caller: Caller, name: str, value: Any) -> Any:
    return caller.call("PUT", f"variables/{name}", json={"value": value})


def test_a_variable_is_set_read_replaced_and_taken_away(api: Api, root: Caller, boss: Person) -> None:
    for caller, value in ((root, "eu"), (api.by_key(boss), {"regions": ["eu", "us"], "limit": 5})):
        said = _set(caller, "region", value).json()
        assert (said["name"], said["value"], said["by"]) == ("region", value, "Root")
        assert caller.get("variables/region").json()["value"] == value
    assert [row["name"] for row in root.get("variables").json()["items"]] == ["region"]
    assert root.delete("variables/region").status_code == 204
    assert problem(root.get("variables/region")) == (404, "unknown-variable")
    assert problem(root.delete("variables/region")) == (404, "unknown-variable")
    trail = [row for row in root.pages("audit") if row["decision"] == "allowed"]
    done = [row["action"] for row in trail if row["action"].startswith("variable:")]
    assert sorted(done) == ["variable:remove", "variable:set", "variable:set"]


@on_one_engine
@pytest.mark.parametrize("name", ["1x", "a-b", "a b", "x" * 65, "a.b", "ä", "a%00"])
def test_a_name_that_cannot_be_used(root: Caller, name: str) -> None:
    assert list(faults(_set(root, name, 1))) == ["name"]
    assert root.get("variables").json()["items"] == []


@on_one_engine
def test_all_together_stay_below_what_an_environment_holds(root: Caller) -> None:
    assert _set(root, "a", "x" * 60_000).status_code == 200
    assert list(faults(_set(root, "b", "x" * 6_000))) == ["value"]
    assert _set(root, "a", "short").status_code == 200
    assert _set(root, "b", "x" * 6_000).status_code == 200
    assert root.call("PUT", "variables/c", json={}).status_code == 400


@pytest.mark.parametrize("role", ["viewer", "publisher"])
def test_others_may_none_of_this(api: Api, world: World, root: Caller, role: str) -> None:
    _set(root, "region", "eu")
    ada = api.session(world.person("ada", role))
    for answer in (
        ada.get("variables"), ada.get("variables/region"), ada.get("variables/absent"),
        _set(ada, "region", "us"), ada.delete("variables/region"),
    ):  # fmt: skip
        assert (problem(answer), answer.json()["missing"]) == ((403, "denied"), "GLOBAL_ADMIN")


def test_what_runs_for_anybody_reads_them(world: World, root: Caller) -> None:
    _set(root, "region", "eu")
    with world.read(world.person("ada", "publisher")) as tx:
        assert instance.variables(tx) == {"region": "eu"}
