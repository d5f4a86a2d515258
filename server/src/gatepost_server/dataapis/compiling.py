"""From a definition and what is asked to one statement; pure.

Of what a caller sends nothing becomes SQL: values are bound, and names, order and columns are taken
from the definition's own lists by looking them up there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gatepost_server.connections import ConnectionType, Sql, Write
from gatepost_server.dataapis.errors import AskRefused, OperationClosed
from gatepost_server.dataapis.model import (
    FIRST_PAGE,
    Ask,
    Definition,
    Field,
    Operation,
    Operator,
    Ordering,
    Parameter,
    ParameterType,
    SqlSource,
    TableSource,
    Value,
)
from gatepost_server.dataapis.templates import read_template
from gatepost_server.dataapis.values import BadValue, bound
from gatepost_server.dataapis.wording import Words
from gatepost_server.kernel.errors import FieldFault

_COMPARED: Final = {
    Operator.EQUAL: "=",
    Operator.NOT_EQUAL: "<>",
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.MORE: ">",
    Operator.AT_LEAST: ">=",
}
_ROWS: Final = "gatepost_rows"
Bound = Mapping[str, Value | tuple[Value, ...]]


@dataclass(frozen=True)
class Planned:
    """What is run for a call.

    Of a reading statement `limit` rows are the page; one more is asked for, which says whether there
    are further ones. `count` counts all rows that the page is taken from, when that was asked for.
    """

    statement: Sql | Write
    count: Sql | None
    fields: tuple[Field, ...]
    limit: int = 0
    offset: int = 0


def plan(definition: Definition, type_: ConnectionType, ask: Ask) -> Planned:
    """Return what to run for *ask* on a source of that type.

    Raises:
        OperationClosed: the API does not offer the operation.
        AskRefused: a parameter, field, order, row or the page does not fit; each fault names one.
        NotYourRows: something is to be written, and a row rule leaves the caller no row.
    """
    if ask.operation not in definition.operations:
        raise OperationClosed(ask.operation.value)
    if ask.operation.is_writing:
        from gatepost_server.dataapis.changing import plan_change  # noqa: PLC0415  # it needs this module

        return plan_change(definition, type_, ask)
    faults: list[FieldFault] = []
    fields = chosen_fields(definition, ask, faults)
    parameters = parameters_of(definition, ask.operation)
    values = bound_parameters(parameters, ask.parameters, faults)
    faults += [
        FieldFault(one.name, "compares a field that is not granted")
        for one in parameters
        if one.name in ask.parameters and _is_closed(definition, one, ask)
    ]
    order = _order(definition, ask, faults)
    limit = _limit(definition, ask, faults)
    if faults:
        raise AskRefused(faults)

    words = Words(type_).say("SELECT ")
    for at, one in enumerate(fields):
        words.say(", " if at else "").name(_ROWS, one.name)
    _from_where(words, definition, type_, ask, values)
    for at, by in enumerate(order):
        words.say(", " if at else " ORDER BY ").name(_ROWS, by.field).say(" DESC" if by.is_down else "")
    words.say(f" LIMIT {limit + 1:d}" + (f" OFFSET {ask.offset:d}" if ask.offset else ""))
    count = _count(definition, type_, ask, values) if ask.with_total else None
    return Planned(words.sql(), count, tuple(fields), limit, ask.offset)


def parameters_of(definition: Definition, operation: Operation) -> tuple[Parameter, ...]:
    """Return what a call of *operation* takes: to get a row of a table, its key besides."""
    if operation is Operation.LIST or isinstance(definition.source, SqlSource):
        return definition.parameters
    declared = {one.name for one in definition.parameters}
    keys = [key_parameter(definition, name) for name in definition.key if name not in declared]
    return (*keys, *definition.parameters)


def _is_closed(definition: Definition, parameter: Parameter, ask: Ask) -> bool:
    """Tell whether a filter would tell of a field that the caller has not: guessing reads it as well.

    What a call cannot do without is open to all: the key of one row, what the API requires.
    """
    if ask.granted is None or parameter.required or isinstance(definition.source, SqlSource):
        return False
    column = parameter.column or parameter.name
    return definition.field_named(column) is not None and column not in ask.granted


def key_parameter(definition: Definition, name: str) -> Parameter:
    """Return a column of the key as a parameter that has to be sent."""
    return Parameter(name, column_type(definition, name), required=True, column=name)


def column_type(definition: Definition, name: str) -> ParameterType:
    """Return what a column takes; what has no type of its own here is sent as text."""
    found = definition.field_named(name)
    word = "string" if found is None else found.type.split("(")[0]
    return ParameterType(word) if word in set(ParameterType) else ParameterType.STRING


def chosen_fields(definition: Definition, ask: Ask, faults: list[FieldFault]) -> list[Field]:
    """Return the fields that come back: of those that are granted the ones that were asked for."""
    open_ = [one for one in definition.fields if ask.granted is None or one.name in ask.granted]
    if not ask.fields:
        if not open_:
            faults.append(FieldFault("fields", "none of the fields is granted"))
        return open_
    known, found = {one.name: one for one in open_}, []
    for name in dict.fromkeys(ask.fields):
        if name in known:
            found.append(known[name])
        else:
            faults.append(FieldFault("fields", f"unknown or not granted: {name[:100]}"))
    return found


def bound_parameters(
    parameters: Sequence[Parameter], sent: Mapping[str, Any], faults: list[FieldFault]
) -> dict[str, Value | tuple[Value, ...]]:
    """Return what is bound for each parameter that was sent or has a default; note what does not fit."""
    known = {one.name: one for one in parameters}
    faults += [FieldFault(name[:100], "no such parameter") for name in sent if name not in known]
    values: dict[str, Value | tuple[Value, ...]] = {}
    for one in parameters:
        raw = sent.get(one.name)
        if raw is None:
            raw = one.default
        if raw is None:
            if one.required:
                faults.append(FieldFault(one.name, "required"))
            continue
        try:
            values[one.name] = bound(one, raw)
        except BadValue as bad:
            faults.append(FieldFault(one.name, str(bad)))
    return values


def say_rules(words: Words, definition: Definition, ask: Ask, begins: str) -> None:
    """Append the row rules; a caller without what a rule compares with has no row."""
    for rule in definition.row_rules:
        mine = ask.caller.value_of(rule.caller_attribute)
        words.say(begins)
        begins = " AND "
        if mine is None:
            words.say("1 = 0")
        else:
            words.name(_ROWS, rule.column).say(" = ").bind(mine)


def _from_where(words: Words, definition: Definition, type_: ConnectionType, ask: Ask, values: Bound) -> None:
    words.say(" FROM ")
    begins = " WHERE "
    if isinstance(definition.source, SqlSource):
        _say_template(words, definition, definition.source, type_, values)
    else:
        _say_table(words, definition.source)
        for one in parameters_of(definition, ask.operation):
            if one.name in values:
                words.say(begins)
                begins = " AND "
                _say_filter(words, one, values[one.name])
    say_rules(words, definition, ask, begins)


def _say_table(words: Words, source: TableSource) -> None:
    words.name(source.schema, source.table).say(" AS ").name(_ROWS)


def _say_template(
    words: Words, definition: Definition, source: SqlSource, type_: ConnectionType, values: Bound
) -> None:
    declared = {one.name: one for one in definition.parameters}
    template = read_template(source.text, type_, declared, {n for n, one in declared.items() if one.is_many})
    words.say(f"({template.texts[0]}")
    for name, text in zip(template.names, template.texts[1:], strict=True):
        value = values.get(name)
        _say_values(words, value if isinstance(value, tuple) else (value,), declared[name].type)
        words.say(text)
    words.say(") AS ").name(_ROWS)


def _say_filter(words: Words, one: Parameter, value: Value | tuple[Value, ...]) -> None:
    words.name(_ROWS, one.column or one.name)
    if isinstance(value, tuple):
        words.say(" NOT IN (" if one.operator is Operator.NOT_EQUAL else " IN (")
        _say_values(words, value, one.type)
        words.say(")")
    elif one.operator in (Operator.CONTAINS, Operator.BEGINS):
        words.say(" LIKE ").bind(_pattern(str(value), one.operator)).say(" ESCAPE '!'")
    else:
        words.say(f" {_COMPARED[one.operator]} ").bind(value, one.type)


def _say_values(words: Words, values: Sequence[Value], type_: ParameterType) -> None:
    for at, value in enumerate(values):
        words.say(", " if at else "").bind(value, type_)


def _pattern(text: str, operator: Operator) -> str:
    for mark in ("!", "%", "_"):
        text = text.replace(mark, f"!{mark}")
    return f"{text}%" if operator is Operator.BEGINS else f"%{text}%"


def _order(definition: Definition, ask: Ask, faults: list[FieldFault]) -> list[Ordering]:
    """Return the order: the caller's or the API's own, then the key, so that pages do not overlap."""
    open_ = set(definition.sortable) if ask.granted is None else ask.granted & set(definition.sortable)
    closed = [by.field for by in ask.order if by.field not in open_]
    faults += [FieldFault("order", f"cannot be ordered by: {name[:100]}") for name in closed]
    wanted = {by.field: by for by in (ask.order or definition.order)}
    for name in definition.key:
        wanted.setdefault(name, Ordering(name))
    return list(wanted.values())


def _limit(definition: Definition, ask: Ask, faults: list[FieldFault]) -> int:
    if ask.operation is Operation.GET:
        return 1
    most, total = definition.limits.page_rows, definition.limits.total_rows
    limit = min(FIRST_PAGE, most) if ask.limit is None else ask.limit
    if not 1 <= limit <= most:
        faults.append(FieldFault("limit", f"1 to {most}"))
    if ask.offset < 0 or ask.offset + limit > total:
        faults.append(FieldFault("offset", f"rows 1 to {total} can be read"))
    return limit


def _count(definition: Definition, type_: ConnectionType, ask: Ask, values: Bound) -> Sql:
    words = Words(type_).say("SELECT COUNT(*) AS ").name("total")
    _from_where(words, definition, type_, ask, values)
    return words.sql()
