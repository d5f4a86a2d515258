"""From what is asked to a statement: values are bound, names are the definition's, rules stay."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost_server.connections import ConnectionType
from gatepost_server.dataapis import (
    Ask,
    AskRefused,
    CallerAttribute,
    CallerFacts,
    Definition,
    Field,
    Limits,
    NotYourRows,
    Operation,
    OperationClosed,
    Operator,
    Ordering,
    Parameter,
    ParameterType,
    RowRule,
    SqlSource,
    TableSource,
    plan,
)

PG = ConnectionType.POSTGRESQL
EVA = CallerFacts("usr_1", "user", "eva", email="eva@example.com")
NOBODY = CallerFacts("usr_2", "user", "bob")
ALL = frozenset(Operation)
TABLE = Definition(
    TableSource("orders", "shop"),
    ALL,
    (Field("id", "integer"), Field("city"), Field("price", "decimal(10,2)")),
    (
        Parameter("city"),
        Parameter("ids", ParameterType.INTEGER, is_many=True, column="id"),
        Parameter("dearer", ParameterType.DECIMAL, column="price", operator=Operator.MORE, min="0"),
        Parameter("like", column="city", operator=Operator.CONTAINS),
    ),
    key=("id",),
    sortable=("city", "price"),
    row_rules=(RowRule("owner", CallerAttribute.EMAIL),),
    limits=Limits(page_rows=500, total_rows=1000),
)
SQL = Definition(
    SqlSource("select id, day from t where day >= :since and (:city is null or city = :city) and k in (:ks)"),
    frozenset({Operation.LIST, Operation.GET}),
    (Field("id", "integer"), Field("day", "date")),
    (
        Parameter("since", ParameterType.DATE, required=True),
        Parameter("city"),
        Parameter("ks", ParameterType.INTEGER, is_many=True, required=True),
    ),
)


def ask(operation: Operation = Operation.LIST, caller: CallerFacts = EVA, **more: Any) -> Ask:
    return Ask(operation, caller, **more)


def said(definition: Definition, wanted: Ask, type_: ConnectionType = PG) -> tuple[str, list[Any]]:
    statement = plan(definition, type_, wanted).statement
    return statement.text, list(statement.values or ())


def faults(definition: Definition, wanted: Ask) -> dict[str, str]:
    with pytest.raises(AskRefused) as refused:
        plan(definition, PG, wanted)
    return {one.field: one.detail for one in refused.value.faults}


def test_a_table_is_listed_by_filters_within_the_row_rules() -> None:
    wanted = ask(
        parameters={"city": "Bonn", "ids": ["1", 2], "dearer": "9.50", "like": "a%"},
        order=[Ordering("city", is_down=True)], offset=10, limit=20,
    )  # fmt: skip
    text, values = said(TABLE, wanted)
    assert text == (
        'SELECT "gatepost_rows"."id", "gatepost_rows"."city", "gatepost_rows"."price"'
        ' FROM "shop"."orders" AS "gatepost_rows"'
        ' WHERE "gatepost_rows"."city" = $1'
        ' AND "gatepost_rows"."id" IN (CAST($2 AS BIGINT), CAST($3 AS BIGINT))'
        ' AND "gatepost_rows"."price" > CAST($4 AS NUMERIC)'
        ' AND "gatepost_rows"."city" LIKE $5 ESCAPE \'!\''
        ' AND "gatepost_rows"."owner" = $6'
        ' ORDER BY "gatepost_rows"."city" DESC, "gatepost_rows"."id" LIMIT 21 OFFSET 10'
    )
    assert values == ["Bonn", 1, 2, Decimal("9.50"), "%a!%%", "eva@example.com"]


@pytest.mark.parametrize(
    ("type_", "text", "values"),
    [
        (PG, "t.day >= CAST($1 AS DATE) AND ($2 IS NULL OR city = $3) AND k IN (CAST($4 AS BIGINT))", 4),
        (ConnectionType.MYSQL, "day >= %s AND (%s IS NULL OR city = %s) AND k IN (%s)", 4),
        (ConnectionType.SQLITE, "day >= ? AND (? IS NULL OR city = ?) AND k IN (?)", 4),
    ],
)
def test_sql_is_bound_in_the_style_of_its_driver(type_: ConnectionType, text: str, values: int) -> None:
    found, bound = said(SQL, ask(parameters={"since": "2027-01-31", "ks": "7"}), type_)
    assert text.replace("t.day", "day") in found
    assert bound == [date(2027, 1, 31), None, None, 7]
    assert len(bound) == values


def test_percent_signs_are_doubled_where_the_driver_formats() -> None:
    one = Definition(SqlSource("select a from t where b like '5%' and c = :c"), parameters=(Parameter("c"),))
    one = replace(one, fields=(Field("a"),))
    assert "'5%%' AND c = %s" in said(one, ask(parameters={"c": "%s"}), ConnectionType.MYSQL)[0]
    assert "'5%' AND c = ?" in said(one, ask(parameters={"c": "%s"}), ConnectionType.SQLITE)[0]


def test_one_row_is_got_by_its_key() -> None:
    text, values = said(TABLE, ask(Operation.GET, parameters={"id": "7"}, fields=["city"]))
    assert text.startswith('SELECT "gatepost_rows"."city" FROM')
    assert text.endswith('"owner" = $2 ORDER BY "gatepost_rows"."id" LIMIT 2')
    assert values == [7, "eva@example.com"]
    assert faults(TABLE, ask(Operation.GET)) == {"id": "required"}


def test_rows_are_counted_within_the_same_rules() -> None:
    planned = plan(TABLE, PG, ask(parameters={"city": "Bonn"}, with_total=True))
    assert planned.count is not None
    assert planned.count.text == (
        'SELECT COUNT(*) AS "total" FROM "shop"."orders" AS "gatepost_rows"'
        ' WHERE "gatepost_rows"."city" = $1 AND "gatepost_rows"."owner" = $2'
    )
    assert list(planned.count.values or ()) == ["Bonn", "eva@example.com"]
    assert (planned.limit, planned.offset) == (100, 0)
    assert plan(TABLE, PG, ask()).count is None


def test_who_lacks_what_a_rule_compares_with_has_no_rows() -> None:
    assert " WHERE 1 = 0 ORDER BY" in said(TABLE, ask(caller=NOBODY))[0]
    for operation in (Operation.CREATE, Operation.UPDATE, Operation.DELETE):
        with pytest.raises(NotYourRows):
            plan(TABLE, PG, ask(operation, NOBODY, rows=[{"id": 1, "city": "a"}]))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (ask(parameters={"owner": "eva"}), "owner"),
        (ask(parameters={"city": ["a", "b"]}), "city"),
        (ask(parameters={"ids": []}), "ids"),
        (ask(parameters={"ids": ["1; drop table t"]}), "ids"),
        (ask(parameters={"dearer": "-1"}), "dearer"),
        (ask(parameters={"dearer": "1e9"}), "dearer"),
        (ask(fields=["owner"]), "fields"),
        (ask(fields=["city"], granted=frozenset({"id"})), "fields"),
        (ask(order=[Ordering("id")]), "order"),
        (ask(order=[Ordering("city")], granted=frozenset({"id"})), "order"),
        (ask(limit=501), "limit"),
        (ask(limit=0), "limit"),
        (ask(offset=-1), "offset"),
        (ask(offset=901), "offset"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(wanted: Ask, field: str) -> None:
    assert list(faults(TABLE, wanted)) == [field]


def test_at_the_edges_of_the_limits_it_is_taken() -> None:
    assert said(TABLE, ask(limit=500, offset=500))[0].endswith("LIMIT 501 OFFSET 500")


def test_only_granted_fields_come_back() -> None:
    assert plan(TABLE, PG, ask(granted=frozenset({"city"}))).fields == (Field("city"),)


def test_what_was_not_opted_into_is_closed() -> None:
    with pytest.raises(OperationClosed):
        plan(SQL, PG, ask(Operation.DELETE, rows=[{"id": 1}]))


def test_rows_are_written_by_key_and_stay_the_callers() -> None:
    text, values = said(TABLE, ask(Operation.CREATE, rows=[{"id": 1, "city": "a"}, {"id": 2, "city": None}]))
    assert text.startswith('INSERT INTO "shop"."orders" ("id", "city", "owner") VALUES (CAST($1 AS BIGINT),')
    assert values == [1, "a", "eva@example.com", 2, None, "eva@example.com"]
    text, values = said(TABLE, ask(Operation.UPDATE, rows=[{"id": 1, "city": "a"}]))
    assert text == (
        'UPDATE "shop"."orders" SET "city" = $1 WHERE ("id" = CAST($2 AS BIGINT)) AND "owner" = $3'
    )
    text, values = said(TABLE, ask(Operation.DELETE, rows=[{"id": 1}, {"id": 2}]))
    assert text == (
        'DELETE FROM "shop"."orders" WHERE (("id" = CAST($1 AS BIGINT)) OR ("id" = CAST($2 AS BIGINT)))'
        ' AND "owner" = $3'
    )
    assert values == [1, 2, "eva@example.com"]


@pytest.mark.parametrize(
    ("operation", "rows", "field"),
    [
        (Operation.CREATE, [], "rows"),
        (Operation.CREATE, [{"id": 1}] * 1001, "rows"),
        (Operation.CREATE, [{"id": 1}, {"city": "a"}], "rows"),
        (Operation.CREATE, [{"owner": "bob@example.com"}], "rows.0.owner"),
        (Operation.UPDATE, [{"city": "a"}], "rows.0.id"),
        (Operation.UPDATE, [{"id": 1}], "rows.0"),
        (Operation.UPDATE, [{"id": 1, "city": "a"}, {"id": 2, "city": "a"}], "rows"),
        (Operation.UPDATE, [{"id": "one", "city": "a"}], "rows.0.id"),
        (Operation.DELETE, [{"id": None}], "rows.0.id"),
        (Operation.DELETE, [{"id": 1, "city": "a"}], "rows.0.city"),
    ],
)
def test_rows_that_cannot_be_written_are_refused(
    operation: Operation, rows: list[dict[str, Any]], field: str
) -> None:
    assert field in faults(TABLE, ask(operation, rows=rows))


def test_what_is_not_granted_is_not_written() -> None:
    wanted = ask(Operation.UPDATE, rows=[{"id": 1, "price": "1"}], granted=frozenset({"city"}))
    assert "rows.0.price" in faults(TABLE, wanted)


def test_a_row_is_deleted_by_who_was_granted_all_of_it() -> None:
    rows, every = [{"id": 1}], frozenset(one.name for one in TABLE.fields)
    assert faults(TABLE, ask(Operation.DELETE, rows=rows, granted=every - {"city"})).keys() == {"fields"}
    assert said(TABLE, ask(Operation.DELETE, rows=rows, granted=every))[0].startswith("DELETE")


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)


@given(
    city=TEXTS, like=TEXTS, email=TEXTS, type_=st.sampled_from(["postgresql", "mysql", "sqlite", "duckdb"])
)
def test_the_text_of_a_caller_never_becomes_sql(city: str, like: str, email: str, type_: str) -> None:
    caller = replace(EVA, email=email)
    sent = {"city": city, "like": like}
    on = ConnectionType(type_)
    text, values = said(TABLE, ask(caller=caller, parameters=sent), on)
    same, _ = said(TABLE, ask(parameters={"city": "x", "like": "y"}), on)
    assert text == same
    assert [values[0], values[2]] == [city, email]
    row = {"id": 1, "city": city}
    written, _ = said(TABLE, ask(Operation.UPDATE, caller, rows=[row]), on)
    assert written == said(TABLE, ask(Operation.UPDATE, rows=[{"id": 1, "city": "x"}]), on)[0]
