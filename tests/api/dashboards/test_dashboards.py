"""Dashboards made, changed, deleted; each with its refused twin."""

from typing import Any

import pytest
from calling import faults, problem
from dashboard_desk import CHART, TABLE, TEXT, DashboardDesk


def test_whoever_makes_a_dashboard_owns_it(desk: DashboardDesk) -> None:
    maker = desk.holder("WRITE_DASHBOARDS")
    made = desk.dashboard(TEXT, who=maker)
    assert made.status_code == 201, made.text
    assert [one["type"] for one in made.json()["tiles"]] == ["text"]
    assert maker.patch("projects/P/dashboards/sales", {"name": "Revenue"}).json()["name"] == "Revenue"
    assert maker.delete("projects/P/dashboards/Revenue").status_code == 204
    refused = desk.dashboard(TEXT, who=desk.holder("READ_CONF READ_DASHBOARDS"))
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "WRITE_DASHBOARDS")


def test_a_dashboard_is_edited_by_its_moderators_and_by_no_viewer(desk: DashboardDesk) -> None:
    desk.made(TEXT)
    assert desk.holder("MODERATE_DASHBOARDS").patch("projects/P/dashboards/sales", {"tiles": []}).json() | {
        "updated_at": None
    } == desk.owner.get("projects/P/dashboards/sales").json() | {"updated_at": None}
    refused = desk.holder("READ_DASHBOARDS").patch("projects/P/dashboards/sales", {"tiles": []})
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "EDIT")
    refused = desk.holder("WRITE_DASHBOARDS").delete("projects/P/dashboards/sales")
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "DELETE")
    assert problem(desk.holder().get("projects/P/dashboards/sales/view")) == (404, "not-found")


def test_who_may_see_a_dashboard_does_not_read_how_it_is_made(desk: DashboardDesk) -> None:
    desk.made(TABLE)
    viewer = desk.holder("READ_DASHBOARDS")
    assert viewer.get("projects/P/dashboards/sales").json()["tiles"] is None
    assert [one["name"] for one in viewer.pages("projects/P/dashboards")] == ["sales"]
    told = desk.holder("READ_CONF").get("projects/P/dashboards/sales").json()["tiles"]
    assert [one["dataset"] for one in told] == ["orders"]
    assert desk.holder("READ_SCHEMA").pages("projects/P/dashboards") == []


def test_who_edits_a_dashboard_needs_not_use_it(desk: DashboardDesk) -> None:
    found = desk.made(TEXT)
    editor = desk.holder("EDIT", on=found["id"])
    assert editor.patch("projects/P/dashboards/sales", {"name": "x"}).status_code == 200
    refused = editor.get("projects/P/dashboards/x/view")
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "USE")


def test_a_tile_is_about_what_its_editor_may_know_of(desk: DashboardDesk) -> None:
    stranger = desk.holder("WRITE_DASHBOARDS")
    assert problem(desk.dashboard(TABLE, who=stranger)) == (404, "not-found")
    assert desk.dashboard({**TABLE, "dataset": "nothing"}).status_code == 404
    kept = desk.made(TABLE)
    editor = desk.holder("MODERATE_DASHBOARDS", on=desk.project_id)
    body = {"tiles": [*kept["tiles"], TEXT]}
    assert len(editor.patch("projects/P/dashboards/sales", body).json()["updated_at"]) > 0
    refused = editor.patch("projects/P/dashboards/sales", {"tiles": [{**kept["tiles"][0], "limit": 3}]})
    assert problem(refused) == (404, "not-found")
    assert len(desk.owner.get("projects/P/dashboards/sales").json()["tiles"]) == 2


def test_names_are_taken_once_whatever_their_case(desk: DashboardDesk) -> None:
    desk.made()
    desk.made(name="other")
    assert problem(desk.dashboard(name="Sales")) == (409, "dashboard-exists")
    taken = desk.owner.patch("projects/P/dashboards/other", {"name": "SALES"})
    assert problem(taken) == (409, "dashboard-exists")
    assert desk.owner.patch("projects/P/dashboards/other", {"name": "Other"}).status_code == 200


