"""The process that runs or reads queries: one SELECT over views of lent files, nothing else in reach.

`python -m …query_child ERRAND.json` writes its answer beside the errand. What row rules hide
is left out of the files that the engine may open, so that no trick of SQL finds it again.
"""

import json
import os
import re
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gatepost_server.tabular.columns import Column, quoted
from gatepost_server.tabular.engine import DataTooHeavy, DataUnreadable, Limits, literal, opened
from gatepost_server.tabular.reading import Filter, Form, Query, stream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MIB: Final = 1024 * 1024
_BESIDE_MB: Final = 3072
_LARGEST_FILE: Final = 8 * 1024 * _MIB
_PATH: Final = re.compile(r"/[^\s\"']+")
_LONGEST: Final = 500


def main(errand_path: str) -> None:
    """Do the errand and write what came of it."""
    errand = json.loads(Path(errand_path).read_text())
    limits = Limits(**errand["limits"])
    _confine(limits)
    said: dict[str, object]
    try:
        said = {"outcome": "done", **_done(errand, limits)}
    except DataTooHeavy:
        said = {"outcome": "heavy"}
    except (Refused, DataUnreadable) as refusal:
        said = {"outcome": "refused", "detail": str(refusal)}
    answer = Path(errand["answer"])
    draft = answer.with_suffix(".part")
    draft.write_text(json.dumps(said))
    draft.rename(answer)


class Refused(Exception):
    """The engine does not take the query."""


def _confine(limits: Limits) -> None:
    os.nice(10)
    memory = (limits.memory_mb + _BESIDE_MB) * _MIB
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(limits.seconds * max(1, limits.threads)) + 30),
    ):
        resource.setrlimit(what, (most, most))


def _done(errand: Mapping[str, Any], limits: Limits) -> dict[str, object]:
    """Run the query where there is a file for its rows, read what it names, or only whether they are SQL."""
    if "queries" in errand:
        with opened(limits) as connection:
            return {"faults": [_fault(connection, sql) for sql in errand["queries"]]}
    if "out" not in errand:
        return {"tables": _tables(errand["sql"], limits)}
    _run(errand, limits)
    return {}


def _fault(connection: "DuckDBPyConnection", sql: str) -> str | None:
    """Return why *sql* is not one SELECT, or None; what it names need not be there."""
    try:
        _one_select(connection, sql)
    except Refused as refusal:
        return str(refusal)
    return None


def _tables(sql: str, limits: Limits) -> Sequence[tuple[str, str]]:
    """Return schema and name of every table that *sql* names; what it makes up itself is left out."""
    import duckdb  # noqa: PLC0415  # after the limits are set

    with opened(limits) as connection:
        try:
            select = _one_select(connection, sql)
            found = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [select]).fetchone()
            tree = json.loads(found[0]) if found is not None else {}
        except duckdb.Error as error:
            raise Refused(_told(error)) from None
        except RecursionError:
            raise Refused("The query is nested too deeply.") from None
    if tree.get("error"):
        raise Refused("The query cannot be read. Write it as a plain SELECT.")
    named: set[tuple[str, str]] = set()
    own: set[str] = set()
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                place = (node.get("catalog_name", ""), node["schema_name"])
                named.add((".".join(part for part in place if part), node["table_name"]))
            own.update(one["key"].casefold() for one in node.get("cte_map", {}).get("map", ()))
        nodes += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return sorted((schema, name) for schema, name in named if schema or name.casefold() not in own)


def _run(errand: Mapping[str, Any], limits: Limits) -> None:
    import duckdb  # noqa: PLC0415  # after the limits are set

    files = [_files_of(one, at, errand, limits) for at, one in enumerate(errand["sources"])]
    allowed = [path for some in files for path in some]
    with opened(limits, [*allowed, Path(errand["out"])]) as connection:
        try:
            select = _one_select(connection, errand["sql"])
            for one, paths in zip(errand["sources"], files, strict=True):
                _show(connection, one, paths)
            kept = f"COPY (\n{select}\n) TO {literal(errand['out'])} (FORMAT parquet, USE_TMP_FILE false)"
            connection.execute(kept)
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error as error:
            raise Refused(_told(error)) from None


def _one_select(connection: "DuckDBPyConnection", sql: str) -> str:
    """Return *sql* when it is exactly one statement that only reads."""
    import duckdb  # noqa: PLC0415  # after the limits are set

    try:
        sql.encode()
        found = connection.extract_statements(sql)
    except duckdb.ParserException as error:
        raise Refused(_where(connection, sql) or _told(error)) from None
    except UnicodeEncodeError:
        raise Refused("The query holds characters that no text can hold.") from None
    if len(found) != 1 or found[0].type != duckdb.StatementType.SELECT:
        raise Refused("The query has to be one SELECT.")
    return found[0].query.strip().rstrip(";")


def _where(connection: "DuckDBPyConnection", sql: str) -> str | None:
    """Return where *sql* stops being SQL, in words; None where the engine does not know."""
    said = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    fault = json.loads(said[0]) if said is not None else {}
    if "position" not in fault:
        return None
    before = sql.encode()[: int(fault["position"])].decode(errors="replace")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"Line {line}, column {column}: {fault['error_message']}."[:_LONGEST]


def _files_of(one: Mapping[str, Any], at: int, errand: Mapping[str, Any], limits: Limits) -> Sequence[Path]:
    """Return the files to show: the lent ones, or one with only the rows that rules let through."""
    lent = [Path(path) for path in one["files"]]
    if one["filters"] is None or not lent:
        return lent
    columns = [Column(column["name"], column["type"]) for column in one["columns"]]
    filters = [Filter(rule["column"], rule["values"]) for rule in one["filters"]]
    copy = Path(errand["folder"]) / f"rows-{at}.parquet"
    with copy.open("wb") as file:
        for chunk in stream(Form.PARQUET, lent, Query(columns, None, filters, columns), limits):
            file.write(chunk)
    return [copy]


def _show(connection: "DuckDBPyConnection", one: Mapping[str, Any], paths: Sequence[Path]) -> None:
    """Make a view of a dataset: `KEY.name`, and plain `name` for the project's own."""
    if paths:
        rows = f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"
        shown = ", ".join(quoted(column["name"]) for column in one["columns"])
        select = f"SELECT {shown} FROM {rows}"
    else:
        empty = (f"CAST(NULL AS {column['sql']}) AS {quoted(column['name'])}" for column in one["columns"])
        select = f"SELECT {', '.join(empty) or 'NULL AS empty'} LIMIT 0"
    schema, name = quoted(one["schema"]), quoted(one["name"])
    statements = [f"CREATE SCHEMA IF NOT EXISTS {schema}", f"CREATE VIEW {schema}.{name} AS {select}"]
    if one["is_own"]:
        statements.append(f"CREATE VIEW main.{name} AS {select}")
    for statement in statements:
        connection.execute(statement)


def _told(error: Exception) -> str:
    """Return the engine's words for people: the first lines, without our paths."""
    said = _PATH.sub("…", str(error)).strip()
    return " ".join(said.split())[:_LONGEST] or "The engine does not take the query."


if __name__ == "__main__":
    main(sys.argv[1])
