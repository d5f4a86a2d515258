"""Rows taken in and given out: every type through every form, and what is never done to a value."""

import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from gatepost_server.projects import (
    Column,
    Content,
    DataRefused,
    DataTooHeavy,
    DataUnreadable,
    Form,
    Limits,
    opened,
)
from gatepost_server.projects.intake.writing import Written, write_part
from gatepost_server.tabular.reading import Filter, Query, stream

BERLIN = pa.timestamp("ns", tz="Europe/Berlin")
TABLE = pa.table(
    {
        "small": pa.array([1, None], pa.int8()),
        "large": pa.array([2**64 - 1, 0], pa.uint64()),
        "price": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
        "zoned": pa.array([dt.datetime(2024, 1, 1), None], BERLIN),  # noqa: DTZ001  # a moment without a zone, or with one of the type
        "plain": pa.array([dt.datetime(2024, 1, 1, 1, 2, 3, 456789), None], pa.timestamp("us")),  # noqa: DTZ001  # as above
        "day": pa.array([dt.date(1969, 7, 20), None]),
        'té"x~/t': pa.array(['a\n",', "☃"]).dictionary_encode(),
        "raw": pa.array([b"\x00\xff", None]),
        "nested list": pa.array([[Decimal("1.5"), None], None], pa.list_(pa.decimal128(3, 1))),
        "nested": pa.array([{"a b": dt.date(2020, 1, 1), "c": [True]}, None]),
        "mapped": pa.array([[("k", 0.5)], None], pa.map_(pa.string(), pa.float64())),
        "infinite": [float("inf"), 1.5],
        "truth": [True, None],
    }
)
TYPES = [
    "integer", "decimal(20,0)", "decimal(10,2)", "timestamp_tz", "timestamp", "date", "string", "binary",
    "list<decimal(3,1)>", 'struct<"a b":date,c:list<boolean>>', "map<string,double>", "double", "boolean",
]  # fmt: skip
AS_CONTENT = {
    Form.JSON: Content.JSON, Form.NDJSON: Content.NDJSON, Form.CSV: Content.CSV, Form.ARROW: Content.ARROW,
    Form.PARQUET: Content.PARQUET,
}  # fmt: skip


def _taken(
    folder: Path, content: Content, body: bytes | str, *columns: tuple[str, str], name: str = "part"
) -> tuple[Written, Path]:
    upload, target = folder / "upload", folder / name
    upload.write_bytes(body.encode() if isinstance(body, str) else body)
    wanted = [Column(*one) for one in columns] or None
    return write_part(content, upload, target, wanted, Limits()), target


def _given(form: Form, path: Path, columns: Any, **more: Any) -> bytes:
    return b"".join(stream(form, [path], Query(columns, known=columns, **more), Limits()))


def _rows(path: Path, columns: Any) -> Any:
    return json.loads(_given(Form.JSON, path, columns))


def _arrow(table: Any) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


@pytest.mark.parametrize("form", [form for form in Form if form not in (Form.JSON, Form.NDJSON, Form.CSV)])
def test_every_type_survives_typed_forms(tmp_path: Path, form: Form) -> None:
    written, first = _taken(tmp_path, Content.ARROW, _arrow(TABLE))
    assert [one.type for one in written.columns] == TYPES
    body = _given(form, first, written.columns)
    again, second = _taken(tmp_path, AS_CONTENT[form], body, name="again")
    assert list(again.columns) == list(written.columns)
    assert _rows(second, again.columns) == _rows(first, written.columns)


@pytest.mark.parametrize("form", [Form.JSON, Form.NDJSON, Form.CSV])
def test_every_type_but_maps_survives_text_forms_when_declared(tmp_path: Path, form: Form) -> None:
    written, first = _taken(tmp_path, Content.ARROW, _arrow(TABLE.drop_columns(["mapped"])))
    declared = [(one.name, one.type) for one in written.columns]
    body = _given(form, first, written.columns)
    _, second = _taken(tmp_path, AS_CONTENT[form], body, *declared, name="again")
    assert _rows(second, written.columns) == _rows(first, written.columns)


