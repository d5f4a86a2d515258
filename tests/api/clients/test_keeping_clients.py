"""Client applications and their groups: made by administrators, listed, changed, deleted."""

from typing import Any

import pytest
from calling import problem
from client_desk import ClientDesk, hosting
from stores import on_one_engine


def _fields(answer: Any) -> set[str]:
    assert answer.status_code == 400, answer.text
    return {one["field"] for one in answer.json()["errors"]}


def test_an_administrator_makes_one_whose_owner_keeps_it(desk: ClientDesk) -> None:
    made = desk.made(scenario="Loads orders at night")
    assert len(made["app_key"]) == 24
    assert desk.texts(made["app_key"]) == {made["app_secret"]}
    seen = desk["ada"].get(f"clients/{made['id']}").json()
    assert (seen["your_role"], seen["scenario"], seen["app_secret"]) == (
        "owner",
        "Loads orders at night",
        None,
    )
    assert [one["username"] for one in seen["owners"]] == ["ada"]
    assert (seen["apis"], seen["data_sources"], seen["group"]["name"]) == (0, 0, "Partners")
    assert desk["ada"].pages("clients") == [seen]
    assert desk.root.pages("clients") == [], "what an administrator may see is not theirs"


def test_nobody_else_makes_one_directly_and_no_key_does(desk: ClientDesk) -> None:
    assert problem(desk.make(desk["ada"]))[0] == 403
    assert problem(desk.make(desk["eve"]))[0] == 403
    key = desk.root.post("keys", {"name": "ci"}).json()["key"]
    answer = desk.api.nobody.post(
        "clients", {"name": "Loader", "group": "Partners", "owners": ["ada"]},
        headers={"authorization": f"Key {key}"},
    )  # fmt: skip
    assert problem(answer) == (403, "session-required")


@on_one_engine
@pytest.mark.parametrize("name", ["Load", "数据订单", "订load_26", "A" * 26, "订" * 26])
def test_a_name_at_the_edge_of_the_rule_is_taken(desk: ClientDesk, name: str) -> None:
    assert desk.made(name=name)["name"] == name


@on_one_engine
@pytest.mark.parametrize(
    "name", ["abc", "A" * 27, "1abc", "_abc", "a-bcd", "ab cd", "äbcd", "订单数", "abcd\n"]
)
def test_a_name_beyond_the_rule_is_refused(desk: ClientDesk, name: str) -> None:
    assert _fields(desk.make(name=name)) == {"name"}


def test_names_are_unique_in_a_group_and_free_in_another(desk: ClientDesk) -> None:
    desk.made()
    assert problem(desk.make(name="LOADER")) == (409, "client-name-taken")
    desk.root.post("client-groups", {"name": "Others"})
    other = desk.made(group="Others")
    assert problem(desk.root.patch(f"clients/{other['id']}", {"group": "Partners"}))[0] == 409


def test_an_owner_moves_an_application_into_no_group_that_others_approve(desk: ClientDesk) -> None:
    made = desk.made()
    desk.root.post("client-groups", {"name": "Strict"})
    here = f"clients/{made['id']}"
    assert problem(desk["ada"].patch(here, {"group": "Strict"})) == (403, "not-approver")
    assert desk["ada"].patch(here, {"group": "Partners", "scenario": "Stays"}).status_code == 200
    assert desk.root.patch(here, {"group": "Strict"}).json()["group"]["name"] == "Strict"


def test_no_key_lets_anybody_in(desk: ClientDesk) -> None:
    made = desk.made()
    key = desk.api.by_key(desk.people["ada"])
    here = f"clients/{made['id']}"
    assert problem(key.patch(here, {"owners": ["ada", "eve"]})) == (403, "session-required")
    body = {"users": ["ann"], "validity": "permanent"}
    assert problem(key.post(f"{here}/members", body)) == (403, "session-required")
    assert key.patch(here, {"scenario": "By a program"}).status_code == 200


