"""Database files of an organization: read in a process that sees nothing else."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from gatepost_server.connections import (
    ConnectionType,
    Failure,
    NoLogin,
    Sql,
    StatementFailed,
    TableName,
    TableOf,
    Target,
)

from .conftest import Rig

SECRET = "planted-3e9a-in-another-file"


def target(type_: str, file: str) -> Target:
    return Target("org_1", "con_1", ConnectionType(type_), {"file": file})


def read(rig: Rig, where: Target, statement: Any) -> pa.Table:
    with rig.client.stream(rig.actor, where, NoLogin(), statement) as batches:
        found = list(batches)
    return pa.Table.from_batches(found)


@pytest.fixture
def folder(rig: Rig) -> Path:
    """The data folder of an organization, with a file of each kind and a neighbour's beside it."""
    found = rig.desk.files / "org_1"
    for one in (found / "sales", rig.desk.files / "org_2"):
        one.mkdir(parents=True)
    (rig.desk.files / "org_2" / "secret.csv").write_text(f"a\n{SECRET}\n")
    with sqlite3.connect(found / "sales" / "lite.db") as lite:
        lite.execute('CREATE TABLE kinds (a INTEGER, b REAL, c TEXT, d BLOB, e, f INTEGER, "odd"" name")')
        lite.execute("INSERT INTO kinds VALUES (1, 1.5, 'Zoë', x'00ff', 'x', 9007199254740993, NULL)")
        lite.execute("INSERT INTO kinds VALUES (NULL, 2, NULL, NULL, 7, NULL, NULL)")
        lite.execute("CREATE VIEW shown AS SELECT a FROM kinds")
    lite.close()
    with sqlite3.connect(rig.desk.files / "org_2" / "lite.db") as other:
        other.execute("CREATE TABLE secret (a TEXT)")
        other.execute("INSERT INTO secret VALUES (?)", [SECRET])
    other.close()
    with duckdb.connect(str(found / "duck.db")) as duck:
        duck.execute("CREATE TYPE mood AS ENUM ('fine')")
        duck.execute(
            "CREATE TABLE kinds AS SELECT 1::TINYINT a, 1.50::DECIMAL(10,2) b, 'Zoë' c, '\\x00'::BLOB d, "
            "[1, NULL] e, TIMESTAMPTZ '2026-02-28 12:00:00+02' f, 'fine'::mood g, uuid() h, 7::HUGEINT i"
        )
        duck.execute("CREATE VIEW shown AS SELECT a FROM kinds")
    return found


FILES = [("sqlite", "sales/lite.db"), ("duckdb", "duck.db")]


@pytest.mark.parametrize(("type_", "file"), FILES)
def test_a_file_is_tested_browsed_and_read(rig, folder, type_, file):
    where = target(type_, file)
    assert rig.codes(where, NoLogin()) == ["name: ok", "query: ok"]
    schema = "main" if type_ == "duckdb" else None
    assert rig.client.schemas(rig.actor, where, NoLogin()) == (["main"] if schema else [])
    assert rig.client.tables(rig.actor, where, NoLogin(), schema) == [
        TableName(schema, "kinds", "table"),
        TableName(schema, "shown", "view"),
    ]
    assert read(rig, where, TableOf(schema, "kinds", ["a", "c"])).to_pylist()[0] == {"a": 1, "c": "Zoë"}
    assert read(rig, where, Sql("SELECT a + 1 AS b FROM kinds -- the end")).column("b")[0].as_py() == 2
    found = rig.client.preview(rig.actor, where, NoLogin(), schema, "kinds", limit=1)
    assert found.rows[0][0] == 1
    assert found.truncated == (type_ == "sqlite")


def test_columns_of_sqlite_have_the_type_that_holds_their_values(rig, folder):
    where = target("sqlite", "sales/lite.db")
    columns = rig.client.columns(rig.actor, where, NoLogin(), None, "kinds")
    assert [(one.name, one.type, one.native_type) for one in columns] == [
        ("a", "integer", "INTEGER"), ("b", "double", "REAL"), ("c", "string", "TEXT"),
        ("d", "binary", "BLOB"), ("e", "string", ""),
        ("f", "integer", "INTEGER"), ('odd" name', "string", ""),
    ]  # fmt: skip
    found = read(rig, where, TableOf(None, "kinds"))
    assert found.column("f").to_pylist() == [9007199254740993, None]
    assert found.column("e").to_pylist() == ["x", "7"]
    assert found.column("d").to_pylist() == [b"\0\xff", None]