def test_values_are_written_in_json_as_the_guide_says(tmp_path: Path) -> None:
    written, path = _taken(tmp_path, Content.ARROW, _arrow(TABLE))
    first, second = _rows(path, written.columns)
    assert first == {
        "small": 1, "large": "18446744073709551615", "price": "1.50", "zoned": "2024-01-01T00:00:00.000000Z",
        "plain": "2024-01-01T01:02:03.456789", "day": "1969-07-20", 'té"x~/t': 'a\n",', "raw": "AP8=",
        "nested list": ["1.5", None], "nested": {"a b": "2020-01-01", "c": [True]},
        "mapped": [{"key": "k", "value": 0.5}], "infinite": "inf", "truth": True,
    }  # fmt: skip
    assert {name for name, value in second.items() if value is not None} == {"large", 'té"x~/t', "infinite"}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2", ""], "integer"),
        (["007", "1"], "string"),
        (["+1"], "string"),
        (["9223372036854775807"], "integer"),
        (["9223372036854775808", "1"], "decimal(38,0)"),
        (["9" * 39], "string"),
        (["1.50", "2", "-3e5"], "double"),
        (["1_000"], "string"),
        (["nan"], "string"),
        (["true", "FALSE"], "boolean"),
        (["1", "true"], "string"),
        (["2024-02-29"], "date"),
        (["2023-02-29"], "string"),
        (["2024-01-02 03:04", "2024-01-02T03:04:05.678"], "timestamp"),
        (["2024-01-02T03:04:05Z", "2024-01-02T03:04:05+02:00"], "timestamp_tz"),
        (["2024-01-02T03:04:05Z", "2024-01-02T03:04:05"], "string"),
        (["", ""], "string"),
    ],
)
def test_texts_have_the_first_type_that_keeps_them(tmp_path: Path, cells: list[str], kind: str) -> None:
    written, _ = _taken(tmp_path, Content.CSV, "x,y\n" + "".join(f"{cell},.\n" for cell in cells))
    assert written.columns[0] == Column("x", kind)


def test_one_odd_value_far_down_makes_a_column_text(tmp_path: Path) -> None:
    body = "x\n" + "1\n" * 30_000 + "one\n"
    written, path = _taken(tmp_path, Content.CSV, body)
    assert (written.columns, written.rows) == ([Column("x", "string")], 30_001)
    assert len(_rows(path, written.columns)) == 30_001


def test_csv_is_read_as_rfc_4180_writes_it(tmp_path: Path) -> None:
    body = '\ufeffa,"b, ""c"""\r\n"x\r\ny",""\r\n,"""q"""\r\n'
    written, path = _taken(tmp_path, Content.CSV, body)
    assert _rows(path, written.columns) == [{"a": "x\r\ny", 'b, "c"': ""}, {"a": None, 'b, "c"': '"q"'}]


def test_a_header_alone_has_columns_and_no_row(tmp_path: Path) -> None:
    written, path = _taken(tmp_path, Content.CSV, "a,b\n")
    assert (written.rows, [one.type for one in written.columns]) == (0, ["string", "string"])
    for form in Form:
        assert _given(form, path, written.columns) is not None
    assert _given(Form.CSV, path, written.columns) == b'"a","b"\n'


def test_a_cell_of_ten_megabytes_goes_in_and_out(tmp_path: Path) -> None:
    cell = "x" * 10_000_000
    for content, body in ((Content.CSV, f"a\n{cell}\n"), (Content.NDJSON, json.dumps({"a": cell}))):
        written, path = _taken(tmp_path, content, body)
        assert _rows(path, written.columns) == [{"a": cell}]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("2.5", "integer"), ("1.239", "decimal(10,2)"), ("123456789.00", "decimal(10,2)"), ("1e3", "integer"),
        ("2024-01-02T10:00:00", "date"), ("2024-01-02T10:00:00Z", "timestamp"), ("***", "binary"),
        ("maybe", "boolean"), ("{", "list<integer>"), ("25:00:00", "time"),
    ],
)  # fmt: skip
def test_nothing_is_rounded_cut_or_guessed(tmp_path: Path, body: str, kind: str) -> None:
    with pytest.raises(DataRefused) as caught:
        _taken(tmp_path, Content.CSV, f"x\n{body}\n", ("x", kind))
    assert [(one.field, one.detail) for one in caught.value.faults] == [
        ("line 2, column x", f"“{body}” is no {kind}")
    ]