def test_a_scenario_has_at_most_128_characters(desk: ClientDesk) -> None:
    assert desk.made(scenario="订" * 128)["scenario"] == "订" * 128
    assert _fields(desk.make(name="Other", scenario="x" * 129)) == {"scenario"}


def test_owners_are_publishers_or_above(desk: ClientDesk) -> None:
    assert len(desk.made(owners=["ada", "eve", "root"])["owners"]) == 3
    assert problem(desk.make(name="Other", owners=["ada", "ann"])) == (400, "owner-must-publish")
    assert _fields(desk.make(name="Other", owners=[])) == {"owners"}
    assert _fields(desk.make(name="Other", owners=["nobody"])) == {"owners"}


@on_one_engine
@pytest.mark.parametrize("length", [8, 127])
def test_a_custom_key_at_the_edge_of_the_rule_is_taken(desk: ClientDesk, length: int) -> None:
    made = desk.made(app_key="k-_9" + "K" * (length - 4), app_secret="s" * length)
    assert (made["app_key"], made["app_secret"]) == ("k-_9" + "K" * (length - 4), "s" * length)
    [secret] = desk["ada"].pages(f"clients/{made['id']}/secrets")
    assert (secret["custom"], secret["weak"], secret["active"]) == (True, length < 20, True)


@on_one_engine
@pytest.mark.parametrize("bad", ["k" * 7, "k" * 128, "has space", "schlüssel", "semi;colon", "12345678\n"])
def test_a_custom_key_beyond_the_rule_is_refused(desk: ClientDesk, bad: str) -> None:
    assert _fields(desk.make(app_key=bad, app_secret="s" * 8)) == {"app_key"}
    assert _fields(desk.make(app_key="k" * 8, app_secret=bad)) == {"app_secret"}
    assert _fields(desk.make(app_key="k" * 8)) == {"app_secret"}


def test_an_app_key_is_never_given_out_again(desk: ClientDesk) -> None:
    made = desk.made(app_key="partner-key", app_secret="a secret-".replace(" ", "-") * 2)
    custom = {"app_key": "partner-key", "app_secret": "s" * 20}
    assert problem(desk.make(name="Other", **custom)) == (409, "app-key-taken")
    assert desk["ada"].delete(f"clients/{made['id']}").json()["revoked"] is True
    assert desk.signing("partner-key") is None
    assert problem(desk.make(name="Other", **custom)) == (409, "app-key-taken")
    assert problem(desk["ada"].get(f"clients/{made['id']}"))[0] == 404
    assert desk.made()["name"] == "Loader", "the name is free again"


def test_who_has_not_joined_sees_four_facts_and_of_the_unlisted_nothing(desk: ClientDesk) -> None:
    made = desk.made()
    [seen] = desk["ann"].pages("clients", scope="not_joined")
    assert {name for name, value in seen.items() if value is not None} == {
        "id", "name", "app_key", "group", "owners", "created_at", "updated_at",
    }  # fmt: skip
    assert desk["ann"].pages("clients") == []
    assert desk["ada"].pages("clients", scope="not_joined") == []
    assert problem(desk["ann"].get(f"clients/{made['id']}/secrets"))[0] == 403
    assert desk["ada"].patch(f"clients/{made['id']}", {"listed": False}).json()["listed"] is False
    assert desk["ann"].pages("clients", scope="not_joined") == []
    assert problem(desk["ann"].get(f"clients/{made['id']}"))[0] == 404


def test_lists_are_searched_by_name_or_key_and_filtered_by_group(desk: ClientDesk) -> None:
    desk.root.post("client-groups", {"name": "Others"})
    first, second = desk.made(), desk.made(name="Reporter", group="Others")
    assert [one["name"] for one in desk["ada"].pages("clients", q="port")] == ["Reporter"]
    assert [one["id"] for one in desk["ada"].pages("clients", q=first["app_key"][3:12])] == [first["id"]]
    assert [one["id"] for one in desk["ada"].pages("clients", group="Others")] == [second["id"]]
    found = desk["ada"].get("clients", params={"limit": 1}).json()
    assert found["items"][0]["id"] == second["id"]
    rest = desk["ada"].get("clients", params={"limit": 1, "cursor": found["next"]}).json()
    assert [one["id"] for one in rest["items"]] == [first["id"]]
    assert _fields(desk["ada"].get("clients", params={"scope": "theirs"})) == {"scope"}
    assert _fields(desk["ada"].get("clients", params={"group": "None"})) == {"group"}


