"""What is planned runs as it says: on SQLite and DuckDB themselves, with what they hold bound by them."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import pytest

from gatepost_server.connections import ConnectionType
from gatepost_server.dataapis import (
    Ask,
    CallerAttribute,
    CallerFacts,
    Definition,
    Field,
    Operation,
    Operator,
    Ordering,
    Parameter,
    ParameterType,
    RowRule,
    SqlSource,
    TableSource,
    plan,
)
from gatepost_server.dataapis.service.examining import _one_empty_row, _template

EVA = CallerFacts("usr_1", "user", "eva", email="eva")
ROWS = [(1, "a%", 1.5, "eva"), (2, "it's", 2.5, "eva"), (3, "c", 3.5, "bob"), (4, "ab", None, "eva")]
Run = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
BOTH = [ConnectionType.SQLITE, ConnectionType.DUCKDB]


@pytest.fixture(params=BOTH, ids=str)
def source(request: pytest.FixtureRequest) -> tuple[ConnectionType, Run]:
    type_: ConnectionType = request.param
    made: Any = duckdb.connect() if type_ is ConnectionType.DUCKDB else sqlite3.connect(":memory:")
    made.execute('CREATE TABLE "or""ders" (id INTEGER, city VARCHAR, price DOUBLE, owner VARCHAR)')
    made.executemany('INSERT INTO "or""ders" VALUES (?, ?, ?, ?)', ROWS)
    return type_, lambda text, values: made.execute(text, list(values)).fetchall()


TABLE = Definition(
    TableSource('or"ders'),
    frozenset({Operation.LIST, Operation.GET}),
    (Field("id", "integer"), Field("city")),
    (
        Parameter("ids", ParameterType.INTEGER, is_many=True, column="id"),
        Parameter("dearer", ParameterType.DOUBLE, column="price", operator=Operator.AT_LEAST),
        Parameter("begins", column="city", operator=Operator.BEGINS),
    ),
    key=("id",),
    sortable=("city",),
    row_rules=(RowRule("owner", CallerAttribute.EMAIL),),
)
SQL = Definition(
    SqlSource(
        'select id, city, owner from "or""ders" where (:low is null or id >= :low) and city not in (:but)'
    ),
    fields=(Field("id"), Field("city")),
    parameters=(Parameter("low", ParameterType.INTEGER), Parameter("but", is_many=True, required=True)),
    key=("id",),
    row_rules=(RowRule("owner", CallerAttribute.EMAIL),),
)


def ran(source: tuple[ConnectionType, Run], definition: Definition, **more: Any) -> list[Any]:
    type_, run = source
    planned = plan(definition, type_, Ask(more.pop("operation", Operation.LIST), EVA, **more))
    assert hasattr(planned.statement, "values")
    rows = [row[0] for row in run(planned.statement.text, planned.statement.values)]
    if planned.count is not None:
        assert run(planned.count.text, planned.count.values)[0][0] >= len(rows)
    return rows


@pytest.mark.parametrize(
    ("more", "ids"),
    [
        ({}, [1, 2, 4]),
        ({"with_total": True, "limit": 1}, [1, 2]),
        ({"limit": 1, "offset": 2}, [4]),
        ({"order": [Ordering("city", is_down=True)]}, [2, 4, 1]),
        ({"parameters": {"ids": ["1", "3", "4"]}}, [1, 4]),
        ({"parameters": {"dearer": "1.6"}}, [2]),
        ({"parameters": {"begins": "a%"}}, [1]),
        ({"parameters": {"begins": "' OR '1'='1"}}, []),
        ({"operation": Operation.GET, "parameters": {"id": "2"}}, [2]),
        ({"operation": Operation.GET, "parameters": {"id": "3"}}, []),
    ],
)
def test_a_table_answers_within_the_rules(
    source: tuple[ConnectionType, Run], more: dict[str, Any], ids: list[int]
) -> None:
    assert ran(source, TABLE, **more) == ids


def test_sql_answers_within_the_rules(source: tuple[ConnectionType, Run]) -> None:
    assert ran(source, SQL, parameters={"but": ["c", "it's"]}, with_total=True) == [1, 4]
    assert ran(source, SQL, parameters={"but": "x", "low": "2"}) == [2, 4]


def test_a_column_that_is_gone_is_a_fault_and_never_a_text(source: tuple[ConnectionType, Run]) -> None:
    gone = Definition(TABLE.source, fields=(Field("id"),), row_rules=(RowRule("eva", CallerAttribute.EMAIL),))
    with pytest.raises((sqlite3.OperationalError, duckdb.Error)):
        ran(source, gone)


def test_a_template_is_tried_without_reading_rows(source: tuple[ConnectionType, Run]) -> None:
    type_, run = source
    assert isinstance(SQL.source, SqlSource)
    words = _one_empty_row(_template(SQL.source, SQL, type_), SQL, type_)
    assert run(words.text, words.values) == [(None, None, None)]
