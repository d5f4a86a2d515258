"""Rows of a dataset: written in each form, read in each form; each with its refused twin."""

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pytest
from calling import faults, problem
from data_desk import CSV, DataDesk
from pyarrow import parquet
from stores import on_one_engine

TABLE = pa.table({"id": [1, 2, 3], "name": ["ann", "bob", None], "amount": [10.5, None, 7.0]})
ROWS = [
    {"id": 1, "name": "ann", "amount": 10.5},
    {"id": 2, "name": "bob", "amount": None},
    {"id": 3, "name": None, "amount": 7.0},
]


def arrow(table: Any) -> bytes:
    """Write an Arrow stream."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def as_parquet(table: Any) -> bytes:
    """Write a Parquet file."""
    sink = io.BytesIO()
    parquet.write_table(table, sink)
    return sink.getvalue()


SENT = {
    "text/csv": CSV,
    "text/csv; charset=utf-8": b"\xef\xbb\xbf" + CSV.replace(b"\n", b"\r\n"),
    "application/vnd.apache.arrow.stream": arrow(TABLE),
    "application/vnd.apache.parquet": as_parquet(TABLE),
    "application/x-ndjson": "\n".join(map(json.dumps, ROWS)).encode(),
    "application/json": json.dumps(ROWS).encode(),
}


@pytest.mark.parametrize("kind", SENT)
def test_rows_come_in_each_form_and_make_the_dataset(desk: DataDesk, kind: str) -> None:
    answer = desk.put(SENT[kind], kind=kind)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [(one["name"], one["type"]) for one in found["columns"]] == [
        ("id", "integer"), ("name", "string"), ("amount", "double"),
    ]  # fmt: skip
    assert (found["rows"], found["is_declared"]) == (3, False)
    assert desk.rows() == ROWS
    assert len(desk.files) == 1


@on_one_engine
def test_rows_are_read_in_each_form(desk: DataDesk) -> None:
    desk.filled()
    answers = {
        form: desk.owner.get("projects/P/datasets/orders/data", params={"format": form})
        for form in ("json", "ndjson", "csv", "arrow", "parquet")
    }
    assert {answer.status_code for answer in answers.values()} == {200}
    assert answers["json"].json() == ROWS
    assert [json.loads(line) for line in answers["ndjson"].text.splitlines()] == ROWS
    texts = list(csv.DictReader(io.StringIO(answers["csv"].text)))
    assert texts[1] == {"id": "2", "name": "bob", "amount": ""}
    assert pa.ipc.open_stream(answers["arrow"].content).read_all().to_pylist() == ROWS
    assert parquet.read_table(io.BytesIO(answers["parquet"].content)).to_pylist() == ROWS
    assert answers["arrow"].headers["content-type"] == "application/vnd.apache.arrow.stream"


@on_one_engine
def test_rows_are_limited_and_columns_chosen(desk: DataDesk) -> None:
    desk.filled()
    assert desk.rows(limit="2", columns="name,id") == [{"name": "ann", "id": 1}, {"name": "bob", "id": 2}]
    assert desk.rows(limit="0") == []
    answer = desk.owner.get("projects/P/datasets/orders/data", params={"columns": "id,colour"})
    assert problem(answer) == (400, "unknown-column")
    for asked in ({"limit": "-1"}, {"limit": "x"}, {"format": "xml"}):
        assert desk.owner.get("projects/P/datasets/orders/data", params=asked).status_code == 400


def test_appending_adds_and_overwriting_replaces(desk: DataDesk) -> None:
    desk.filled()
    assert desk.put(b"id,amount,name\n4,1,dan\n", mode="append").json()["rows"] == 4
    assert [row["id"] for row in desk.rows()] == [1, 2, 3, 4]
    assert len(desk.files) == 2
    assert desk.put(b"other\n1\n", mode="overwrite").json()["rows"] == 1
    assert desk.rows() == [{"other": 1}]
    assert len(desk.files) == 1


def test_what_is_appended_has_the_columns_that_are_there(desk: DataDesk) -> None:
    desk.filled()
    for content, fault in (
        (b"id,name\n1,x\n", "column amount"),
        (b"id,name,amount,more\n1,x,1,1\n", "column more"),
        (b"id,name,amount\n1,x,1\nx,y,2\n", "line 3, column id"),
    ):
        with desk.unchanged():
            answer = desk.put(content, mode="append")
            assert problem(answer) == (422, "data-refused")
            assert set(faults(answer)) == {fault}


def test_declared_columns_hold_every_write_to_them(desk: DataDesk) -> None:
    declared = [{"name": "id", "type": "integer"}, {"name": "price", "type": "decimal(6,2)"}]
    desk.dataset("orders", schema={"columns": declared})
    desk.filled(b"price,id\n10.50,1\n")
    assert desk.rows() == [{"id": 1, "price": "10.50"}]
    with desk.unchanged():
        for content in (b"price,id\n10.505,1\n", b"price,id\n12345.00,1\n", b"price,id\n1,x\n"):
            assert problem(desk.put(content)) == (422, "data-refused")


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("text/csv", b"", {"columns"}),
        ("text/csv", b"a,a\n1,2\n", {"column 2"}),
        ("text/csv", b"a,b\n1\n", {"line 2"}),
        ("text/csv", b'a,b\n1,"x\n', {"line 2"}),
        ("text/csv", b"a,b\n\xff,1\n", {"line 2"}),
        ("application/x-ndjson", b'{"a":1}\n{"a":\n', {"line 2"}),
        ("application/x-ndjson", b"[1]\n", {"line 1"}),
        ("application/json", b"[]", {"columns"}),
    ],
)
@on_one_engine
def test_a_file_that_cannot_be_taken_is_told_of_by_line(
    desk: DataDesk, kind: str, content: bytes, said: set[str]
) -> None:
    answer = desk.put(content, kind=kind)
    assert problem(answer) == (422, "data-refused")
    assert set(faults(answer)) == said
    assert desk.files == []
    assert desk.owner.get("projects/P/datasets").json()["items"] == []


@pytest.mark.parametrize("kind", ["application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"])
@pytest.mark.parametrize("content", [b"", b"junk", as_parquet(TABLE)[:-20], arrow(TABLE)[:300]])
@on_one_engine
def test_a_damaged_file_is_refused_whole(desk: DataDesk, kind: str, content: bytes) -> None:
    assert problem(desk.put(content, kind=kind)) == (422, "data-unreadable")
    assert desk.files == []


@on_one_engine
def test_other_content_and_too_much_of_it_is_refused(desk: DataDesk) -> None:
    assert problem(desk.put(CSV, kind="text/plain")) == (400, "content-type")
    assert problem(desk.put(b"a\n" + b"x" * 1_048_576 + b"\n")) == (413, "too-large")
    assert problem(desk.put(b"a\n" + b"x" * 3_000_000 + b"\n")) == (413, "too-large")
    assert desk.files == []


def test_writing_takes_the_right_to_write_and_gives_none_to_read(desk: DataDesk) -> None:
    orders = desk.filled()
    writer = desk.holder("WRITE_DATA", on=orders)
    assert desk.put(CSV, who=writer, mode="append").status_code == 200
    answer = writer.get("projects/P/datasets/orders/data")
    assert (problem(answer), answer.json()["missing"]) == ((403, "denied"), "READ_DATA")
    with desk.unchanged():
        for atoms in ("READ_DATA", "WRITE_SCHEMA WRITE_METADATA"):
            refused = desk.put(CSV, who=desk.holder(atoms, on=orders))
            assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "WRITE_DATA")
        assert problem(desk.put(CSV, who=desk.holder("WRITE_CONF"))) == (403, "denied")
        assert problem(desk.put(CSV, who=desk.holder())) == (404, "not-found")


def test_a_new_dataset_is_made_by_who_may_add_one(desk: DataDesk) -> None:
    assert desk.put(CSV, name="fresh", who=desk.holder("WRITE_CONF")).status_code == 200
    assert problem(desk.put(CSV, name="more", who=desk.holder("READ_CONF WRITE_DATA"))) == (403, "denied")
    assert problem(desk.put(CSV, name="more", who=desk.holder())) == (404, "not-found")
    assert problem(desk.put(CSV, name="dat_" + "0" * 24)) == (404, "not-found")
    assert problem(desk.put(CSV, name="no%20such")) == (400, "name-invalid")
    assert [one["name"] for one in desk.owner.get("projects/P/datasets").json()["items"]] == ["fresh"]


def test_reading_takes_the_right_to_the_rows_and_taking_away_another(desk: DataDesk) -> None:
    orders = desk.filled()
    reader = desk.holder("READ_DATA", on=orders)
    assert desk.rows(who=reader) == ROWS
    answer = reader.get("projects/P/datasets/orders/export")
    assert (problem(answer), answer.json()["missing"]) == ((403, "denied"), "EXPORT_DATA")
    taken = desk.holder("EXPORT_DATASETS_DATA").get("projects/P/datasets/orders/export")
    assert taken.status_code == 200
    assert taken.headers["content-disposition"] == 'attachment; filename="orders.csv"'
    assert taken.text.splitlines()[0] == '"id","name","amount"'
    for atoms in ("READ_CONF", "WRITE_CONF", "WRITE_DATA"):
        refused = desk.holder(atoms).get("projects/P/datasets/orders/data")
        assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "READ_DATA")
    assert problem(desk.holder().get("projects/P/datasets/orders/data")) == (404, "not-found")


def test_writes_and_exports_stand_in_the_trail(desk: DataDesk) -> None:
    orders = desk.filled()
    desk.owner.get("projects/P/datasets/orders/export")
    root = desk.api.session(desk.world.person("root", "administrator"))
    found = root.pages("audit", resource=orders)
    assert [one["action"] for one in found] == ["dataset:export", "dataset:write", "dataset:create"]
    assert found[1]["changes"]["after"]["rows"] == 3


@on_one_engine
def test_a_reader_keeps_what_it_opened(desk: DataDesk) -> None:
    from gatepost_server.projects import Form, Limits, Shelf, plan_rows, stream_rows

    desk.filled()
    shelf = Shelf(desk.api.house.folders.datasets)

    def plan() -> Any:
        with desk.world.read(desk.ada) as tx:
            return plan_rows(tx, "P", "orders")

    reading = stream_rows(plan, shelf, Form.NDJSON, Limits())
    desk.filled(b"other\n1\n")
    assert [json.loads(line) for line in b"".join(reading).splitlines()] == ROWS
    assert len(desk.files) == 1


@on_one_engine
def test_who_plans_while_it_is_overwritten_reads_what_is_there_now(desk: DataDesk) -> None:
    from gatepost_server.projects import Form, Limits, Shelf, plan_rows, stream_rows

    desk.filled()
    with desk.world.read(desk.ada) as tx:
        plans = [plan_rows(tx, "P", "orders")]
    desk.filled(b"other\n1\n")
    with desk.world.read(desk.ada) as tx:
        plans.append(plan_rows(tx, "P", "orders"))
    reading = stream_rows(lambda: plans.pop(0), Shelf(desk.api.house.folders.datasets), Form.JSON, Limits())
    assert json.loads(b"".join(reading)) == [{"other": 1}]
