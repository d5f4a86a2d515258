"""Changing a dataset: name, columns, what is said of it, its end; each with its refused twin."""

import pytest
from calling import faults, problem
from data_desk import DataDesk
from stores import on_one_engine

COLUMNS = [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]


def test_a_dataset_is_renamed_and_found_by_its_id_all_the_same(desk: DataDesk) -> None:
    orders = desk.filled()
    desk.dataset("other")
    editor = desk.holder("WRITE_CONF")
    assert editor.patch("projects/P/datasets/orders", {"name": "Sales-2026.q1"}).status_code == 200
    assert editor.patch("projects/P/datasets/sales-2026.Q1", {"name": "sales-2026.q1"}).status_code == 200
    assert problem(desk.owner.get("projects/P/datasets/orders")) == (404, "not-found")
    assert len(desk.rows(orders)) == 3
    assert problem(editor.patch(f"projects/P/datasets/{orders}", {"name": "OTHER"})) == (
        409,
        "dataset-exists",
    )
    assert problem(editor.patch(f"projects/P/datasets/{orders}", {})) == (400, "invalid")
    refused = desk.holder("READ_CONF").patch(f"projects/P/datasets/{orders}", {"name": "mine"})
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "EDIT")


def test_who_sees_which_rows_is_for_who_may_share(desk: DataDesk) -> None:
    orders = desk.filled()
    path = f"projects/P/datasets/{orders}"
    refused = desk.holder("WRITE_CONF").patch(path, {"impersonate": True})
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "SHARE")
    assert desk.owner.patch(path, {"impersonate": True}).json()["impersonate"] is True


def test_a_dataset_goes_with_its_rows(desk: DataDesk) -> None:
    orders = desk.filled()
    refused = desk.holder("WRITE_CONF WRITE_DATA").delete("projects/P/datasets/orders")
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "DELETE")
    assert desk.holder("DELETE", on=orders).delete("projects/P/datasets/orders").json()["revoked"] is True
    assert desk.files == []
    assert problem(desk.owner.get(f"projects/P/datasets/{orders}")) == (404, "not-found")
    assert desk.filled() != orders


def test_columns_are_declared_while_they_fit_the_rows(desk: DataDesk) -> None:
    desk.dataset("orders")
    path = "projects/P/datasets/orders/schema"
    writer = desk.holder("WRITE_SCHEMA")
    assert writer.call("PUT", path, json={"columns": COLUMNS}).json() == {"columns": COLUMNS}
    assert writer.get(path).json() == {"columns": COLUMNS}
    desk.filled(b"name,id\nann,1\n")
    turned = {"columns": COLUMNS[::-1]}
    assert writer.call("PUT", path, json=turned).json() == turned
    assert list(desk.rows()[0]) == ["name", "id"]
    for other in ([COLUMNS[0]], [COLUMNS[0], {"name": "name", "type": "integer"}]):
        assert problem(writer.call("PUT", path, json={"columns": other})) == (409, "rows-held")
    assert problem(writer.call("PUT", path, json={"columns": []})) == (400, "columns-invalid")
    for atoms, missing in (("READ_SCHEMA", "WRITE_SCHEMA"), ("READ_METADATA", "WRITE_SCHEMA")):
        refused = desk.holder(atoms).call("PUT", path, json=turned)
        assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), missing)
    assert problem(desk.holder("READ_METADATA").get(path)) == (403, "denied")
    assert problem(desk.holder().get(path)) == (404, "not-found")


def test_what_is_said_of_a_dataset(desk: DataDesk) -> None:
    desk.dataset("orders")
    path = "projects/P/datasets/orders/metadata"
    said = {"description": "All orders ☃", "tags": ["sales", "daily"], "custom": {"owner": {"team": 7}}}
    writer = desk.holder("WRITE_METADATA")
    assert writer.call("PUT", path, json=said).json() == said
    assert desk.holder("READ_METADATA").get(path).json() == said
    refused = desk.holder("READ_METADATA").call("PUT", path, json=said)
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "WRITE_METADATA")
    refused = desk.holder("READ_SCHEMA").get(path)
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "READ_METADATA")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"description": "x" * 5001}, "description"),
        ({"tags": ["", "a"]}, "tags"),
        ({"tags": ["x" * 51]}, "tags"),
        ({"tags": [f"t{n}" for n in range(51)]}, "tags"),
        ({"custom": {"x": "y" * 70_000}}, "custom"),
    ],
)
@on_one_engine
def test_what_is_too_much_to_say_is_refused(desk: DataDesk, body: dict[str, object], field: str) -> None:
    desk.dataset("orders")
    answer = desk.owner.call("PUT", "projects/P/datasets/orders/metadata", json=body)
    assert answer.status_code == 400
    assert set(faults(answer)) == {field}


@on_one_engine
def test_columns_that_change_on_the_way_refuse_the_rows(desk: DataDesk) -> None:
    from gatepost_server.projects import (
        Content,
        DatasetChanged,
        Limits,
        Mode,
        Shelf,
        expected_columns,
        taken_in,
        write_rows,
    )

    desk.filled()
    folder = desk.api.house.folders.datasets
    upload = folder.parent / "upload.csv"
    upload.write_bytes(b"id,name,amount\n9,x,1\n")
    with desk.world.read(desk.ada) as tx:
        expected = expected_columns(tx, "P", "orders", Mode.APPEND)
    desk.filled(b"other\n1\n")
    with (
        desk.unchanged(),
        pytest.raises(DatasetChanged),
        taken_in(Content.CSV, upload, Shelf(folder), desk.world.now, expected, Limits()) as incoming,
        desk.world.begin(desk.ada) as tx,
    ):
        write_rows(tx, "P", "orders", Mode.APPEND, incoming, Shelf(folder))


@on_one_engine
def test_what_a_killed_process_left_is_swept_away(desk: DataDesk) -> None:
    from stores import ORIGIN, SYSTEM

    from gatepost_server.projects import Shelf, sweep_datasets

    desk.filled()
    shelf = Shelf(desk.api.house.folders.datasets)
    (kept,) = desk.files
    for name in (".upload-x", ".part-prt_1", "prt_1.parquet"):
        (shelf.folder / name).write_bytes(b"x")
    (shelf.folder / ".read-x").mkdir()
    who, uow = (SYSTEM, ORIGIN), desk.api.house.uow
    assert sweep_datasets(uow, who, shelf) == []
    assert sweep_datasets(uow, who, shelf, old_s=-1) == [".part-prt_1", ".upload-x", "prt_1"]
    assert set(desk.files) == {kept, ".read-x", ".sweep"}
    assert len(desk.rows()) == 3
