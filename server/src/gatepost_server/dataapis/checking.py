"""What a definition has to be like, by itself and against its source. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from gatepost_server.connections import ConnectionType, SourceColumn
from gatepost_server.dataapis.errors import DefinitionRefused
from gatepost_server.dataapis.model import (
    MOST_AT_ONCE,
    MOST_CACHE_SECONDS,
    MOST_CALLS_PER_MINUTE,
    MOST_PAGE_ROWS,
    MOST_SECONDS,
    MOST_TOTAL_ROWS,
    Definition,
    Field,
    Limits,
    Operation,
    Operator,
    Parameter,
    ParameterType,
    SqlSource,
    TableSource,
)
from gatepost_server.dataapis.templates import NAME, read_template
from gatepost_server.dataapis.values import LONGEST_TEXT, faults_of
from gatepost_server.kernel.errors import FieldFault, Invalid

RESERVED: Final = frozenset({"limit", "offset", "next", "order", "fields", "total", "format", "stage"})
"""What calls say besides parameters."""
_SLUG: Final = re.compile(r"[a-z][a-z0-9-]{2,59}")
_LONGEST_COLUMN: Final = 200
_TEXT: Final = ParameterType.STRING.value
_LONGEST_WORDS: Final = 500
_MOST_FIELDS, _MOST_PARAMETERS, _MOST_RULES, _MOST_CHOICES = 500, 100, 20, 200
_WRITING: Final = (Operation.CREATE, Operation.UPDATE, Operation.DELETE)
_BOUNDS: Final = {
    "page_rows": (1, MOST_PAGE_ROWS),
    "total_rows": (1, MOST_TOTAL_ROWS),
    "seconds": (1, MOST_SECONDS),
    "cache_seconds": (0, MOST_CACHE_SECONDS),
    "calls_per_minute": (0, MOST_CALLS_PER_MINUTE),
    "at_once": (0, MOST_AT_ONCE),
}


def checked_slug(text: str) -> str:
    """Return *text* as the address of a data API on the gate.

    Raises:
        Invalid: it is not 3 to 60 of a–z, 0–9 and hyphens, beginning with a letter; or it is reserved.
    """
    if _SLUG.fullmatch(text) and text != "datasets":
        return text
    fault = FieldFault("slug", "3 to 60 of a–z, 0–9 and -, beginning with a letter; not datasets")
    raise Invalid("The slug cannot be used.", faults=[fault], code="slug-invalid")


def slug_from(name: str, api_id: str) -> str:
    """Return a slug for an API that was given none: its name's letters, and what tells it apart."""
    letters = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    begins = letters if letters[:1].isalpha() else f"api-{letters}".strip("-")
    return f"{begins}-{api_id[-6:]}"


def checked_definition(definition: Definition, type_: ConnectionType) -> Definition:
    """Return *definition* if it agrees with itself; its columns are `fitted` to the source afterwards.

    Raises:
        DefinitionRefused: it does not; each fault names a field.
        TemplateRefused: its SQL cannot be used.
    """
    is_sql = isinstance(definition.source, SqlSource)
    faults = [*_operations(definition, is_sql=is_sql), *_parameters(definition, is_sql=is_sql)]
    faults += [*_lists(definition), *_limits(definition.limits)]
    if isinstance(definition.source, TableSource):
        faults += _name_faults([definition.source.table], "table")
        faults += _name_faults([definition.source.schema or "x"], "schema")
    if faults:
        raise DefinitionRefused(faults[:50])
    if isinstance(definition.source, SqlSource):
        names = [one.name for one in definition.parameters]
        many = [one.name for one in definition.parameters if one.is_many]
        read_template(definition.source.text, type_, names, many)
    return definition


def fitted(definition: Definition, columns: Sequence[SourceColumn]) -> Definition:
    """Return *definition* with the types of its source's columns; without fields it gets all of them.

    Raises:
        DefinitionRefused: it names a column that the source has not.
    """
    types = {one.name: one.type for one in columns}
    wanted = definition.fields or tuple(Field(one.name) for one in columns)
    faults = list(_unknown([one.name for one in wanted], types, "fields"))
    faults += _unknown(definition.key, types, "key")
    ruled = [one.column for one in definition.row_rules]
    faults += _unknown(ruled, types, "row_rules")
    if any(types.get(one, _TEXT) != _TEXT for one in ruled):
        # MySQL takes every word for the number 0, and would open the rows of 0 to everybody.
        faults.append(FieldFault("row_rules", "columns of text: what is known of callers is text"))
    if isinstance(definition.source, TableSource):
        compared = [one.column or one.name for one in definition.parameters]
        faults += _unknown(compared, types, "parameters")
    names = {one.name for one in wanted}
    faults += _unknown(definition.sortable, names, "sortable")
    faults += _unknown([one.field for one in definition.order], names, "order")
    if any(one in definition.operations for one in _WRITING):
        faults += _unknown(definition.key, names, "key")
    if faults:
        raise DefinitionRefused(faults[:50])
    fields = tuple(replace(one, type=types[one.name]) for one in wanted)
    return replace(definition, fields=fields)


