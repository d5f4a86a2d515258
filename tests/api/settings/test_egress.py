"""The administrators' list of private places, by API."""

import pytest
from calling import Api, Caller, problem
from world import World


@pytest.fixture
def root(api: Api, world: World) -> Caller:
    return api.session(world.person("root", "administrator"))


@pytest.fixture
def ada(api: Api, world: World) -> Caller:
    return api.session(world.person("ada", "publisher"))


def test_the_list_is_kept_in_one_way_of_writing(root: Caller) -> None:
    assert root.get("settings").json()["egress"] == {"allow": []}
    wanted = {"egress": {"allow": ["DB.internal.", "10.1.0.0/16", "127.0.0.1:5432", "db.internal"]}}
    after = root.patch("settings", wanted).json()["egress"]
    assert after == {"allow": ["db.internal", "10.1.0.0/16", "127.0.0.1:5432"]}
    assert root.patch("settings", {"policies": {}}).json()["egress"] == after


def test_an_entry_that_is_none_changes_nothing(root: Caller) -> None:
    refused = root.patch("settings", {"egress": {"allow": ["10.1.0.0/16", "127.0.0.0/8"]}})
    assert problem(refused) == (400, "egress-invalid")
    assert refused.json()["errors"][0]["field"] == "egress.allow[1]"
    assert root.get("settings").json()["egress"] == {"allow": []}


def test_only_administrators_change_the_list(ada: Caller) -> None:
    assert problem(ada.patch("settings", {"egress": {"allow": ["10.1.0.0/16"]}})) == (403, "denied")
