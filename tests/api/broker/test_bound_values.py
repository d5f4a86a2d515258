"""Values that are bound, bounds of what comes, and statements that write: what is done, and what is not."""

import sqlite3
import time
from datetime import UTC, date, datetime
from datetime import time as clock_time
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from gatepost_server.connections import (
    Bounds,
    ConnectionType,
    Failure,
    NoLogin,
    Sql,
    StatementFailed,
    TableOf,
    Target,
    Write,
)

from .conftest import Rig, login, target_of

EVIL = "x' OR '1'='1\\'; DROP TABLE kept -- %s $1 ? \"é🌍"
VALUES: dict[str, Any] = {
    "a": 9007199254740993, "b": EVIL, "c": 1.5, "d": True, "e": Decimal("12345678.90"),
    "f": date(2026, 2, 28), "g": clock_time(12, 34, 56, 500000),
    "i": datetime.fromisoformat("2026-02-28T12:34:56+02:00"), "j": b"\0\xff'\\", "k": None,
    "h": datetime.fromisoformat("2026-02-28T12:34:56.789"),
}  # fmt: skip
COLUMNS = {
    "postgresql": "bigint text float8 boolean numeric(10,2) date time timestamptz bytea text timestamp",
    "mysql": "bigint varchar(99) double boolean decimal(10,2) date time(6) datetime(6) blob text datetime(6)",
    "sqlite": "integer text real integer real text text text blob text text",
    "duckdb": "bigint varchar double boolean decimal(10,2) date time timestamptz blob text timestamp",
}
PLACES = {"mysql": lambda _: "%s", "sqlite": lambda _: "?"}


class Kept:
    """A table `kept` at a source of each kind, with a row of every kind of value."""

    def __init__(self, rig: Rig, target: Target, using: Any) -> None:
        self.rig, self.target, self.using = rig, target, using
        self.type = target.type.value

    def place(self, number: int) -> str:
        return PLACES.get(self.type, lambda at: f"${at}")(number)

    def filled(self, text: str) -> str:
        """Return *text* with the driver's own places instead of {}."""
        places = (self.place(number) for number in range(1, text.count("{}") + 1))
        return text.format(*places)

    def read(self, statement: Any, bounds: Bounds | None = None) -> list[dict[str, Any]]:
        asked = self.rig.client.stream(self.rig.actor, self.target, self.using, statement, bounds)
        with asked as batches:
            return [row for batch in batches for row in batch.to_pylist()]

    def ask(self, text: str, *values: Any) -> list[dict[str, Any]]:
        return self.read(Sql(self.filled(text), values))

    def write(self, text: str, *values: Any) -> int:
        return self.rig.client.write(
            self.rig.actor, self.target, self.using, Write(self.filled(text), values)
        )

    def refused(self, do: Any, *asked: Any) -> Failure:
        with pytest.raises(StatementFailed) as refused:
            do(*asked)
        assert "kept" not in refused.value.detail
        return refused.value.failure


def laid_out(type_: str) -> str:
    columns = zip(VALUES, COLUMNS[type_].split(), strict=True)
    return f"CREATE TABLE kept ({', '.join(f'{name} {kind}' for name, kind in columns)})"


def in_a_file(rig: Rig, type_: str) -> Kept:
    folder = rig.desk.files / "org_1"
    folder.mkdir(parents=True)
    places = ", ".join("?" * len(VALUES))
    with (sqlite3.connect if type_ == "sqlite" else duckdb.connect)(str(folder / "kept.db")) as file:
        file.execute(laid_out(type_))
        values = list(VALUES.values())
        if type_ == "sqlite":
            values[4:8] = [12345678.90, "2026-02-28", "12:34:56.500000", "2026-02-28 10:34:56"]
            values[-1] = "2026-02-28 12:34:56.789000"
        file.execute(f"INSERT INTO kept VALUES ({places})", values)
        file.execute("INSERT INTO kept (a, b) VALUES (1, 'other')")
    file.close()
    return Kept(rig, Target("org_1", "con_1", ConnectionType(type_), {"file": "kept.db"}), NoLogin())


def on_a_server(rig: Rig, source: Any) -> Kept:
    rig.allow(source.port)
    source.run("DROP TABLE IF EXISTS kept")
    source.run(laid_out(source.type))
    if source.type == "postgresql":
        source.run(
            "GRANT ALL ON kept TO reader; CREATE SEQUENCE IF NOT EXISTS steps; GRANT ALL ON steps TO reader"
        )
    else:
        source.run("GRANT ALL ON shop.kept TO reader@'%'")
    kept = Kept(rig, target_of(source), login())
    places = ", ".join(["{}"] * len(VALUES))
    assert kept.write(f"INSERT INTO kept VALUES ({places})", *VALUES.values()) == 1
    assert kept.write("INSERT INTO kept (a, b) VALUES ({}, {})", 1, "other") == 1
    return kept


@pytest.fixture(params=["postgresql", "mariadb", "sqlite", "duckdb"])
def kept(request: pytest.FixtureRequest, rig: Rig) -> Kept:
    if request.param in ("sqlite", "duckdb"):
        return in_a_file(rig, request.param)
    return on_a_server(rig, request.getfixturevalue(request.param))


@pytest.fixture(params=["postgresql", "mariadb"])
def written(request: pytest.FixtureRequest, rig: Rig) -> Kept:
    return on_a_server(rig, request.getfixturevalue(request.param))


def test_a_value_of_each_kind_is_found_as_it_was_bound(kept):
    for name, value in VALUES.items():
        if value is None:
            assert kept.ask("SELECT a FROM kept WHERE k = {}", None) == []
            continue
        assert kept.ask(f"SELECT a FROM kept WHERE {name} = {{}}", value) == [{"a": VALUES["a"]}], name