def _operations(definition: Definition, *, is_sql: bool) -> Iterator[FieldFault]:
    if not definition.operations:
        yield FieldFault("operations", "at least one")
    writing = [one.value for one in _WRITING if one in definition.operations]
    if is_sql and writing:
        yield FieldFault("operations", f"SQL only reads: {', '.join(writing)} need a table")
    if is_sql or definition.key:
        return
    if definition.operations - {Operation.LIST, Operation.CREATE}:
        yield FieldFault("key", "get, update and delete need the columns that tell rows apart")


def _parameters(definition: Definition, *, is_sql: bool) -> Iterator[FieldFault]:
    if len(definition.parameters) > _MOST_PARAMETERS:
        yield FieldFault("parameters", f"at most {_MOST_PARAMETERS}")
    seen: set[str] = set()
    for at, one in enumerate(definition.parameters):
        where = f"parameters.{at}"
        if not NAME.fullmatch(one.name) or one.name in RESERVED:
            reserved = ", ".join(sorted(RESERVED))
            yield FieldFault(f"{where}.name", f"letters, digits and underscores, at most 63; not {reserved}")
        if one.name in seen:
            yield FieldFault(f"{where}.name", "each name once")
        seen.add(one.name)
        yield from _parameter(one, where, is_sql=is_sql)


def _parameter(one: Parameter, where: str, *, is_sql: bool) -> Iterator[FieldFault]:
    is_like = one.operator in (Operator.CONTAINS, Operator.BEGINS)
    if is_sql and (one.column is not None or one.operator is not Operator.EQUAL):
        yield FieldFault(
            f"{where}.column", "of a table only; in SQL the parameter stands where it is compared"
        )
    if is_like and one.type is not ParameterType.STRING:
        yield FieldFault(f"{where}.operator", "contains and begins compare text")
    if one.is_many and one.operator not in (Operator.EQUAL, Operator.NOT_EQUAL):
        yield FieldFault(f"{where}.operator", "several values are compared with eq or ne")
    if one.is_many and is_sql and not one.required and one.default is None:
        yield FieldFault(f"{where}.required", "IN needs a value: let it be required, or give a default")
    if one.max_length is not None and (
        one.type is not ParameterType.STRING or not 1 <= one.max_length <= LONGEST_TEXT
    ):
        yield FieldFault(f"{where}.max_length", f"1 to {LONGEST_TEXT}, of text")
    if len(one.choices) > _MOST_CHOICES or len(one.description) > _LONGEST_WORDS:
        yield FieldFault(
            where, f"at most {_MOST_CHOICES} choices and {_LONGEST_WORDS} characters of description"
        )
    yield from faults_of(one, where)


def _lists(definition: Definition) -> Iterator[FieldFault]:
    names = {
        "fields": [one.name for one in definition.fields],
        "key": definition.key,
        "sortable": definition.sortable,
        "order": [one.field for one in definition.order],
        "row_rules": [one.column for one in definition.row_rules],
    }
    for where, found in names.items():
        if len(found) > (_MOST_RULES if where == "row_rules" else _MOST_FIELDS):
            yield FieldFault(where, "too many")
        if len(set(found)) != len(found) and where != "row_rules":
            yield FieldFault(where, "each name once")
        yield from _name_faults(found, where)
    if any(len(one.description) > _LONGEST_WORDS for one in definition.fields):
        yield FieldFault("fields", f"descriptions of at most {_LONGEST_WORDS} characters")


def _limits(limits: Limits) -> Iterator[FieldFault]:
    for name, (least, most) in _BOUNDS.items():
        if not least <= getattr(limits, name) <= most:
            yield FieldFault(f"limits.{name}", f"{least} to {most}")


def _name_faults(names: Iterable[str], where: str) -> list[FieldFault]:
    is_bad = any(not 1 <= len(one) <= _LONGEST_COLUMN or not one.isprintable() for one in names)
    return [FieldFault(where, f"names of 1 to {_LONGEST_COLUMN} printable characters")] if is_bad else []


def _unknown(names: Iterable[str], known: Collection[str], where: str) -> Iterator[FieldFault]:
    for name in names:
        if name not in known:
            yield FieldFault(where, f"the source has no column {name[:_LONGEST_COLUMN]} that can stand here")
