"""Rows of real databases: names, values of each type, and what ends a stream before its end."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as clock_time
from decimal import Decimal

import pyarrow as pa
import pytest
from waiting import until

from gatepost_server.broker import Client, desk, leash
from gatepost_server.connections import BrokerSilent, Failure, Sql, StatementFailed, TableName, TableOf

from .conftest import login, target_of

PLAIN = datetime.fromisoformat("2026-02-28T12:34:56.789")
POSTGRESQL = """
    DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept;
    CREATE TYPE kept.mood AS ENUM ('fine', 'bad');
    CREATE DOMAIN kept.age AS int;
    CREATE TABLE kept.kinds (
      a smallint, b int, c bigint, d real, e double precision, f numeric(10,2), g numeric, h boolean, i text,
      j char(3), k bytea, l date, m time, n timestamp, o timestamptz, p uuid, q jsonb, r interval, s int[],
      t text[], u kept.mood, v kept.age, w inet, "Ünï ""q"" %s" varchar(9));
    INSERT INTO kept.kinds VALUES (
      1, 2, 9007199254740993, 1.5, 0.1, 12345678.90, 1.25, true, 'Zoë 🌍', 'ab', '\\x00ff', '2026-02-28',
      '12:34:56.5', '2026-02-28 12:34:56.789', '2026-02-28 12:34:56+02',
      '6b3b5f90-0000-4f7b-8fff-159700000000', '{"a": [1]}', '1 day 2 hours', '{1,NULL,3}',
      '{a,"b c"}', 'fine', 30, '10.0.0.1', 'x');
    INSERT INTO kept.kinds (a) VALUES (NULL);
    INSERT INTO kept.kinds (f, g, e, l, n, i) VALUES ('NaN', 'NaN', 'Infinity', 'infinity', '-infinity', '');
    CREATE VIEW kept.shown AS SELECT a FROM kept.kinds"""
MYSQL = """
    CREATE OR REPLACE TABLE kinds (
      a tinyint, b int, c bigint unsigned, d float, e double, f decimal(10,2), g decimal(65,0), h boolean,
      i text, j char(3), k varbinary(9), l date, m time, n datetime(6), o timestamp NULL, p json,
      q enum('fine','bad'), r year, s bit(9), t set('x','y'), u int unsigned, v blob,
      `Ünï ``q`` %s` varchar(9)) CHARACTER SET utf8mb4"""
MYSQL_ROWS = """
    INSERT INTO kinds VALUES (
      1, 2, 18446744073709551615, 1.5, 0.1, 12345678.90, 123456789012345678901234567890123456789012345, true,
      'Zoë 🌍', 'ab', X'00ff', '2026-02-28', '-12:34:56', '2026-02-28 12:34:56.789', '2026-02-28 21:34:56',
      '{"a": [1]}', 'fine', 2026, b'100000001', 'x,y', 4294967295, X'00', 'x')"""


def laid(source):
    """Lay a table of every kind of column; return its schema and the table's name."""
    if source.type == "postgresql":
        source.run(POSTGRESQL)
        return "kept", "kinds"
    for statement in (
        "SET GLOBAL sql_mode=''", MYSQL, MYSQL_ROWS, "INSERT INTO kinds (a) VALUES (NULL)",
        "INSERT INTO kinds (l, n, i) VALUES ('0000-00-00', '2026-00-00', '')",
        "CREATE OR REPLACE VIEW shown AS SELECT a FROM kinds",
    ):  # fmt: skip
        source.run(statement)
    return "shop", "kinds"


def rows_of(rig, source, statement, **params):
    with rig.client.stream(rig.actor, target_of(source, **params), login(), statement) as batches:
        return pa.Table.from_batches(list(batches))


def test_schemas_tables_and_columns_are_listed(rig, source):
    schema, table = laid(source)
    target = target_of(source)
    assert schema in rig.client.schemas(rig.actor, target, login())
    assert not {"information_schema", "pg_catalog", "mysql"} & set(
        rig.client.schemas(rig.actor, target, login())
    )
    found = rig.client.tables(rig.actor, target, login(), schema)
    assert set(found) >= {TableName(schema, "kinds", "table"), TableName(schema, "shown", "view")}
    columns = rig.client.columns(rig.actor, target, login(), schema, table)
    told = {one.name: (one.type, one.native_type) for one in columns}
    odd = 'Ünï "q" %s' if source.type == "postgresql" else "Ünï `q` %s"
    assert told["f"] == (
        "decimal(10,2)", "numeric(10,2)" if source.type == "postgresql" else "decimal(10,2)"
    )  # fmt: skip
    assert told[odd][0] == "string"
    with pytest.raises(StatementFailed) as refused:
        rig.client.columns(rig.actor, target, login(), schema, "nothing")
    assert refused.value.failure is Failure.TABLE_UNKNOWN


