"""Statements of create, update and delete: on one table, by its key, within the row rules. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from gatepost_server.connections import ConnectionType, Write
from gatepost_server.dataapis.compiling import Planned, chosen_fields, column_type
from gatepost_server.dataapis.errors import AskRefused, NotYourRows
from gatepost_server.dataapis.model import (
    MOST_WRITTEN_ROWS,
    Ask,
    Definition,
    Operation,
    Parameter,
    TableSource,
    Value,
)
from gatepost_server.dataapis.values import BadValue, bound
from gatepost_server.dataapis.wording import Words
from gatepost_server.kernel.errors import FieldFault

Row = dict[str, Value]


def plan_change(definition: Definition, type_: ConnectionType, ask: Ask) -> Planned:
    """Return what to run for an *ask* that writes; that the API offers it has been asked.

    A call creates or deletes up to 1000 rows, in one statement, or updates one.

    Raises:
        AskRefused: a row lacks a column, names one that is not granted, or holds a value that does not fit.
        NotYourRows: a row rule leaves the caller no row.
    """
    source = definition.source
    if not isinstance(source, TableSource):
        raise TypeError("only tables are written to, which is asked when an API is saved")
    own = _own_cells(definition, ask)
    rows = _rows(definition, ask, own)
    words = Words(type_)
    if ask.operation is Operation.CREATE:
        _say_insert(words, definition, source, rows)
    elif ask.operation is Operation.UPDATE:
        _say_update(words, definition, source, rows[0], own)
    else:
        _say_delete(words, definition, source, rows, own)
    return Planned(Write(words.text, words.values), None, ())


def _own_cells(definition: Definition, ask: Ask) -> Row:
    """Return what the row rules demand of every row that is written."""
    own: Row = {}
    for rule in definition.row_rules:
        mine = ask.caller.value_of(rule.caller_attribute)
        if mine is None or own.setdefault(rule.column, mine) != mine:
            raise NotYourRows
    return own


def _rows(definition: Definition, ask: Ask, own: Row) -> list[Row]:
    faults: list[FieldFault] = []
    sent = ask.rows if ask.rows is not None else [ask.parameters]
    most = 1 if ask.operation is Operation.UPDATE else MOST_WRITTEN_ROWS
    if not 1 <= len(sent) <= most:
        faults.append(FieldFault("rows", "one row" if most == 1 else f"1 to {most} rows"))
    takes = definition.key
    if ask.operation is not Operation.DELETE:
        open_ = [
            one.name
            for one in chosen_fields(definition, Ask(ask.operation, ask.caller, granted=ask.granted), faults)
        ]
        takes = (*definition.key, *(name for name in open_ if name not in definition.key))
    elif ask.granted is not None and not {one.name for one in definition.fields} <= ask.granted:
        faults.append(FieldFault("fields", "deleting a row takes a grant of all its fields"))
    rows = [
        _row(definition, one, takes, own, f"rows.{at}.", operation=ask.operation, faults=faults)
        for at, one in enumerate(sent[:most])
    ]
    if ask.operation is Operation.CREATE and len({frozenset(one) for one in rows}) > 1:
        faults.append(FieldFault("rows", "all rows have the same columns"))
    if faults:
        raise AskRefused(faults[:50])
    return rows


def _row(
    definition: Definition, sent: Mapping[str, Any], takes: Sequence[str], own: Row, at: str,
    *, operation: Operation, faults: list[FieldFault],
) -> Row:  # fmt: skip
    row: Row = {}
    for name, raw in sent.items():
        if name not in takes:
            faults.append(FieldFault(f"{at}{name[:100]}", "unknown, or not granted"))
            continue
        try:
            value = None if raw is None else bound(Parameter(name, column_type(definition, name)), raw)
        except BadValue as bad:
            faults.append(FieldFault(f"{at}{name}", str(bad)))
            continue
        assert not isinstance(value, tuple), "one value is bound as one"
        if name in own and value != own[name]:
            faults.append(FieldFault(f"{at}{name}", "rows have to stay yours"))
        row[name] = value
    if operation is Operation.CREATE:
        row |= own
    else:
        faults += [FieldFault(f"{at}{one}", "required") for one in definition.key if row.get(one) is None]
    if not row or (operation is Operation.UPDATE and not set(row) - set(definition.key)):
        faults.append(FieldFault(at.rstrip("."), "nothing to write"))
    return row


def _say_insert(words: Words, definition: Definition, source: TableSource, rows: Sequence[Row]) -> None:
    columns = list(rows[0])
    words.say("INSERT INTO ").name(source.schema, source.table).say(" (")
    for at, name in enumerate(columns):
        words.say(", " if at else "").name(name)
    words.say(") VALUES ")
    for at, row in enumerate(rows):
        words.say(", (" if at else "(")
        for place, name in enumerate(columns):
            words.say(", " if place else "").bind(row[name], column_type(definition, name))
        words.say(")")


def _say_update(words: Words, definition: Definition, source: TableSource, row: Row, own: Row) -> None:
    words.say("UPDATE ").name(source.schema, source.table).say(" SET ")
    for at, name in enumerate(one for one in row if one not in definition.key):
        words.say(", " if at else "").name(name).say(" = ").bind(row[name], column_type(definition, name))
    words.say(" WHERE ")
    _say_key(words, definition, row)
    _say_own(words, own)


def _say_delete(
    words: Words, definition: Definition, source: TableSource, rows: Sequence[Row], own: Row
) -> None:
    words.say("DELETE FROM ").name(source.schema, source.table).say(" WHERE (")
    for at, row in enumerate(rows):
        words.say(" OR " if at else "")
        _say_key(words, definition, row)
    words.say(")")
    _say_own(words, own)


def _say_key(words: Words, definition: Definition, row: Row) -> None:
    words.say("(")
    for at, name in enumerate(definition.key):
        words.say(" AND " if at else "").name(name).say(" = ").bind(row[name], column_type(definition, name))
    words.say(")")


def _say_own(words: Words, own: Row) -> None:
    for name, value in own.items():
        words.say(" AND ").name(name).say(" = ").bind(value)
