"""What data APIs plan runs on the databases themselves, through the broker: read, counted, written."""

from typing import Any

import pytest

from gatepost_server.connections import Sql
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
from gatepost_server.dataapis.service.examining import _columns

from .conftest import Rig, login, target_of

EVA = CallerFacts("usr_1", "user", "eva", email="eva")
TABLE = Definition(
    TableSource("goods"),
    frozenset(Operation),
    (Field("id", "integer"), Field("city"), Field("price", "decimal(10,2)"), Field("day", "date")),
    (
        Parameter("dearer", ParameterType.DECIMAL, column="price", operator=Operator.AT_LEAST),
        Parameter("since", ParameterType.DATE, column="day", operator=Operator.AT_LEAST),
        Parameter("ids", ParameterType.INTEGER, is_many=True, column="id"),
        Parameter("has", column="city", operator=Operator.CONTAINS),
    ),
    key=("id",),
    sortable=("price",),
    row_rules=(RowRule("owner", CallerAttribute.EMAIL),),
)
SQL = Definition(
    SqlSource(
        "SELECT id, city, owner FROM goods WHERE (:low IS NULL OR id >= :low) AND day >= :since"
        " AND city NOT LIKE '%x%' AND city IN (:cities)"
    ),
    fields=(Field("id"), Field("city")),
    parameters=(
        Parameter("low", ParameterType.INTEGER),
        Parameter("since", ParameterType.DATE, required=True),
        Parameter("cities", is_many=True, required=True),
    ),
    row_rules=(RowRule("owner", CallerAttribute.EMAIL),),
)
LAID = (
    "CREATE TABLE goods"
    " (id integer primary key, city varchar(40), price decimal(10,2), day date, owner varchar(40))"
)


class Goods:
    """The table `goods` of a database, of which the reader may change rows."""

    def __init__(self, rig: Rig, source: Any) -> None:
        self.rig, self.target = rig, target_of(source)
        source.run("DROP TABLE IF EXISTS goods")
        source.run(LAID)
        who = "reader" if source.type == "postgresql" else "reader@'%'"
        source.run(f"GRANT ALL ON {'goods' if source.type == 'postgresql' else 'shop.goods'} TO {who}")
        self.write(Operation.CREATE, [
            {"id": 1, "city": "50% off", "price": "1.50", "day": "2027-01-01"},
            {"id": 2, "city": "it's", "price": "2.50", "day": "2027-01-02"},
            {"id": 3, "city": "Bonn", "price": None, "day": "2027-01-03"},
        ])  # fmt: skip
        self.write(Operation.CREATE, [{"id": 4, "city": "Bonn"}], "bob")

    def write(self, operation: Operation, rows: list[dict[str, Any]], who: str = "eva") -> int:
        caller = CallerFacts("usr_1", "user", who, email=who)
        planned = plan(TABLE, self.target.type, Ask(operation, caller, rows=rows))
        assert not isinstance(planned.statement, Sql)
        return self.rig.client.write(self.rig.actor, self.target, login(), planned.statement)

    def ids(self, definition: Definition, **more: Any) -> list[Any]:
        ask = Ask(more.pop("operation", Operation.LIST), EVA, **more)
        statement = plan(definition, self.target.type, ask).statement
        assert isinstance(statement, Sql)
        return [row["id"] for row in self.read(statement)]

    def read(self, statement: Sql) -> list[dict[str, Any]]:
        with self.rig.client.stream(self.rig.actor, self.target, login(), statement) as batches:
            return [row for batch in batches for row in batch.to_pylist()]


@pytest.fixture
def goods(rig: Rig, source: Any) -> Goods:
    return Goods(rig, source)


def test_a_table_is_read_by_typed_parameters(goods: Goods) -> None:
    assert goods.ids(TABLE) == [1, 2, 3]
    assert goods.ids(TABLE, parameters={"dearer": "1.51"}) == [2]
    assert goods.ids(TABLE, parameters={"since": "2027-01-02"}) == [2, 3]
    assert goods.ids(TABLE, parameters={"ids": [1, "3", 4]}) == [1, 3]
    assert goods.ids(TABLE, parameters={"has": "0%"}) == [1]
    assert goods.ids(TABLE, parameters={"has": "' OR '1'='1"}) == []
    assert goods.ids(TABLE, order=[Ordering("price", is_down=True)], parameters={"ids": [1, 2]}) == [2, 1]
    assert goods.ids(TABLE, operation=Operation.GET, parameters={"id": "2"}) == [2]
    assert goods.ids(TABLE, limit=1, offset=1) == [2, 3]
    count = plan(TABLE, goods.target.type, Ask(Operation.LIST, EVA, with_total=True)).count
    assert count is not None
    assert goods.read(count) == [{"total": 3}]


def test_sql_is_read_with_what_is_missing_as_nothing(goods: Goods) -> None:
    sent = {"since": "2027-01-01", "cities": ["it's", "Bonn"]}
    assert sorted(goods.ids(SQL, parameters=sent)) == [2, 3]
    assert goods.ids(SQL, parameters={**sent, "low": 3}) == [3]


def test_rows_are_changed_by_key_within_the_rules(goods: Goods) -> None:
    assert goods.write(Operation.UPDATE, [{"id": 1, "price": "9.99"}]) == 1
    assert goods.write(Operation.UPDATE, [{"id": 4, "price": "9.99"}]) == 0
    assert goods.ids(TABLE, parameters={"dearer": "9.99"}) == [1]
    assert goods.write(Operation.DELETE, [{"id": 1}, {"id": 2}, {"id": 4}]) == 2
    assert goods.ids(TABLE) == [3]


def test_a_template_tells_its_columns_without_rows(goods: Goods) -> None:
    from gatepost_server.connections import Sight

    sight = Sight(goods.rig.client, goods.rig.actor, goods.target, login())
    found = _columns(sight, SQL, goods.target.type)
    assert [(one.name, one.type) for one in found] == [
        ("id", "integer"), ("city", "string"), ("owner", "string"),
    ]  # fmt: skip