def test_every_type_of_postgresql_arrives_as_documented(rig, postgresql):
    rig.allow(postgresql.port)
    found = rows_of(rig, postgresql, TableOf(*laid(postgresql)))
    first, empty, odd = found.to_pylist()
    assert list(first.values()) == [
        1, 2, 9007199254740993, 1.5, 0.1, Decimal("12345678.90"), 1.25, True, "Zoë 🌍", "ab ", b"\0\xff",
        date(2026, 2, 28), clock_time(12, 34, 56, 500000), PLAIN,
        datetime(2026, 2, 28, 10, 34, 56, tzinfo=UTC), "6b3b5f90-0000-4f7b-8fff-159700000000", '{"a": [1]}',
        "1 day 02:00:00", [1, None, 3], ["a", "b c"], "fine", 30, "10.0.0.1/32", "x",
    ]  # fmt: skip
    assert set(empty.values()) == {None}
    assert (odd["f"], odd["l"], odd["n"], odd["i"]) == (None, None, None, "")
    assert str(odd["g"]) == "nan"
    assert odd["e"] == float("inf")
    assert found.schema.field("o").type == pa.timestamp("us", "UTC")
    assert found.schema.field("f").type == pa.decimal128(10, 2)
    columns = rig.client.columns(rig.actor, target_of(postgresql), login(), "kept", "kinds")
    assert [one.type for one in columns] == [
        "integer", "integer", "integer", "double", "double", "decimal(10,2)", "double", "boolean", "string",
        "string", "binary", "date", "time", "timestamp", "timestamp_tz", "string", "string", "string",
        "list<integer>", "list<string>", "string", "integer", "string", "string",
    ]  # fmt: skip


def test_every_type_of_mariadb_arrives_as_documented(rig, mariadb):
    rig.allow(mariadb.port)
    found = rows_of(rig, mariadb, TableOf(*laid(mariadb)))
    first, empty, odd = found.to_pylist()
    assert list(first.values()) == [
        1, 2, Decimal(18446744073709551615), 1.5, 0.1, Decimal("12345678.90"),
        "123456789012345678901234567890123456789012345", 1, "Zoë 🌍", "ab", b"\0\xff", date(2026, 2, 28),
        "-12:34:56", PLAIN, datetime(2026, 2, 28, 12, 34, 56, tzinfo=UTC),
        '{"a": [1]}', "fine", 2026, Decimal(257), "x,y", 4294967295, b"\0", "x",
    ]  # fmt: skip
    assert set(empty.values()) == {None}
    assert (odd["l"], odd["n"], odd["i"]) == (None, None, "")
    columns = rig.client.columns(rig.actor, target_of(mariadb), login(), "shop", "kinds")
    assert [one.type for one in columns] == [
        "integer", "integer", "decimal(20,0)", "double", "double", "decimal(10,2)", "string", "integer",
        "string", "string", "binary", "date", "string", "timestamp", "timestamp_tz", "string", "string",
        "integer", "decimal(20,0)", "string", "integer", "binary", "string",
    ]  # fmt: skip


def test_a_preview_shows_the_first_rows_as_datasets_do(rig, source):
    schema, table = laid(source)
    found = rig.client.preview(rig.actor, target_of(source), login(), schema, table, limit=1)
    row = dict(zip([one.name for one in found.columns], found.rows[0], strict=True))
    assert found.truncated
    assert len(found.rows) == 1
    assert (row["f"], row["k"], row["l"]) == ("12345678.90", "AP8=", "2026-02-28")
    assert row["o"].endswith("Z")
    whole = rig.client.preview(rig.actor, target_of(source), login(), schema, table)
    assert len(whole.rows) == 3
    assert not whole.truncated


def test_a_query_of_ones_own_is_read_whole(rig, source):
    names = "1 AS a, 2 AS b, NULL AS c"
    found = rows_of(rig, source, Sql(f"WITH w AS (SELECT {names}) SELECT * FROM w -- to the end;"))
    assert found.num_rows == 1
    assert found.column("a").to_pylist() == [1]
    chosen = rows_of(rig, source, TableOf(*laid(source), ["b", "a"]))
    assert chosen.column_names == ["b", "a"]


