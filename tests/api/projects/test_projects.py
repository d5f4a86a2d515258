"""Projects: made, listed, read; each with its refused twin."""

import pytest
from calling import Api, faults, problem
from data_desk import DataDesk
from world import World


def test_who_makes_a_project_is_its_administrator(desk: DataDesk) -> None:
    found = desk.owner.get("projects/P").json()
    assert (found["key"], found["name"], found["owner"]["id"]) == ("P", "Sales", desk.ada.id)
    assert desk.owner.post("projects/P/datasets", {"name": "orders"}).status_code == 201
    assert desk.owner.get("projects/P").json()["counts"] == {"datasets": 1}


def test_a_viewer_makes_no_project(desk: DataDesk) -> None:
    answer = desk.holder(role="viewer").post("projects", {"key": "Q", "name": "Mine"})
    assert problem(answer) == (403, "denied")


@pytest.mark.parametrize("key", ["", "p", "1P", "_P", "P-Q", "P Q", "É", "P" * 51, "P\n"])
def test_a_key_is_capitals_digits_and_underscores(desk: DataDesk, key: str) -> None:
    answer = desk.owner.post("projects", {"key": key, "name": "X"})
    assert problem(answer) == (400, "key-invalid")
    assert set(faults(answer)) == {"key"}


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb"])
def test_a_name_is_printable(desk: DataDesk, name: str) -> None:
    assert problem(desk.owner.post("projects", {"key": "Q", "name": name})) == (400, "name-invalid")


def test_the_longest_key_and_name_are_taken(desk: DataDesk) -> None:
    key = "P" * 50
    assert desk.owner.post("projects", {"key": key, "name": "é" * 100}).status_code == 201
    assert desk.owner.get(f"projects/{key}").json()["name"] == "é" * 100


def test_a_key_is_taken_once(desk: DataDesk) -> None:
    answer = desk.api.session(desk.person()).post("projects", {"key": "P", "name": "Other"})
    assert problem(answer) == (409, "project-exists")


def test_a_list_holds_what_one_may_see_and_counts_no_more(desk: DataDesk) -> None:
    orders = desk.dataset("orders")
    desk.dataset("customers")
    assert desk.holder().get("projects").json()["items"] == []
    alone = desk.holder("READ_DATA", on=orders)
    assert alone.get("projects").json()["items"] == []
    reader = desk.holder("EXPORT_DATASETS_DATA")
    (seen,) = reader.get("projects").json()["items"]
    assert (seen["key"], seen["counts"]) == ("P", {"datasets": 2})
    lister = desk.holder("LIST")
    (seen,) = lister.get("projects").json()["items"]
    assert (seen["key"], seen["counts"]) == ("P", {"datasets": 2})
    dashboards = desk.holder("READ_DASHBOARDS")
    (seen,) = dashboards.get("projects").json()["items"]
    assert (seen["key"], seen["counts"]) == ("P", {"datasets": 0})


def test_lists_are_searched_sorted_and_paged(api: Api, world: World) -> None:
    ada = api.session(world.person("ada", "publisher"))
    for key, name in (("B", "Bees"), ("A", "Ants"), ("C", "Cats 100%")):
        assert ada.post("projects", {"key": key, "name": name}).status_code == 201
    keys = [one["key"] for one in ada.pages("projects", limit=1)]
    assert keys == ["A", "B", "C"]
    assert [one["key"] for one in ada.pages("projects", limit=2, sort="-name")] == ["C", "B", "A"]
    assert [one["key"] for one in ada.pages("projects", limit=1, sort="-updated")] == ["C", "A", "B"]
    assert [one["key"] for one in ada.pages("projects", q="bee")] == ["B"]
    assert [one["key"] for one in ada.pages("projects", q="0%")] == ["C"]
    assert ada.pages("projects", q="dogs") == []
    assert problem(ada.get("projects", params={"sort": "colour"})) == (400, "bad-sort")
    assert problem(ada.get("projects", params={"cursor": "x"})) == (400, "bad-cursor")


def test_a_hidden_project_looks_like_none(desk: DataDesk) -> None:
    stranger = desk.holder()
    hidden, missing = stranger.get("projects/P"), stranger.get("projects/NOSUCH")
    assert problem(hidden) == problem(missing) == (404, "not-found")
    assert hidden.json()["detail"] == missing.json()["detail"]