def test_owners_are_replaced_but_nobody_ends_their_own_ownership(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    assert problem(desk["ada"].patch(here, {"owners": ["eve"]}))[0] in (403, 409)
    both = desk["ada"].patch(here, {"owners": ["ada", "eve"]})
    assert [one["username"] for one in both.json()["owners"]] == ["ada", "eve"]
    assert [one["username"] for one in desk["eve"].patch(here, {"owners": ["eve"]}).json()["owners"]] == [
        "eve"
    ]
    assert problem(desk["ada"].patch(here, {"scenario": "mine"}))[0] == 403
    assert desk["eve"].patch(here, {"name": "Renamed"}).json()["name"] == "Renamed"


def test_a_hosted_application_gets_an_app_key_and_loses_it(desk: ClientDesk) -> None:
    hosted = hosting(desk)
    made = desk.made(app=hosted.app["id"], owners=[])
    assert (made["id"], made["hosted"], made["listed"]) == (hosted.app["id"], True, False)
    assert problem(desk.make(name="Again", app=hosted.app["id"], owners=[])) == (409, "already-client")
    assert hosted.owns.delete(f"clients/{made['id']}").status_code == 200
    assert hosted.owns.get(f"apps/{made['id']}").status_code == 200
    again = desk.made(app=hosted.app["id"], owners=[])
    assert again["app_key"] != made["app_key"]
    assert hosted.owns.delete(f"apps/{made['id']}").status_code == 200
    assert desk.signing(again["app_key"]) is None


def test_groups_are_kept_by_administrators(desk: ClientDesk) -> None:
    assert desk.group["approvers"] == ["eve"]
    assert [one["name"] for one in desk["ann"].pages("client-groups", q="part")] == ["Partners"]
    assert problem(desk["eve"].post("client-groups", {"name": "Mine"}))[0] == 403
    here = f"client-groups/{desk.group['id']}"
    assert problem(desk["eve"].patch(here, {"name": "Mine"}))[0] == 403
    changed = desk.root.patch(here, {"name": "Friends", "approvers": ["ada"]}).json()
    assert (changed["name"], changed["approvers"]) == ("Friends", ["ada"])
    assert problem(desk.root.post("client-groups", {"name": "friends"})) == (409, "client-group-taken")
    desk.made(group="Friends")
    assert problem(desk.root.delete("client-groups/Friends")) == (409, "client-group-in-use")
    desk.root.post("client-groups", {"name": "Empty"})
    assert desk.root.delete("client-groups/Empty").json()["revoked"] is True
    assert problem(desk["ann"].get("client-groups/Empty"))[0] == 404


def test_what_came_with_the_app_key_goes_with_it(desk: ClientDesk) -> None:
    hosted = hosting(desk)
    desk.made(app=hosted.app["id"], owners=[], listed=True)
    here = f"clients/{hosted.app['id']}"
    let_in = desk.root.post(f"{here}/members", {"users": ["ann"], "validity": "permanent"})
    assert let_in.status_code == 201, let_in.text
    assert desk["ann"].get(f"apps/{hosted.app['id']}").status_code == 200
    assert desk["bob"].get(f"apps/{hosted.app['id']}").status_code == 200, "it is listed"

    assert desk.root.delete(here).status_code == 200
    assert desk["ann"].get(f"apps/{hosted.app['id']}").status_code == 404
    assert desk["bob"].get(f"apps/{hosted.app['id']}").status_code == 404