def test_rows_read_by_bound_values_arrive_as_those_of_a_table_do(kept):
    schema = {"postgresql": "public", "mysql": "shop", "duckdb": "main"}.get(kept.type)
    every = [row for row in kept.read(TableOf(schema, "kept")) if row["b"] == EVIL]
    assert kept.ask("SELECT * FROM kept WHERE b = {}", EVIL) == every
    if kept.type in ("postgresql", "duckdb"):
        assert every[0]["i"] == VALUES["i"].astimezone(UTC)
        assert {name: every[0][name] for name in "abcdefghjk"} == {
            name: VALUES[name] for name in "abcdefghjk"
        }


def test_a_value_is_never_a_part_of_the_text(kept):
    assert kept.ask("SELECT a FROM kept WHERE b = {}", "' OR 1=1 -- ") == []
    percent = "%%" if kept.type == "mysql" else "%"
    found = kept.ask(f"SELECT a FROM kept WHERE b LIKE 'o{percent}' AND a = {{}} -- the end", 1)
    assert found == [{"a": 1}]
    assert kept.ask("SELECT count(*) AS n FROM kept")[0]["n"] == 2


def test_a_place_without_a_value_is_refused(kept):
    for values in ((), (1,)):
        failure = kept.refused(kept.ask, "SELECT a FROM kept WHERE a = {} OR a = {}", *values)
        assert failure in {Failure.SYNTAX, Failure.FAILED}, values


def test_a_statement_that_writes_is_refused_wherever_rows_are_read(kept):
    for text in (
        "DELETE FROM kept WHERE a = {}",
        "WITH w AS (DELETE FROM kept WHERE a = {} RETURNING a) SELECT * FROM w",
        "SELECT a FROM kept WHERE a = {}; DELETE FROM kept",
        "INSERT INTO kept (a) VALUES ({})",
    ):
        kept.refused(kept.ask, text, 1)
    if kept.type == "postgresql":
        for text in ("nextval('steps') + {}", "set_config('transaction_read_only', 'off', true), {}::int"):
            kept.refused(kept.ask, f"SELECT {text}", 1)
    assert kept.ask("SELECT count(*) AS n FROM kept")[0]["n"] == 2


def test_more_than_the_bounds_allow_is_refused_and_not_cut(kept):
    text = kept.filled("SELECT b FROM kept WHERE a > {}")
    assert len(kept.read(Sql(text, [0]), Bounds(rows=2, bytes=4096, seconds=9))) == 2
    for bounds in (Bounds(rows=1), Bounds(bytes=10)):
        assert kept.refused(kept.read, Sql(text, [0]), bounds) is Failure.TOO_MUCH


def test_a_bound_statement_ends_at_its_own_limit_of_time(kept):
    slow = {
        "postgresql": "SELECT pg_sleep({}::float8)::text AS a",
        "mysql": "SELECT sleep({}) AS a",
        "sqlite": "WITH RECURSIVE r(n) AS (SELECT {} UNION ALL SELECT n + 1 FROM r) SELECT max(n) m FROM r",
        "duckdb": "SELECT count(*) AS n FROM range(1000000000) a, range(999) b WHERE a.range = b.range + {}",
    }[kept.type]
    started = time.monotonic()
    failure = kept.refused(kept.read, Sql(kept.filled(slow), [20]), Bounds(seconds=1))
    assert failure is Failure.TOO_SLOW
    assert time.monotonic() - started < 8


def test_many_rows_by_a_bound_value_arrive_whole(rig, source):
    rig.allow(source.port)
    many = {
        "postgresql": "SELECT n, repeat('x', 50) AS t FROM generate_series(1, 50000) n WHERE n > {}",
        "mysql": "SELECT seq AS n, repeat('x', 50) AS t FROM seq_1_to_50000 WHERE seq > {}",
    }[source.type]
    kept = Kept(rig, target_of(source), login())
    assert sum(row["n"] for row in kept.ask(many, 10)) == 1_250_025_000 - 55


def test_a_write_says_how_many_rows_it_met(written):
    assert written.write("UPDATE kept SET b = {} WHERE a >= {}", "same", 1) == 2
    assert written.write("UPDATE kept SET b = {} WHERE a >= {}", "same", 1) == 2
    assert written.write("DELETE FROM kept WHERE a = {}", 77) == 0
    assert written.write("DELETE FROM kept WHERE a = {}", 1) == 1
    assert written.ask("SELECT b FROM kept") == [{"b": "same"}]


def test_what_is_no_single_write_or_fits_no_rule_changes_nothing(written):
    no_writes = ("SELECT a FROM kept", "DROP TABLE kept", "TRUNCATE kept", "-- x\nDELETE FROM kept")
    for text in no_writes:
        assert written.refused(written.write, text) is Failure.NOT_A_WRITE
    written.refused(written.write, "DELETE FROM kept; DELETE FROM kept")
    written.refused(written.write, "DELETE FROM kept WHERE a = {}; DELETE FROM kept", 1)
    assert written.refused(written.write, "INSERT INTO nothing (a) VALUES ({})", 1) in {
        Failure.TABLE_UNKNOWN, Failure.NOT_ALLOWED,
    }  # fmt: skip
    assert written.ask("SELECT count(*) AS n FROM kept")[0]["n"] == 2


@pytest.mark.parametrize("type_", ["sqlite", "duckdb"])
def test_a_file_takes_no_writes(rig, type_):
    kept = in_a_file(rig, type_)
    assert kept.refused(kept.write, "DELETE FROM kept WHERE a = {}", 1) is Failure.NOT_SUPPORTED
    assert kept.ask("SELECT count(*) AS n FROM kept")[0]["n"] == 2