def test_columns_of_duckdb_arrive_as_datasets_keep_them(rig, folder):
    where = target("duckdb", "duck.db")
    columns = rig.client.columns(rig.actor, where, NoLogin(), "main", "kinds")
    assert [one.type for one in columns] == [
        "integer", "decimal(10,2)", "string", "binary", "list<integer>", "timestamp_tz", "string", "string",
        "decimal(38,0)",
    ]  # fmt: skip
    row = read(rig, where, TableOf("main", "kinds")).to_pylist()[0]
    assert (row["a"], row["e"], row["g"], row["d"]) == (1, [1, None], "fine", b"\0")
    assert row["f"].isoformat() == "2026-02-28T10:00:00+00:00"


def ways_out(folder: Path, type_: str) -> list[str]:
    other = folder.parent / "org_2"
    if type_ == "sqlite":
        return [
            f"ATTACH '{other}/lite.db' AS o", "SELECT load_extension('x')",
            "PRAGMA query_only=OFF", "DELETE FROM kinds", "DROP TABLE kinds", "SELECT 1; DELETE FROM kinds",
            f"VACUUM INTO '{folder}/copy.db'", "CREATE TEMP TABLE t AS SELECT 1",
            f"SELECT readfile('{other}/secret.csv')",
        ]  # fmt: skip
    return [
        f"ATTACH '{other}/x.db'", f"SELECT * FROM '{other}/secret.csv'",
        "LOAD httpfs", "SET enable_external_access = true", "DELETE FROM kinds",
        f"COPY kinds TO '{folder}/copy.csv'", "SELECT 1; DROP TABLE kinds",
        f"SELECT * FROM read_text('{other}/secret.csv')",
        "SELECT * FROM glob('/etc/*')",
    ]  # fmt: skip


@pytest.mark.parametrize(("type_", "file"), FILES)
def test_no_statement_leads_out_of_the_file_or_changes_it(rig, folder, type_, file):
    before = sorted(path.name for path in folder.rglob("*"))
    for text in ways_out(folder, type_):
        with pytest.raises(StatementFailed) as refused:
            read(rig, target(type_, file), Sql(text))
        assert refused.value.failure in set(Failure), text
        assert SECRET not in str(refused.value)
    assert sorted(path.name for path in folder.rglob("*")) == before
    assert read(rig, target(type_, file), Sql("SELECT count(*) AS n FROM kinds")).column("n")[0].as_py() > 0


def test_only_plain_files_below_the_folder_are_opened(rig, folder):
    other = folder.parent / "org_2" / "lite.db"
    (folder / "link.db").symlink_to(other)
    (folder / "out").symlink_to(other.parent)
    os.link(other, folder / "hard.db")
    os.mkfifo(folder / "fifo.db")
    (folder / "text.db").write_text("no database")
    codes = {
        "link.db": "file-refused", "out/lite.db": "file-refused", "hard.db": "file-refused",
        "fifo.db": "file-refused", "text.db": "file-refused", "sales": "file-refused",
        "../org_2/secret.db": "file-missing", "nothing.db": "file-missing",
    }  # fmt: skip
    for name, code in codes.items():
        assert rig.codes(target("sqlite", name), NoLogin()) == [f"name: {code}"], name
    assert rig.codes(target("duckdb", "sales/lite.db"), NoLogin()) == ["name: file-refused"]


def test_a_damaged_file_and_an_endless_query_end_in_a_word(rig, folder, monkeypatch):
    from gatepost_server.broker import desk

    (folder / "bad.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    (folder / "bad.duck").write_bytes(bytes(8) + b"DUCK" + bytes(20000))
    for type_, name in (("sqlite", "bad.db"), ("duckdb", "bad.duck")):
        assert rig.codes(target(type_, name), NoLogin())[-1] == "query: query-failed"
    monkeypatch.setitem(desk._SECONDS, "stream", 1.0)
    endless = {
        "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) AS m FROM r",
        "duckdb": "SELECT count(*) AS n FROM range(1000000000) a, range(999) b WHERE a.range % 7 = b.range",
    }
    for type_, file in FILES:
        with pytest.raises(StatementFailed) as refused:
            read(rig, target(type_, file), Sql(endless[type_]))
        assert refused.value.failure is Failure.TOO_SLOW
