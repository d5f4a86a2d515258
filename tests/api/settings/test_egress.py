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


def test_an_entry_says_who_let_it_and_goes_again(root: Caller) -> None:
    made = root.post("egress", {"entry": "DB.internal.", "note": "the  warehouse"})
    assert made.status_code == 201
    one = made.json()
    assert (one["entry"], one["note"], one["by"]) == ("db.internal", "the warehouse", "Root")
    assert problem(root.post("egress", {"entry": "db.internal"})) == (409, "egress-listed")
    refused = root.post("egress", {"entry": "127.0.0.1"})
    assert problem(refused) == (400, "egress-invalid")
    assert [fault["field"] for fault in refused.json()["errors"]] == ["entry"]
    kept = root.patch("settings", {"egress": {"allow": ["10.1.0.0/16", "db.internal"]}}).json()
    assert kept["egress"] == {"allow": ["db.internal", "10.1.0.0/16"]}
    listed = root.get("egress").json()["items"]
    assert [(row["entry"], row["note"]) for row in listed] == [
        ("db.internal", "the warehouse"), ("10.1.0.0/16", "")
    ]  # fmt: skip
    assert root.delete(f"egress/{one['id']}").status_code == 204
    assert problem(root.delete(f"egress/{one['id']}")) == (404, "unknown-egress-entry")
    said = [(row["action"], row["resource"]["name"]) for row in root.get("audit").json()["items"]]
    assert said.count(("egress:add", "db.internal")) == said.count(("egress:remove", "db.internal")) == 1


def test_a_list_that_is_full_takes_no_more(root: Caller) -> None:
    many = [f"10.{number}.0.0/16" for number in range(200)]
    assert root.patch("settings", {"egress": {"allow": many}}).status_code == 200
    assert problem(root.post("egress", {"entry": "db.internal"})) == (400, "egress-invalid")
    assert root.delete(f"egress/{root.get('egress').json()['items'][0]['id']}").status_code == 204
    assert root.post("egress", {"entry": "db.internal"}).status_code == 201


PLACES = [
    ("127.0.0.1", 5432, True, "listed", "127.0.0.1:5432"),
    ("127.0.0.1", 5433, False, "loopback", None),
    ("[::1]", 5432, False, "loopback", None),
    ("10.1.2.3", 5432, True, "listed", "10.1.0.0/16"),
    ("10.2.2.3", 5432, False, "private", None),
    ("169.254.169.254", 80, False, "metadata", None),
    ("93.184.216.34", 80, True, "public", None),
]


def test_a_place_is_judged_as_the_next_connection_would_be(root: Caller, ada: Caller) -> None:
    for entry in ("127.0.0.1:5432", "10.1.0.0/16"):
        root.post("egress", {"entry": entry})
    for host, port, allowed, rule, entry in PLACES:
        said = root.get("egress/check", params={"host": host, "port": port}).json()
        [address] = said["addresses"]
        assert (said["allowed"], address["allowed"], address["rule"], address["entry"]) == (
            allowed, allowed, rule, entry
        ), host  # fmt: skip
        assert address["says"]
    own = root.get("egress/check", params={"host": "127.0.0.1", "port": 8080}).json()
    assert own["addresses"][0]["rule"] == "listener"
    unknown = root.get("egress/check", params={"host": "no-such-name.invalid", "port": 5432}).json()
    assert (unknown["allowed"], unknown["addresses"]) == (False, [])
    for wrong in ({"host": "http://a", "port": 80}, {"host": "a", "port": 0}, {"host": "", "port": 70000}):
        assert problem(root.get("egress/check", params=wrong)) == (400, "egress-invalid")
    refused = [
        ada.get("egress"), ada.get("egress/check", params={"host": "10.1.2.3", "port": 1}),
        ada.post("egress", {"entry": "10.3.0.0/16"}), ada.delete("egress/egr_" + "0" * 24),
    ]  # fmt: skip
    assert [problem(one) for one in refused] == [(403, "denied")] * 4
