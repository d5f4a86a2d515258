"""A project shared by the one door of all shared things, and its permissions as a page of their own."""

from datetime import timedelta
from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from data_desk import DataDesk
from stores import on_one_engine
from world import World

from gatepost_server.authz import policy


@pytest.fixture
def desk(api: Api, world: World) -> DataDesk:
    """Project P of ada's."""
    return DataDesk(api, world)


def give(who: Caller, at: str, name: str, role: str = "viewer", **more: Any) -> Any:
    return who.post(f"projects/{at}/grants", {"to": {"type": "user", "name": name}, "role": role, **more})


def test_a_role_is_given_by_key_or_id_and_is_one_of_the_permissions(desk: DataDesk) -> None:
    bob, eve = desk.world.person("bob", "publisher"), desk.world.person("eve", "publisher")
    made = give(desk.owner, "P", "bob", "contributor").json()
    assert (made["role"], made["to"]["id"], "WRITE_CONF" in made["permissions"]) == (
        "contributor",
        bob.id,
        True,
    )
    assert give(desk.owner, desk.project_id, "eve").status_code == 201
    listed = desk.owner.pages("projects/P/grants")
    assert [(one["to"]["name"], one["role"]) for one in listed] == [
        ("ada", "admin"), ("bob", "contributor"), ("eve", "viewer"),
    ]  # fmt: skip
    said = desk.owner.get("projects/P/permissions").json()["grants"]
    assert [one["id"] for one in said] == [one["id"] for one in listed]
    assert desk.api.session(eve).get("projects/P").status_code == 200
    grant = next(one["id"] for one in listed if one["to"]["id"] == eve.id)
    assert desk.owner.delete(f"projects/{desk.project_id}/grants/{grant}").json()["revoked"] is True
    assert problem(desk.api.session(eve).get("projects/P")) == (404, "not-found")


def test_who_does_not_administer_it_gives_and_takes_nothing(desk: DataDesk) -> None:
    desk.world.person("bob", "publisher")
    first = desk.owner.get("projects/P/grants").json()["items"][0]["id"]
    for caller, code in ((desk.holder("WRITE_CONF OWN"), 403), (desk.holder(), 404)):
        for answer in (
            caller.get("projects/P/grants"),
            give(caller, "P", "bob"),
            give(caller, desk.project_id, "bob"),
            caller.delete(f"projects/P/grants/{first}"),
            caller.post(
                "projects/P/grants/rehearse", {"to": [{"type": "user", "name": "bob"}], "role": "viewer"}
            ),
        ):
            assert answer.status_code == code
    held = {one["to"]["name"] for one in desk.owner.pages("projects/P/grants")}
    assert held == {"ada", "publisher1"}


@on_one_engine
def test_what_cannot_be_given_is_said_and_the_last_administrator_stays(desk: DataDesk) -> None:
    desk.world.person("bob", "publisher"), desk.world.person("guest", "viewer")
    assert set(faults(give(desk.owner, "P", "bob", "consumer"))) == {"role"}
    assert problem(give(desk.owner, "P", "guest", "admin")) == (400, "owner-must-publish")
    past = (desk.world.now - timedelta(days=1)).isoformat()
    assert set(faults(give(desk.owner, "P", "bob", until=past))) == {"until"}
    own = desk.owner.pages("projects/P/grants")[0]["id"]
    assert problem(desk.owner.delete(f"projects/P/grants/{own}")) == (409, "last-owner")
    elsewhere = desk.dataset()
    assert problem(give(desk.owner, elsewhere, "bob")) == (404, "not-found")


def test_a_rehearsal_counts_who_would_come_into_the_project(desk: DataDesk) -> None:
    desk.world.person("bob"), desk.holder("READ_CONF")
    to = [{"type": "user", "name": name} for name in ("bob", "publisher1")]
    said = desk.owner.post("projects/P/grants/rehearse", {"to": to, "role": "viewer"}).json()
    assert (said["gain_entry"], said["have_it_already"], said["names"]) == (1, 1, ["Bob"])
    assert len(desk.owner.pages("projects/P/grants")) == 2


def test_permissions_are_whole_unless_a_page_of_them_is_asked_for(desk: DataDesk) -> None:
    for number in range(5):
        desk.holder("READ_CONF")
        assert number < len(desk.owner.get("projects/P/permissions").json()["grants"])
    first = desk.owner.get("projects/P/permissions", params={"limit": 4, "sort": "-created"}).json()
    rest = desk.owner.get(
        "projects/P/permissions", params={"limit": 4, "sort": "-created", "cursor": first["next"]}
    ).json()
    names = [one["to"]["name"] for one in (*first["grants"], *rest["grants"])]
    assert names == ["publisher5", "publisher4", "publisher3", "publisher2", "publisher1", "ada"]
    assert rest["next"] is None
    found = desk.owner.get("projects/P/permissions", params={"q": "publisher3"}).json()
    assert [one["to"]["name"] for one in found["grants"]] == ["publisher3"]


@on_one_engine
def test_what_is_listed_is_put_back_as_the_list_says_and_changes_nothing(desk: DataDesk) -> None:
    bob, eve = desk.world.person("bob", "publisher"), desk.world.person("eve", "publisher")
    end = desk.world.now + timedelta(minutes=5, microseconds=1)
    assert give(desk.owner, "P", bob.username, until=end.isoformat()).status_code == 201
    desk.world.grant(desk.project_id, eve.id, policy.mask("READ_DATA WRITE_CONF"))
    root = desk.api.session(desk.world.person("root", "administrator"))
    assert root.patch(f"users/{eve.id}", {"is_active": False}).status_code == 200, "her grant stays listed"
    listed = desk.owner.get("projects/P/permissions").json()["grants"]
    told = len(root.pages("audit"))
    back = [
        {"to": {name: one["to"][name] for name in ("type", "name")}, "until": one["until"]}
        | ({"role": one["role"]} if one["role"] else {"permissions": one["permissions"]})
        for one in listed
    ]
    desk.world.store.clock.at = end  # what has ended since stays in the list, too
    answer = desk.owner.call("PUT", "projects/P/permissions", json={"grants": back})
    assert answer.status_code == 200, answer.text
    assert answer.json()["grants"] == listed
    assert len(root.pages("audit")) == told
    unchanged = desk.owner.call("PUT", "projects/P/permissions", json={"grants": listed})
    assert unchanged.status_code == 400, "who says id, by and when is told that nobody can say that"