def test_typed_values_are_kept_when_they_come_back_the_same(tmp_path: Path) -> None:
    _, path = _taken(tmp_path, Content.ARROW, _arrow(pa.table({"x": [1.0, 2.5]})), ("x", "decimal(5,1)"))
    assert _rows(path, [Column("x", "decimal(5,1)")]) == [{"x": "1.0"}, {"x": "2.5"}]
    with pytest.raises(DataRefused) as caught:
        _taken(tmp_path, Content.ARROW, _arrow(pa.table({"x": [1.0, 2.5]})), ("x", "integer"))
    assert caught.value.faults[0].field == "row 2, column x"


def test_json_numbers_beyond_64_bits_stay_exact(tmp_path: Path) -> None:
    written, path = _taken(tmp_path, Content.NDJSON, '{"x":1}\n{"x":123456789012345678901234567890}\n')
    assert written.columns == [Column("x", "decimal(38,0)")]
    assert _rows(path, written.columns)[1] == {"x": "123456789012345678901234567890"}


def test_names_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    for content, body in (
        (Content.CSV, "a,A\n1,2\n"),
        (Content.NDJSON, '{"a":1,"A":2}'),
        (Content.CSV, "a,\n1,2\n"),
    ):
        with pytest.raises(DataRefused):
            _taken(tmp_path, content, body)


def test_a_line_is_named_where_it_begins(tmp_path: Path) -> None:
    body = 'id,n\n1,"a\nb"\n\nx,2\n'
    with pytest.raises(DataRefused) as caught:
        _taken(tmp_path, Content.CSV, body, ("id", "integer"), ("n", "string"))
    assert [one.field for one in caught.value.faults] == ["line 5, column id"]


def test_filters_compare_as_the_column_does(tmp_path: Path) -> None:
    written, path = _taken(tmp_path, Content.CSV, "id,ok,day\n1,true,2024-01-01\n2,false,\n")
    shown = [written.columns[0]]

    def ids(*filters: Filter) -> list[int]:
        query = Query(shown, known=written.columns, filters=filters)
        return [row["id"] for row in json.loads(b"".join(stream(Form.JSON, [path], query, Limits())))]

    assert ids(Filter("ok", [True])) == [1]
    assert ids(Filter("day", [None])) == [2]
    assert ids(Filter("day", ["2024-01-01"]), Filter("id", [2])) == [1, 2]
    assert ids(Filter("id", ["1 OR true"][:0])) == []
    assert ids() == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('{folder}/../../../../../etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{folder}/elsewhere.csv'",
        "ATTACH '{folder}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '100GB'",
        "SET enable_external_access = true",
    ],
)
def test_the_engine_opens_nothing_that_it_was_not_given(tmp_path: Path, statement: str) -> None:
    allowed = tmp_path / "allowed.csv"
    allowed.write_text("a\n1\n")
    with opened(Limits(), [allowed]) as connection:
        assert connection.execute(f"SELECT count(*) FROM '{allowed}'").fetchone() == (1,)
    with pytest.raises(DataUnreadable), opened(Limits(), [allowed]) as connection:
        connection.execute(statement.replace("{folder}", str(tmp_path)))


def test_what_takes_too_much_is_stopped(tmp_path: Path) -> None:
    big = "SELECT count(DISTINCT hash(range)) FROM range(1000000000)"
    with pytest.raises(DataTooHeavy), opened(Limits(memory_mb=64, seconds=30)) as connection:
        connection.execute(big).fetchone()
    with pytest.raises(DataTooHeavy), opened(Limits(seconds=0.05)) as connection:
        connection.execute("SELECT sum(a.range * b.range) FROM range(100000000) a, range(1000) b").fetchone()
