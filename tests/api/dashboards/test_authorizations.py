"""Authorized objects: seen as their authorizer may, live, and held to the rules of granting."""

import pytest
from calling import problem
from dashboard_desk import TABLE, DashboardDesk

from gatepost_server.authz import policy


def test_viewers_see_an_authorized_dataset_as_its_authorizer_may(desk: DashboardDesk) -> None:
    desk.made(TABLE)
    viewer = desk.holder("READ_DASHBOARDS")
    assert desk.seen(viewer)[0]["state"] == "hidden"
    manager = desk.authorizer()
    answer = desk.authorize("orders", who=desk.api.session(manager))
    assert [(one["name"], one["is_effective"]) for one in answer.json()["objects"]] == [("orders", True)]
    seen = desk.seen(viewer)[0]
    assert (seen["state"], len(seen["content"]["rows"]), seen["by"]) == ("shown", 3, manager.username)
    assert problem(viewer.get("projects/P/datasets/orders/data")) == (404, "not-found")
    assert desk.authorize().json() == {"objects": []}
    assert desk.seen(viewer)[0]["state"] == "hidden"


def test_authorizing_takes_both_rights_now(desk: DashboardDesk) -> None:
    refused = desk.authorize("orders", who=desk.holder("WRITE_CONF READ_DATA MODERATE_DASHBOARDS"))
    assert (problem(refused), refused.json()["missing"]) == (
        (403, "denied"),
        "MANAGE_DASHBOARD_AUTHORIZATIONS",
    )
    blind = desk.api.session(desk.authorizer("READ_SCHEMA"))
    refused = desk.authorize("orders", who=blind)
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "READ_DATA")
    stranger = desk.api.session(desk.authorizer(""))
    assert problem(desk.authorize("orders", who=stranger)) == (404, "not-found")
    assert desk.owner.get("projects/P/dashboard-authorizations").json() == {"objects": []}
    desk.authorize("orders")
    assert problem(desk.authorize("orders", who=blind))[0] == 403
    assert desk.authorize(who=blind).json() == {"objects": []}
    assert problem(desk.holder("READ_CONF").get("projects/P/dashboard-authorizations"))[0] == 403


def test_when_the_authorizer_loses_it_the_tile_says_so(desk: DashboardDesk) -> None:
    desk.made(TABLE)
    manager = desk.authorizer()
    desk.authorize("orders", who=desk.api.session(manager))
    viewer, reader = desk.holder("READ_DASHBOARDS"), desk.holder("READ_DASHBOARDS READ_DATA")
    desk.strip(manager)
    seen = desk.seen(viewer)[0]
    assert (seen["state"], seen["content"], seen["by"]) == ("lost", None, manager.username)
    assert manager.username in seen["reason"]
    assert desk.seen(reader)[0] | {"by": None, "state": "shown"} == desk.seen(reader)[0]
    objects = desk.owner.get("projects/P/dashboard-authorizations").json()["objects"]
    assert [one["is_effective"] for one in objects] == [False]
    again = desk.authorize("orders").json()["objects"]
    assert [(one["by"]["id"], one["is_effective"]) for one in again] == [(desk.ada.id, True)]
    assert desk.seen(viewer)[0]["state"] == "shown"


def test_a_list_that_is_sent_again_changes_no_authorizer(desk: DashboardDesk) -> None:
    desk.filled(name="more")
    manager = desk.authorizer()
    desk.authorize("orders", who=desk.api.session(manager))
    found = desk.authorize("more", "ORDERS", "orders").json()["objects"]
    assert [(one["name"], one["by"]["id"]) for one in found] == [
        ("more", desk.ada.id),
        ("orders", manager.id),
    ]


def test_row_rules_count_as_of_the_authorizer(desk: DashboardDesk) -> None:
    desk.owner.patch("projects/P/datasets/orders", {"impersonate": True})
    manager = desk.authorizer()
    rule = {"column": "name", "values": ["bob"], "who": {"type": "user", "name": manager.username}}
    answer = desk.owner.call("PUT", "projects/P/datasets/orders/rules", json={"rules": [rule]})
    assert answer.status_code == 200, answer.text
    desk.made(TABLE)
    viewer = desk.holder("READ_DASHBOARDS READ_DATA")
    assert desk.seen(viewer)[0]["content"]["rows"] == []
    desk.authorize("orders", who=desk.api.session(manager))
    assert [row[1] for row in desk.seen(viewer)[0]["content"]["rows"]] == ["bob"]
    desk.authorize()
    desk.authorize("orders")
    assert len(desk.seen(viewer)[0]["content"]["rows"]) == 3


@pytest.mark.parametrize("deed", ["disable", "delete", "demote"])
def test_a_key_that_authorized_counts_while_it_would_be_let_in(desk: DashboardDesk, deed: str) -> None:
    desk.made(TABLE)
    sponsor = desk.person()
    desk.world.grant(desk.project_id, sponsor.id, policy.mask("ADMIN"))
    maker = desk.api.session(sponsor)
    body = {"name": "robot", "permissions": ["MANAGE_DASHBOARD_AUTHORIZATIONS"],
            "datasets": {"orders": ["READ_DATA"]}}  # fmt: skip
    made = maker.post("projects/P/keys", body)
    assert made.status_code == 201, made.text
    robot = desk.by_secret(made.json()["key"])
    assert desk.authorize("orders", who=robot).status_code == 200
    viewer = desk.holder("READ_DASHBOARDS")
    assert (desk.seen(viewer)[0]["state"], desk.seen(viewer)[0]["by"]) == ("shown", "robot")
    if deed == "disable":
        maker.patch(f"projects/P/keys/{made.json()['id']}", {"is_enabled": False})
    elif deed == "delete":
        maker.delete(f"projects/P/keys/{made.json()['id']}")
    else:
        desk.strip(sponsor)
    assert (desk.seen(viewer)[0]["state"], desk.seen(viewer)[0]["by"]) == ("lost", "robot")


def test_only_datasets_can_be_authorized(desk: DashboardDesk) -> None:
    body = {"objects": [{"type": "app", "name": "x"}]}
    answer = desk.owner.call("PUT", "projects/P/dashboard-authorizations", json=body)
    assert problem(answer)[0] == 400
    assert problem(desk.authorize("nothing")) == (404, "not-found")


def test_the_trail_names_what_was_authorized(desk: DashboardDesk) -> None:
    desk.authorize("orders")
    told = desk.owner.pages("projects/P/timeline")
    assert (told[0]["action"], told[0]["actor"]["id"]) == ("project:authorize", desk.ada.id)
