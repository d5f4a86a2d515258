"""Which texts are templates: one SELECT that only reads, with parameters where values stand."""

import pytest

from gatepost_server.connections import ConnectionType
from gatepost_server.dataapis import TemplateRefused
from gatepost_server.dataapis.templates import DIALECTS, Template, read_template

PG, MY, LITE, DUCK = (
    ConnectionType.POSTGRESQL, ConnectionType.MYSQL, ConnectionType.SQLITE, ConnectionType.DUCKDB,
)  # fmt: skip
NAMES = {"id": False, "n": False, "ids": True}


def read(text: str, type_: ConnectionType = PG) -> Template:
    used = [one for one in NAMES if f":{one}" in text]
    return read_template(text, type_, used, [one for one in used if NAMES[one]])


def shown(text: str, type_: ConnectionType = PG) -> str:
    found = read(text, type_)
    slots = [*(f"<{one}>" for one in found.names), ""]
    return "".join(text + slot for text, slot in zip(found.texts, slots, strict=True))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("select a from t where id = :id", "SELECT a FROM t WHERE id = <id>"),
        ("select a from t where id in (:ids) limit :n", "SELECT a FROM t WHERE id IN (<ids>) LIMIT <n>"),
        ("select a from t where id in :ids", "SELECT a FROM t WHERE id IN (<ids>)"),
        ("select a from t where :id is null or a = :id", "SELECT a FROM t WHERE <id> IS NULL OR a = <id>"),
        ("with x as (select 1 as a) select a from x", "WITH x AS (SELECT 1 AS a) SELECT a FROM x"),
        ("select a from t union all select b from u", "SELECT a FROM t UNION ALL SELECT b FROM u"),
        ("select a from t where b like '%:n%' -- :zz", "SELECT a FROM t WHERE b LIKE '%:n%'"),
        ('select "A""b" from "S"."T";', 'SELECT "A""b" FROM "S"."T"'),
        ("select cast(:id as date)", "SELECT CAST(<id> AS DATE)"),
        ("select coalesce(:id, :n)", "SELECT COALESCE(<id>, <n>)"),
        ("select $$it's$$", "SELECT 'it''s'"),
        ("select * from generate_series(1, :n)", "SELECT * FROM GENERATE_SERIES(1, <n>)"),
        ("select 1 /* ; drop table t */", "SELECT 1"),
    ],
)
def test_what_reads_is_written_anew_without_comments(text: str, written: str) -> None:
    named = {one: many for one, many in NAMES.items() if f"<{one}>" in written}
    found = read_template(text, PG, named, [one for one, many in named.items() if many])
    slots = [*(f"<{one}>" for one in found.names), ""]
    assert written == "".join(one + slot for one, slot in zip(found.texts, slots, strict=True))


EVERYWHERE = [
    "", "select", "selec a from t", "select 1; select 2", "select 1; drop table t", "drop table t",
    "delete from t", "insert into t values (1)", "update t set a = 1", "create table x as select 1",
    "with x as (delete from t returning *) select * from x",
    "with x as (insert into t values (1) returning *) select * from x",
    "select * into x from t", "select 1 into @a", "select 1 into outfile '/tmp/x'",
    "select * from t for update", "select * from t for share", "call x()", "explain select 1", "values (1)",
    "pragma table_info(t)", "copy t to 'x'", "attach 'x' as y", "set a = 1", "begin", "truncate table t",
    "select ?", "select $1", "select $x", "select :", "select * from :id", "select a from t order by :id",
    "select a from t group by :id", "select 1 as :id", "select :id.a from t", "select t.:id from t",
    "select a from t where id = any(:ids)", "select a from t where id = :ids",
    "select count(*) over (order by :id) from t", "select a from t where a = :id collate :n",
    "select pg_read_file('/etc/passwd')", "select pg_catalog.pg_read_file('x')", "select pg_sleep(10)",
    "select sleep(:id)", "select benchmark(1, 1)", "select load_file('x')", "select load_extension('x')",
    "select readfile('x')", "select writefile('x', 'y')", "select lo_import('x')", "select dblink('a', 'b')",
    "select nextval('s')", "select setval('s', 1)", "select set_config('a', 'b', true)",
    "select get_lock('a', 1)",
    "select query_to_xml('delete from t', true, true, '')", "select * from read_csv('x')",
    "select * from read_parquet('x')", "select * from duckdb_secrets()",
    "select * from sqlite_scan('a', 'b')",
    "select 1 " + "\ue000", "select '\0'",
    "select " + "(" * 3000 + "1" + ")" * 3000, "select 1" + " " * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("type_", list(DIALECTS), ids=str)
@pytest.mark.parametrize("text", EVERYWHERE, ids=lambda one: one[:40])
def test_what_does_anything_else_is_refused_everywhere(text: str, type_: ConnectionType) -> None:
    with pytest.raises(TemplateRefused):
        read(text, type_)


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (PG, 'select "pg_read_file"(1)'),
        (PG, "select @a"),
        (MY, "select @a := 1"),
        (MY, "select @@version"),
        (LITE, "select @a"),
        (LITE, "select #a"),
        (DUCK, "select * from 'x.csv'"),
        (DUCK, 'select * from "https://example.com/x.parquet"'),
        (DUCK, "select * from glob('*')"),
        (DUCK, "select * from query('select 1')"),
        (DUCK, "select getenv('HOME')"),
    ],
)
def test_what_one_source_alone_understands_is_refused_there(type_: ConnectionType, text: str) -> None:
    with pytest.raises(TemplateRefused):
        read(text, type_)


@pytest.mark.parametrize("type_", [ConnectionType.S3, ConnectionType.HTTP])
def test_sources_without_sql_have_no_templates(type_: ConnectionType) -> None:
    with pytest.raises(TemplateRefused):
        read("select 1", type_)


@pytest.mark.parametrize(("declared", "said"), [([], "not declared"), (["id", "n"], "does not stand")])
def test_parameters_are_those_that_are_declared(declared: list[str], said: str) -> None:
    with pytest.raises(TemplateRefused, match="cannot be used") as refused:
        read_template("select a from t where id = :id", PG, declared, [])
    assert said in refused.value.faults[0].detail


def test_a_comment_that_a_server_would_run_is_gone() -> None:
    assert shown("select /*!50000 sleep(3), */ 1", MY) == "SELECT 1"
    assert shown("select /*+ x */ a from t", MY).endswith("a FROM t")
