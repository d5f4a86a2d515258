"""Templates: one SELECT that only reads, judged as a tree and written anew from it.

What runs is never the text that somebody typed but what the judged tree says, without comments: so
a text that our parser and the source's read differently does not get through as something else.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from gatepost_server.connections import ConnectionType
from gatepost_server.dataapis.errors import TemplateRefused

LONGEST: Final = 100_000
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
DIALECTS: Final = {
    ConnectionType.POSTGRESQL: "postgres",
    ConnectionType.MYSQL: "mysql",
    ConnectionType.SQLITE: "sqlite",
    ConnectionType.DUCKDB: "duckdb",
}
"""What can be asked in SQL, and what the parser calls it."""

_OPEN, _CLOSE = "\ue000", "\ue001"
_SLOT: Final = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_QUERIES: Final = (exp.Select, exp.SetOperation)
_FORBIDDEN: Final = {
    exp.Into: "writes its rows somewhere (INTO)",
    exp.Lock: "locks rows (FOR UPDATE, FOR SHARE)",
    exp.Parameter: "reads or sets a variable; parameters are written :name",
    exp.SessionParameter: "reads a variable of the server; parameters are written :name",
    exp.NextValueFor: "takes a number from a sequence",
    exp.Insert: "changes rows",
    exp.Update: "changes rows",
    exp.Delete: "changes rows",
    exp.Merge: "changes rows",
    exp.Command: "does something else than to read",
    exp.Create: "makes something",
    exp.Drop: "removes something",
}
_FUNCTIONS: Final = re.compile(
    r"""pg_(?!typeof$).*|lo_.*|dblink.*|.*_to_xml(schema|_and_xmlschema)?|crosstab.*|connectby|ts_stat
    |setval|nextval|set_config|xp_.*|sys_(exec|eval|get|set)|load_.*|sleep|benchmark|(get|release)_.*locks?
    |(master|source)_pos_wait|wait_for_.*|readfile|writefile|edit|fts3_tokenizer|read_.*|.*_scan|sniff_csv
    |query|query_table|pragma_.*|duckdb_.*|getenv|getvariable|which_secret|install|attach|parquet_.*|copy_.*
    |st_read.*|iceberg_.*|delta_.*|sqlite_(attach|query)|postgres_(attach|query|execute)|mysql_(query|execute)
    |utl_.*|dbms_.*|extractvalue|updatexml|name_const|write_.*|export_.*|import_.*|from_substrait.*""",
    re.VERBOSE | re.IGNORECASE,
)
"""Functions that read or write files, wait, lock, run text as SQL or change what the server does."""
_FILES: Final = re.compile(r"[./\\:*?]")
_MAKES_ROWS: Final = {"unnest", "generate_series", "range", "json_each", "json_tree", "explode"}
_NO_VALUE: Final = "stands where no value can stand; names, order and columns are chosen by the API's lists"


@dataclass(frozen=True)
class Template:
    """A judged template: `names[i]` is bound between `texts[i]` and `texts[i + 1]`.

    Those of `many` stand in an IN, each for as many values as are sent.
    """

    texts: tuple[str, ...]
    names: tuple[str, ...]


def read_template(
    text: str, type_: ConnectionType, names: Collection[str], many: Collection[str]
) -> Template:
    """Return *text* as a template of a source of that type, with parameters of just these *names*.

    Raises:
        TemplateRefused: it is not one SELECT that only reads, names a parameter that is not declared,
            leaves one out, or one stands where no value can.
    """
    return _read(text, type_, frozenset(names), frozenset(many))


def named_in(text: str, type_: ConnectionType) -> list[str]:
    """Return the names of the parameters that stand in *text*, in their order, each once.

    Raises:
        TemplateRefused: it is not one SELECT that only reads.
    """
    if type_ not in DIALECTS:
        raise TemplateRefused("Sources of this type are not asked in SQL.")
    return list(dict.fromkeys(_slots(_parsed(text, type_), frozenset())))


@lru_cache(maxsize=2000)
def _read(text: str, type_: ConnectionType, names: frozenset[str], many: frozenset[str]) -> Template:
    if type_ not in DIALECTS:
        raise TemplateRefused("Sources of this type are not asked in SQL.")
    tree = _parsed(text, type_)
    for why in _faults(tree, type_):
        raise TemplateRefused(why)
    slots = _slots(tree, many)
    unknown, unused = sorted({*slots} - names), sorted(names - {*slots})
    if unknown:
        raise TemplateRefused(f"The parameter {unknown[0]} is not declared.")
    if unused:
        raise TemplateRefused(f"The parameter {unused[0]} is declared and does not stand in the SQL.")
    written = _written(tree, type_)
    found = _SLOT.split(written)
    return Template(tuple(found[::2]), tuple(slots[int(at)] for at in found[1::2]))


def _parsed(text: str, type_: ConnectionType) -> exp.Expression:
    if not text.strip() or len(text) > LONGEST:
        raise TemplateRefused(f"1 to {LONGEST:,} characters.")
    if "\0" in text or _OPEN in text or _CLOSE in text:
        raise TemplateRefused("A character in it cannot stand in SQL.")
    try:
        found = [one for one in sqlglot.parse(text, read=DIALECTS[type_]) if one is not None]
    except (SqlglotError, RecursionError) as error:
        raise TemplateRefused(_place_of(error)) from None
    if len(found) != 1:
        raise TemplateRefused("One statement, without others after it.")
    if not isinstance(found[0], _QUERIES):
        raise TemplateRefused("One SELECT; it may begin with WITH.")
    return found[0]


def _place_of(error: Exception) -> str:
    told = getattr(error, "errors", None)
    if told and told[0].get("line"):
        return f"It cannot be read at line {told[0]['line']}, character {told[0]['col']}."
    return "It cannot be read as SQL of this source."


def _faults(tree: exp.Expression, type_: ConnectionType) -> Iterator[str]:
    for node in tree.walk():
        for kind, why in _FORBIDDEN.items():
            if isinstance(node, kind):
                yield f"It {why}."
        if isinstance(node, exp.Select) and not node.expressions:
            yield "It selects nothing."
        if isinstance(node, exp.CTE) and not isinstance(node.this, (exp.Query, exp.Values)):
            yield "A part of WITH does something else than to read."
        if isinstance(node, exp.Func | exp.Anonymous) and _FUNCTIONS.fullmatch(_function(node)):
            yield f"The function {_function(node)} cannot be called by a data API."
        if isinstance(node, exp.Table) and type_ is ConnectionType.DUCKDB and _is_file(node):
            yield "It names a file; only tables and views of the source are read."
        if isinstance(node, exp.Identifier) and not node.quoted and node.name[:1] in ("$", "@", "#", "?"):
            yield f"{node.name} is no column; parameters are written :name."


def _is_file(table: exp.Table) -> bool:
    """Tell whether DuckDB would read something else than a table: by its name, or by a function."""
    if isinstance(table.this, exp.Func):
        return _function(table.this) not in _MAKES_ROWS
    return _FILES.search(table.name) is not None


def _function(node: exp.Expr) -> str:
    return node.name.lower() if isinstance(node, exp.Anonymous) else str(node.sql_name()).lower()  # type: ignore[attr-defined]  # every function has it


def _slots(tree: exp.Expression, many: Collection[str]) -> list[str]:
    """Put a mark in the place of every parameter; return their names in the order of the marks."""
    names: list[str] = []
    for node in list(tree.find_all(exp.Placeholder)):
        name = node.name
        if not name or not NAME.fullmatch(name):
            raise TemplateRefused("Parameters are written :name, with letters, digits and underscores.")
        within = node.parent
        if isinstance(within, exp.Paren) and isinstance(within.parent, exp.In):
            within.replace(node)
            within = node.parent
        if within is None or not _is_value(node, within):
            raise TemplateRefused(f"The parameter {name} {_NO_VALUE}.")
        if isinstance(within, exp.In) and node.arg_key not in ("this", "expressions"):
            within.set(node.arg_key or "", None)
            within.append("expressions", node)
        if name in many and not (isinstance(within, exp.In) and node.arg_key == "expressions"):
            raise TemplateRefused(f"The parameter {name} takes several values, so it stands in IN (:{name}).")
        node.replace(exp.Var(this=f"{_OPEN}{len(names)}{_CLOSE}"))
        names.append(name)
    return names


def _is_value(node: exp.Expr, within: exp.Expr) -> bool:
    if isinstance(within, _NAMES) or node.arg_key in ("alias", "table", "db", "catalog"):
        return False
    return not (isinstance(within, exp.Alias | exp.Cast | exp.Anonymous) and node.arg_key != "this") or (
        isinstance(within, exp.Anonymous) and node.arg_key == "expressions"
    )


_NAMES: Final = (
    exp.Table, exp.TableAlias, exp.Identifier, exp.Column, exp.Dot, exp.Ordered, exp.Order, exp.Group,
    exp.Star, exp.From, exp.Join, exp.DataType, exp.Collate, exp.Window, exp.CTE, exp.With,
)  # fmt: skip


def _written(tree: exp.Expression, type_: ConnectionType) -> str:
    try:
        return tree.sql(
            dialect=DIALECTS[type_],
            comments=False,
            normalize_functions=False,
            unsupported_level=ErrorLevel.RAISE,
        )
    except (SqlglotError, RecursionError):
        raise TemplateRefused("A part of it cannot be written for this source.") from None
