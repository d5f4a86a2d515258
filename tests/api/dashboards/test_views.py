"""What the tiles of a dashboard show, and what they say when they cannot."""

from typing import Any

import pytest
from dashboard_desk import CHART, TABLE, TEXT, DashboardDesk

from gatepost_server.authz import NodeKind, register_node
from gatepost_server.kernel.ids import new_id


def test_a_table_shows_rows_as_the_api_writes_them(desk: DashboardDesk) -> None:
    desk.made(TABLE, {**TABLE, "columns": ["amount", "id"], "limit": 2})
    whole, part = desk.seen()
    assert whole["content"]["columns"] == ["id", "name", "amount"]
    assert whole["content"]["rows"][1] == [2, "bob", None]
    assert (whole["content"]["is_cut"], whole["state"], whole["by"]) == (False, "shown", None)
    assert part["content"] == {"columns": ["amount", "id"], "rows": [[10.5, 1], [None, 2]], "is_cut": True}


@pytest.mark.parametrize(
    ("aggregate", "points"),
    [
        ("count", [["eu", 2.0], ["us", 1.0], [None, 1.0]]),
        ("sum", [["eu", 3.0], ["us", 4.0], [None, 8.0]]),
        ("avg", [["eu", 1.5], ["us", 4.0], [None, 8.0]]),
        ("min", [["eu", 1.0], ["us", 4.0], [None, 8.0]]),
        ("max", [["eu", 2.0], ["us", 4.0], [None, 8.0]]),
        ("none", [["eu", 1.0], ["eu", 2.0], ["us", 4.0], [None, 8.0]]),
    ],
)
def test_a_chart_puts_rows_of_one_x_together(
    desk: DashboardDesk, aggregate: str, points: list[list[Any]]
) -> None:
    desk.filled(b"region,sales\neu,1\neu,2\nus,4\n,8\n", "sold")
    desk.made({**CHART, "dataset": "sold", "x": "region", "y": "sales", "aggregate": aggregate})
    content = desk.seen()[0]["content"]
    assert (sorted(content["points"], key=str), content["is_x_number"]) == (sorted(points, key=str), False)


def test_a_pie_shows_the_largest_groups_first(desk: DashboardDesk) -> None:
    rows = "".join(f"g{at},{at}\n" for at in range(12))
    desk.filled(f"name,amount\n{rows}".encode(), "many")
    desk.made({**CHART, "dataset": "many", "kind": "pie"})
    content = desk.seen()[0]["content"]
    assert content["points"][:2] == [["g11", 11.0], ["g10", 10.0]]
    assert (len(content["points"]), content["is_cut"]) == (8, True)


def test_a_chart_of_numbers_has_numbers_on_its_axis(desk: DashboardDesk) -> None:
    columns = [{"name": "x", "type": "integer"}, {"name": "y", "type": "double"}]
    desk.dataset("dots", schema={"columns": columns})
    desk.filled(b"x,y\n2,inf\n1,0.5\n", "dots")
    desk.made({**CHART, "dataset": "dots", "kind": "scatter", "x": "x", "y": "y", "aggregate": "none"})
    content = desk.seen()[0]["content"]
    assert (content["points"], content["is_x_number"]) == ([[1.0, 0.5], [2.0, None]], True)


def test_a_tile_whose_columns_are_gone_says_so_and_the_others_stay(desk: DashboardDesk) -> None:
    desk.made({**CHART, "x": "gone"}, {**CHART, "y": "name"}, {**TABLE, "columns": ["gone"]}, TABLE)
    seen = desk.seen()
    assert [one["state"] for one in seen] == ["failed", "failed", "failed", "shown"]
    assert "gone" in seen[0]["reason"]
    assert "numbers" in seen[1]["reason"]


def test_a_dataset_without_rows_is_an_empty_table(desk: DashboardDesk) -> None:
    desk.dataset("empty", schema={"columns": [{"name": "id", "type": "integer"}]})
    desk.dataset("bare")
    desk.made(*({**TABLE, "dataset": name} for name in ("empty", "bare")))
    assert [one["content"] for one in desk.seen()] == [
        {"columns": ["id"], "rows": [], "is_cut": False},
        {"columns": [], "rows": [], "is_cut": False},
    ]


def test_words_are_markdown_and_nothing_else(desk: DashboardDesk) -> None:
    bad = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) "
        "![pic](https://tracker.example/x.png) [ok](https://example.com)\n\n# Big\n\n|a|\n|-|\n|1|\n"
    )
    desk.made(TEXT, {"type": "text", "text": bad})
    good, mended = (one["content"]["html"] for one in desk.seen())
    assert good == "<p>Words in <em>Markdown</em></p>\n"
    assert not any(word in mended for word in ("<script", "<img", 'href="javascript', "tracker.example"))
    assert '<a href="https://example.com" rel="noopener noreferrer nofollow">ok</a>' in mended
    assert "<h3>Big</h3>" in mended
    assert "<table>" in mended


def test_an_application_is_opened_as_the_viewer(desk: DashboardDesk) -> None:
    with desk.world.store.arranged() as tx:
        app_id = new_id("app", desk.world.now)
        register_node(tx, app_id, NodeKind.APP, "Report", parent_id=desk.project_id, is_numbered=True)
    desk.made({"type": "app", "app": app_id})
    viewer = desk.holder("READ_DASHBOARDS")
    assert [(one["state"], one["content"]) for one in desk.seen(viewer)] == [("hidden", None)]
    assert desk.dashboard({"type": "app", "app": "app_" + "0" * 24}, name="x").status_code == 404


def test_what_a_tile_shows_takes_the_right_to_the_rows(desk: DashboardDesk) -> None:
    desk.made(TABLE, CHART, TEXT)
    viewer = desk.holder("READ_DASHBOARDS READ_DATA")
    assert [one["state"] for one in desk.seen(viewer)] == ["shown", "shown", "shown"]
    blind = desk.holder("READ_DASHBOARDS READ_METADATA READ_SCHEMA")
    seen = desk.seen(blind)
    assert [one["state"] for one in seen] == ["hidden", "hidden", "shown"]
    assert seen[0]["reason"] == "You may not see this tile's data."
    assert "orders" not in str(seen[1])


def test_a_deleted_dataset_looks_like_one_that_may_not_be_seen(desk: DashboardDesk) -> None:
    desk.made(TABLE)
    desk.authorize("orders")
    viewer = desk.holder("READ_DASHBOARDS")
    assert desk.seen(viewer)[0]["state"] == "shown"
    desk.owner.delete("projects/P/datasets/orders")
    assert desk.seen(viewer)[0]["state"] == "hidden"
    desk.filled()
    assert desk.seen(viewer)[0]["state"] == "hidden"
