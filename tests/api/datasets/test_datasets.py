"""Datasets: made, listed, read; each with its refused twin."""

import pytest
from calling import faults, problem
from data_desk import DataDesk

SCHEMA = {"columns": [{"name": "id", "type": "integer"}, {"name": "price", "type": "decimal( 10 , 2 )"}]}


def test_a_dataset_is_made_with_its_columns(desk: DataDesk) -> None:
    made = desk.owner.post("projects/P/datasets", {"name": "orders", "schema": SCHEMA})
    assert made.status_code == 201
    found = desk.owner.get("projects/P/datasets/orders").json()
    assert found == made.json() == desk.owner.get(f"projects/P/datasets/{found['id']}").json()
    assert found["columns"][1] == {"name": "price", "type": "decimal(10,2)"}
    assert (found["is_declared"], found["impersonate"], found["rows"]) == (True, False, 0)
    assert (found["project"], found["data_at"]) == ("P", None)


def test_making_one_takes_the_right_to_write_the_configuration(desk: DataDesk) -> None:
    assert desk.holder("WRITE_CONF").post("projects/P/datasets", {"name": "a"}).status_code == 201
    for atoms in ("READ_CONF", "WRITE_DASHBOARDS", "LIST WRITE_DATA", "MANAGE_EXPOSED_ELEMENTS"):
        answer = desk.holder(atoms).post("projects/P/datasets", {"name": "b"})
        assert problem(answer) == (403, "denied")
        assert answer.json()["missing"] == "WRITE_CONF"
    assert problem(desk.holder().post("projects/P/datasets", {"name": "b"})) == (404, "not-found")


def test_a_name_is_taken_once_whatever_its_case(desk: DataDesk) -> None:
    desk.dataset("Orders")
    assert problem(desk.owner.post("projects/P/datasets", {"name": "orders"})) == (409, "dataset-exists")
    assert desk.owner.get("projects/P/datasets/ORDERS").json()["name"] == "Orders"
    desk.owner.post("projects", {"key": "Q", "name": "Other"})
    assert desk.owner.post("projects/Q/datasets", {"name": "orders"}).status_code == 201


@pytest.mark.parametrize("name", ["", "a b", "é", ".a", "-a", "a/b", "a" * 101, "dat_" + "0" * 24, "a\n"])
def test_a_name_can_stand_in_an_address(desk: DataDesk, name: str) -> None:
    answer = desk.owner.post("projects/P/datasets", {"name": name})
    assert problem(answer) == (400, "name-invalid")
    assert set(faults(answer)) == {"name"}


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ([], "columns"),
        ([{"name": "a", "type": "integer"}, {"name": "A", "type": "string"}], "columns.1.name"),
        ([{"name": "", "type": "integer"}], "columns.0.name"),
        ([{"name": "a\0b", "type": "integer"}], "columns.0.name"),
        ([{"name": "a", "type": "number"}], "columns.0.type"),
        ([{"name": "a", "type": "decimal(39,2)"}], "columns.0.type"),
        ([{"name": "a", "type": "list<"}], "columns.0.type"),
        ([{"name": "a", "type": "INTEGER); DROP TABLE x; --"}], "columns.0.type"),
        ([{"name": "a", "type": "list<" * 300 + "integer" + ">" * 300}], "columns.0.type"),
    ],
)
def test_columns_that_cannot_be_are_named(desk: DataDesk, columns: list[dict[str, str]], field: str) -> None:
    answer = desk.owner.post("projects/P/datasets", {"name": "a", "schema": {"columns": columns}})
    assert problem(answer) == (400, "columns-invalid")
    assert set(faults(answer)) == {field}
    assert desk.owner.get("projects/P/datasets").json()["items"] == []


def test_a_list_says_of_each_dataset_what_the_reader_may_know(desk: DataDesk) -> None:
    desk.dataset("orders", schema=SCHEMA)
    seen = {
        atoms: desk.holder(atoms).get("projects/P/datasets").json()["items"]
        for atoms in ("READ_DASHBOARDS", "LIST", "READ_SCHEMA", "READ_METADATA", "READ_CONF")
    }
    assert seen["READ_DASHBOARDS"] == []
    told = {
        atoms: sorted(name for name in ("rows", "columns", "description") if items[0][name] is not None)
        for atoms, items in seen.items()
        if items
    }
    assert told == {
        "LIST": [],
        "READ_SCHEMA": ["columns"],
        "READ_METADATA": ["description"],
        "READ_CONF": ["columns", "description", "rows"],
    }


def test_lists_are_searched_sorted_and_paged(desk: DataDesk) -> None:
    for name in ("b", "A", "c"):
        desk.dataset(name)
    found = [one["name"] for one in desk.owner.pages("projects/P/datasets", limit=1, sort="-created")]
    assert found == ["c", "A", "b"]
    assert [one["name"] for one in desk.owner.pages("projects/P/datasets", q="B")] == ["b"]
    assert problem(desk.owner.get("projects/P/datasets", params={"sort": "x"})) == (400, "bad-sort")


def test_who_was_given_one_dataset_finds_that_one_only(desk: DataDesk) -> None:
    orders = desk.dataset("orders")
    desk.dataset("customers")
    reader = desk.holder("READ_METADATA", on=orders)
    assert reader.get("projects/P/datasets/orders").status_code == 200
    assert problem(reader.get("projects/P/datasets/customers")) == (404, "not-found")
    assert problem(reader.get("projects/P/datasets")) == (404, "not-found")
    assert problem(reader.get("projects/Q/datasets/orders")) == (404, "not-found")