REFUSED = {
    "DELETE FROM kinds": {Failure.NOT_A_SELECT},
    "DROP TABLE kinds": {Failure.NOT_A_SELECT},
    "SELECT nope FROM kinds": {Failure.COLUMN_UNKNOWN, Failure.TABLE_UNKNOWN},
    "SELECT * FROM nothing": {Failure.TABLE_UNKNOWN},
    "SELECT FROM WHERE": {Failure.SYNTAX},
    "SELECT 1; DROP TABLE kinds": {Failure.SYNTAX},
    "SELECT 1) q; DROP TABLE kinds; SELECT * FROM (SELECT 1": {Failure.SYNTAX},
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_single_select_is_refused_in_a_word(rig, source, text):
    laid(source)
    with pytest.raises(StatementFailed) as refused:
        rows_of(rig, source, Sql(text))
    assert refused.value.failure in REFUSED[text]
    assert "kinds" not in refused.value.detail
    assert rows_of(rig, source, TableOf(*laid(source))).num_rows == 3


def test_large_cells_and_many_rows_arrive_whole(rig, source):
    wide = rows_of(rig, source, Sql("SELECT repeat('x', 10485760) AS a UNION ALL SELECT 'y'"))
    assert sorted(len(one) for one in wide.column("a").to_pylist()) == [1, 10_485_760]
    many = {
        "postgresql": "SELECT n, n::text AS t FROM generate_series(1, 100000) n",
        "mysql": "SELECT seq AS n, CAST(seq AS char) AS t FROM seq_1_to_100000",
    }[source.type]
    found = rows_of(rig, source, Sql(many))
    assert found.num_rows == 100_000
    assert sum(found.column("n").to_pylist()) == 5_000_050_000


ENDLESS = {
    "postgresql": "SELECT generate_series(1, 100000000) AS n, repeat('x', 1000) AS t",
    "mysql": "SELECT seq AS n, repeat('x', 1000) AS t FROM seq_1_to_100000000",
}
RUNNING = {
    "postgresql": "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%repeat(%' "
    "AND state = 'active' AND pid <> pg_backend_pid()",
    "mysql": "SELECT count(*) AS n FROM information_schema.processlist "
    "WHERE info LIKE '%repeat(%' AND id <> connection_id()",
}


def running(rig, source):
    return rows_of(rig, source, Sql(RUNNING[source.type])).column("n").to_pylist()[0]


def test_leaving_in_the_middle_ends_the_statement_at_the_far_end(rig, source):
    if source.type == "mysql":
        source.run("GRANT PROCESS ON *.* TO reader@'%'")
    with rig.client.stream(rig.actor, target_of(source), login(), Sql(ENDLESS[source.type])) as batches:
        assert next(batches).num_rows > 0
        assert running(rig, source) == 1
    until(lambda: running(rig, source) == 0, 10, what="the end of the statement")


def test_a_far_end_that_drops_in_the_middle_is_told_and_never_taken_for_the_end(rig, source):
    kill = {
        "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'",
        "mysql": "KILL USER reader",
    }[source.type]
    with (
        pytest.raises(StatementFailed) as refused,
        rig.client.stream(rig.actor, target_of(source), login(), Sql(ENDLESS[source.type])) as batches,
    ):
        next(batches)
        source.run(kill)
        for _ in batches:
            pass
    assert refused.value.failure in {Failure.DROPPED, Failure.CANCELLED}


def test_a_slow_statement_is_ended_by_its_limit(rig, source, monkeypatch):
    monkeypatch.setitem(desk._SECONDS, "stream", 1.0)
    slow = {"postgresql": "SELECT 1 AS a, pg_sleep(20)", "mysql": "SELECT sleep(20) AS a"}[source.type]
    started = time.monotonic()
    with pytest.raises(StatementFailed) as refused:
        rows_of(rig, source, Sql(slow))
    assert refused.value.failure is Failure.TOO_SLOW
    assert time.monotonic() - started < 8


def test_a_statement_that_is_long_silent_is_waited_for_by_both_sides(rig, source, monkeypatch):
    monkeypatch.setattr(leash, "BEAT_S", 0.2)
    slow = {"postgresql": "SELECT 1 AS a, pg_sleep(2.5)::text", "mysql": "SELECT 1 AS a, sleep(2.5) AS b"}
    impatient = replace(rig, client=Client(rig.client._path, within=1.0))
    assert rows_of(impatient, source, Sql(slow[source.type])).column("a").to_pylist() == [1]
    monkeypatch.setattr(leash, "BEAT_S", 60)
    with pytest.raises(BrokerSilent):
        rows_of(impatient, source, Sql(slow[source.type]))
