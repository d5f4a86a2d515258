"""GET audit: everybody's for administrators, one's own for everybody; filters and pages."""

import pytest
from calling import Api, problem
from world import World


def test_one_sees_ones_own_and_administrators_all(api: Api, world: World) -> None:
    ada, bob = api.session(world.person("ada")), api.session(world.person("bob"))
    root = api.session(world.person("root", "administrator"))
    for caller in (ada, bob):
        caller.post("keys", {"name": "ci"})
    assert {row["actor"]["name"] for row in ada.pages("audit")} == {"ada"}
    assert {"ada", "bob"} <= {row["actor"]["name"] for row in root.pages("audit")}
    assert ada.pages("audit", actor="bob") == []


def test_a_keys_deeds_are_its_persons_through_it(api: Api, world: World) -> None:
    key, ada = api.by_key(world.person("root", "administrator")), world.person("ada")
    key.patch(f"users/{ada.id}", {"role": "publisher"})
    [row] = key.pages("audit", action="user:role")
    assert (row["actor"]["kind"], row["actor"]["name"]) == ("user", "root")
    assert row["via_key_id"].startswith("key_")
    assert row["changes"] == {"before": {"role": "viewer"}, "after": {"role": "publisher"}}


def test_bad_keys_are_gathered_with_their_reason(api: Api, world: World) -> None:
    for _ in range(3):
        api.nobody.get("me", headers={"authorization": "Key gpp_" + "0" * 48})
    rows = api.session(world.person("root", "administrator")).pages("audit", decision="denied")
    assert [(row["reason"], row["count"], row["actor"]["kind"]) for row in rows] == [
        ("malformed key", 3, "anonymous")
    ]


@pytest.mark.parametrize(
    "query",
    ["since=yesterday", "since=2027-01-01", "until=2027-01-01T00:00:00", "since=0001-01-01T00:00:00%2B12:00",
     "since=9999-12-31T23:59:59-12:00"],
)  # fmt: skip
def test_a_moment_that_is_none_is_refused(api: Api, world: World, query: str) -> None:
    assert api.session(world.person("ada")).get(f"audit?{query}").status_code == 400


def test_moments_are_half_open(api: Api, world: World) -> None:
    root = api.session(world.person("root", "administrator"))
    root.post("keys", {"name": "ci"})
    for query, found in (("since=2027-01-04T09:00:00Z", 1), ("until=2027-01-04T09:00:00Z", 0)):
        assert len(root.get(f"audit?action=key:create&{query}").json()["items"]) == found


def test_nobody_reads_nothing(api: Api) -> None:
    assert problem(api.nobody.get("audit")) == (401, "unauthenticated")
