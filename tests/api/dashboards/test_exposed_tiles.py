"""Tiles of datasets that another project exposes: put there while exposed, seen by who may read them."""

from typing import Any

import pytest
from calling import problem
from dashboard_desk import CHART, TABLE, DashboardDesk

from gatepost_server.authz import policy

ITEMS = b"id,name,amount\n7,nail,2\n8,screw,3\n"
FOREIGN = {"dataset": "items", "from_project": "STOCK"}
TILES = ({**TABLE, **FOREIGN}, {**CHART, **FOREIGN})


@pytest.fixture
def stock(desk: DashboardDesk) -> str:
    """The project STOCK of somebody else, whose dataset items is exposed to P; the exposure's id."""
    owner = desk.owner
    owner.post("projects", {"key": "STOCK", "name": "Stock"})
    sent = {"content-type": "text/csv"}
    owner.call("PUT", "projects/STOCK/datasets/items/data", content=ITEMS, headers=sent)
    made = owner.post("projects/STOCK/exposed", {"dataset": "items", "to_project": "P"})
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found


def states(tiles: list[dict[str, Any]]) -> list[str]:
    """Return what became of each tile."""
    return [one["state"] for one in tiles]


def test_who_reads_the_projects_own_datasets_sees_exposed_ones(desk: DashboardDesk, stock: str) -> None:
    made = desk.made(*TILES)
    assert [one["from_project"] for one in made["tiles"]] == ["STOCK", "STOCK"]
    table, chart = desk.seen(desk.holder("READ_DASHBOARDS READ_DATA"))
    assert [row[:2] for row in table["content"]["rows"]] == [[7, "nail"], [8, "screw"]]
    assert chart["content"]["points"] == [["nail", 2], ["screw", 3]]


def test_who_may_not_read_them_sees_that(desk: DashboardDesk, stock: str) -> None:
    desk.made(*TILES)
    tiles = desk.seen(desk.holder("READ_DASHBOARDS"))
    assert (states(tiles), tiles[0]["content"]) == (["hidden", "hidden"], None)
    assert tiles[0]["reason"] == "You may not see this tile's data."


def test_the_end_of_the_exposure_ends_what_came_over_it(desk: DashboardDesk, stock: str) -> None:
    desk.made(*TILES)
    reader = desk.holder("READ_DASHBOARDS READ_DATA")
    assert desk.owner.delete(f"projects/STOCK/exposed/{stock}").is_success
    assert states(desk.seen(reader)) == ["hidden", "hidden"]
    assert states(desk.seen()) == ["shown", "shown"], (
        "the owner of STOCK reads its rows by a right of their own"
    )


def test_a_tile_of_what_is_not_exposed_is_refused(desk: DashboardDesk, stock: str) -> None:
    owner = desk.owner
    owner.delete(f"projects/STOCK/exposed/{stock}")
    refused = desk.dashboard(*TILES)
    assert problem(refused) == (400, "invalid")
    assert refused.json()["errors"][0]["detail"] == "STOCK does not expose items to this project"
    stranger = desk.holder("WRITE_DASHBOARDS")
    for home in ("STOCK", "NOWHERE"):
        hidden = desk.dashboard({**TABLE, "dataset": "items", "from_project": home}, who=stranger)
        assert problem(hidden) == (404, "not-found")
    assert problem(desk.dashboard({**TABLE, **FOREIGN, "from_project": 7}))[0] == 400
    assert owner.pages("projects/P/dashboards") == []


def test_an_authorized_object_of_that_name_lends_nothing(desk: DashboardDesk, stock: str) -> None:
    desk.filled(name="items")
    desk.authorize("items")
    desk.made(*TILES, {**TABLE, "dataset": "items"})
    assert states(desk.seen(desk.holder("READ_DASHBOARDS"))) == ["hidden", "hidden", "shown"]
    assert problem(desk.authorize("STOCK.items")) == (404, "not-found")


def test_a_project_key_never_reaches_out_of_its_project(desk: DashboardDesk, stock: str) -> None:
    desk.made(*TILES)
    key = {"name": "screen", "permissions": ["READ_DASHBOARDS", "EXPORT_DATASETS_DATA"]}
    secret = desk.owner.post("projects/P/keys", key).json()["key"]
    assert states(desk.seen(desk.by_secret(secret))) == ["hidden", "hidden"]


def test_row_rules_of_the_other_project_count(desk: DashboardDesk, stock: str) -> None:
    reader = desk.person()
    desk.world.grant(desk.project_id, reader.id, policy.mask("READ_DASHBOARDS READ_DATA"))
    items = "projects/STOCK/datasets/items"
    desk.owner.patch(items, {"impersonate": True})
    rule = {"column": "id", "values": [8], "who": {"type": "user", "name": reader.username}}
    assert desk.owner.call("PUT", f"{items}/rules", json={"rules": [rule]}).is_success
    desk.made(*TILES)
    table = desk.seen(desk.api.session(reader))[0]
    assert [row[:2] for row in table["content"]["rows"]] == [[8, "screw"]]