@pytest.mark.parametrize(
    ("tile", "fault"),
    [
        ({"type": "film"}, "tiles.0.type"),
        ({}, "tiles.0.type"),
        ({**TABLE, "title": "x" * 201}, "tiles.0.title"),
        ({**TABLE, "title": 7}, "tiles.0.title"),
        ({**TABLE, "width": "wide"}, "tiles.0.width"),
        ({**TABLE, "width": ["half"]}, "tiles.0.width"),
        ({**TABLE, "verifier": "x"}, "tiles.0.verifier"),
        ({"type": "table"}, "tiles.0.dataset"),
        ({**TABLE, "dataset": ""}, "tiles.0.dataset"),
        ({**TABLE, "columns": []}, "tiles.0.columns"),
        ({**TABLE, "columns": "id"}, "tiles.0.columns"),
        ({**TABLE, "limit": 0}, "tiles.0.limit"),
        ({**TABLE, "limit": True}, "tiles.0.limit"),
        ({**TABLE, "limit": 501}, "tiles.0.limit"),
        ({**CHART, "kind": "spider"}, "tiles.0.kind"),
        ({**CHART, "kind": {}}, "tiles.0.kind"),
        ({**CHART, "aggregate": "median(x)"}, "tiles.0.aggregate"),
        ({**CHART, "y": None}, "tiles.0.y"),
        ({**CHART, "kind": "pie", "aggregate": "none"}, "tiles.0.aggregate"),
        ({"type": "text"}, "tiles.0.text"),
        ({"type": "text", "text": "x" * 20_001}, "tiles.0.text"),
        ({"type": "app"}, "tiles.0.app"),
        ({"type": "app", "app": "1", "show": "loud"}, "tiles.0.show"),
        ({"type": "app", "app": "1", "as": "owner"}, "tiles.0.as"),
    ],
)
def test_a_tile_that_cannot_be_used_is_named(desk: DashboardDesk, tile: dict[str, Any], fault: str) -> None:
    answer = desk.dashboard(tile)
    assert problem(answer)[0] == 400
    assert fault in faults(answer)
    assert desk.owner.pages("projects/P/dashboards") == []


def test_more_tiles_than_a_page_holds_are_refused(desk: DashboardDesk) -> None:
    assert desk.dashboard(*[TEXT] * 41).status_code == 400
    assert desk.dashboard(*[TEXT] * 40).status_code == 201


def test_a_tile_keeps_its_id_and_takes_none_that_is_not_one(desk: DashboardDesk) -> None:
    made = desk.made(TEXT, {**TEXT, "id": "../etc"})
    first, second = (one["id"] for one in made["tiles"])
    assert first != second
    assert all(one.startswith("til_") for one in (first, second))
    body = {"tiles": [made["tiles"][1], made["tiles"][0], made["tiles"][0]]}
    after = desk.owner.patch("projects/P/dashboards/sales", body).json()["tiles"]
    assert [one["id"] for one in after[:2]] == [second, first]
    assert after[2]["id"] not in (first, second)


def test_dashboards_are_shared_like_other_items(desk: DashboardDesk) -> None:
    found = desk.made(TEXT)
    bob = desk.world.person("bob", "publisher")
    body = {"to": {"type": "user", "name": "bob"}, "role": "consumer"}
    given = desk.owner.post(f"dashboards/{found['id']}/grants", body)
    assert given.status_code == 201, given.text
    caller = desk.api.session(bob)
    assert [one["state"] for one in desk.seen(caller)] == ["shown"]
    refused = caller.post(f"dashboards/{found['id']}/grants", body)
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "SHARE")
    desk.owner.delete(f"dashboards/{found['id']}/grants/{given.json()['id']}")
    assert problem(caller.get("projects/P/dashboards/sales/view")) == (404, "not-found")


def test_dashboards_go_with_their_project(desk: DashboardDesk) -> None:
    desk.made(TABLE)
    desk.authorize("orders")
    assert desk.owner.delete("projects/P").json()["revoked"] is True
    assert problem(desk.owner.get("projects/P/dashboards/sales")) == (404, "not-found")
