"""Between a definition of the domain and the form in which it is typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from starlette.datastructures import FormData

from gatepost_server.dataapis import (
    CallerAttribute,
    Definition,
    Draft,
    Field,
    Limits,
    Operation,
    Operator,
    Ordering,
    Parameter,
    ParameterType,
    RowRule,
    SqlSource,
    TableSource,
    Version,
)
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.ui.pages.data_api_design import LIMITS, DesignForm, FieldLine, ParameterLine, RuleLine

_MOST_LINES: Final = 600
_LONGEST: Final = 100_000


def form_of(version: Version) -> DesignForm:
    """Return a version as a form shows it."""
    made, source = version.definition, version.definition.source
    is_sql = isinstance(source, SqlSource)
    return DesignForm(
        connection=version.connection_id,
        credential=version.credential_id or "",
        kind="sql" if is_sql else "table",
        sql=source.text if isinstance(source, SqlSource) else "",
        schema=source.schema or "" if isinstance(source, TableSource) else "",
        table=source.table if isinstance(source, TableSource) else "",
        operations=frozenset(made.operations),
        fields=[
            FieldLine(
                one.name, one.type, one.description, True, one.name in made.sortable, one.name in made.key
            )
            for one in made.fields
        ],
        parameters=[_line_of(one) for one in made.parameters],
        rules=[RuleLine(one.column, one.caller_attribute) for one in made.row_rules],
        order=", ".join(("-" if by.is_down else "") + by.field for by in made.order),
        limits={name: str(getattr(made.limits, name)) for name in LIMITS},
        needs_signed_body=made.needs_signed_body,
    )


def typed_form(sent: FormData) -> DesignForm:
    """Return what a form sent, as it was typed."""

    def typed(name: str) -> str:
        return str(sent.get(name, ""))[:_LONGEST].replace("\r\n", "\n").strip()

    return DesignForm(
        connection=typed("connection"),
        credential=typed("credential"),
        kind="table" if typed("kind") == "table" else "sql",
        sql=typed("sql"),
        schema=typed("schema"),
        table=typed("table"),
        operations=frozenset(str(one) for one in sent.getlist("operations")),
        fields=[
            FieldLine(
                each["name"], each.get("type", ""), each.get("description", ""), "on" in each, "sort" in each,
                "key" in each,
            )
            for each in _lines(sent, "f")
        ],
        parameters=[_parameter_line(each) for each in _lines(sent, "p")],
        rules=[
            RuleLine(each.get("column", ""), each.get("caller", CallerAttribute.CLIENT_ID))
            for each in _lines(sent, "r")
        ],
        order=typed("order"),
        limits={name: typed(f"l-{name}") for name in LIMITS},
        needs_signed_body=typed("signed_body") == "on",
        note=typed("note"),
        name=typed("name"),
        slug=typed("slug"),
        description=typed("description"),
    )  # fmt: skip


def draft_of(form: DesignForm, *, is_whole: bool = False) -> Draft:
    """Return what is typed as a draft; with *is_whole* of all columns, whatever is ticked.

    Raises:
        Invalid: something is no number, or none of what can be chosen; each fault names it.
    """
    faults: list[FieldFault] = []
    is_sql = form.kind == "sql"
    source = SqlSource(form.sql) if is_sql else TableSource(form.table, form.schema or None)
    on = [one for one in form.fields if one.is_on]
    if form.fields and not on:
        faults.append(FieldFault("fields", "at least one column comes back"))
    limits = {name: _number(text, f"limits.{name}", faults) for name, text in form.limits.items() if text}
    parameters = [_parameter(one, at, faults, is_sql=is_sql) for at, one in enumerate(form.parameters)]
    chosen = {one for one in form.operations if one in set(Operation)}
    wanted = {Operation(one) for one in chosen if not (is_sql and Operation(one).is_writing)}
    definition = Definition(
        source,
        frozenset({Operation.LIST} if is_whole else wanted),
        () if is_whole else tuple(Field(one.name, one.type, one.description) for one in on),
        tuple(parameters),
        () if is_sql else tuple(one.name for one in form.fields if one.is_key),
        tuple(one.name for one in on if one.is_sortable),
        tuple(_ordering(form.order)),
        tuple(RowRule(one.column, _caller(one.caller, faults)) for one in form.rules),
        replace(Limits(), **limits),
        form.needs_signed_body,
    )
    if faults:
        raise Invalid("The data API cannot be made like this.", faults=faults)
    return Draft(definition, form.connection, form.credential or None)


def with_columns(form: DesignForm, columns: Sequence[Field]) -> DesignForm:
    """Return the form with the columns that its source has; what was said of them stays.

    Columns that are new to a form which chose among others do not come back by themselves.
    """
    known, is_first = {one.name: one for one in form.fields}, not form.fields
    lines = []
    for column in columns:
        before = known.get(column.name, FieldLine(column.name, is_on=is_first))
        lines.append(replace(before, type=column.type))
    return replace(form, fields=lines)


def with_parameters(form: DesignForm, names: Sequence[str]) -> tuple[DesignForm, list[str]]:
    """Return the form with just the parameters that stand in its SQL, and which of these are new."""
    known = {one.name: one for one in form.parameters}
    new = [name for name in names if name not in known]
    lines = [known.get(name, ParameterLine(name, is_required=True)) for name in names]
    return replace(form, parameters=lines), new


def _lines(sent: FormData, prefix: str) -> Iterator[dict[str, str]]:
    """Yield the lines `prefix-0-…`, `prefix-1-…`, … of a form."""
    for at in range(_MOST_LINES):
        begins = f"{prefix}-{at}-"
        found = {
            name.removeprefix(begins): str(value)[:_LONGEST].replace("\r\n", "\n").strip()
            for name, value in sent.items()
            if name.startswith(begins)
        }
        if not found:
            return
        yield found


def _parameter_line(each: Mapping[str, str]) -> ParameterLine:
    texts = ("name", "type", "default", "min", "max", "max_length", "choices", "column", "operator")
    said = {name: each[name] for name in (*texts, "description") if name in each}
    return ParameterLine(**said, is_required="required" in each, is_many="many" in each)


def _line_of(one: Parameter) -> ParameterLine:
    return ParameterLine(
        one.name, one.type, one.required, one.is_many, one.default or "", one.min or "", one.max or "",
        "" if one.max_length is None else str(one.max_length), "\n".join(one.choices), one.column or "",
        one.operator, one.description,
    )  # fmt: skip


def _parameter(one: ParameterLine, at: int, faults: list[FieldFault], *, is_sql: bool) -> Parameter:
    where = f"parameters.{at}"
    if one.type not in set(ParameterType):
        faults.append(FieldFault(f"{where}.type", "one of the list"))
        return Parameter(one.name)
    if one.operator not in set(Operator):
        faults.append(FieldFault(f"{where}.operator", "one of the list"))
        return Parameter(one.name)
    length = _number(one.max_length, f"{where}.max_length", faults) if one.max_length else None
    return Parameter(
        one.name, ParameterType(one.type), one.is_required, one.min or None, one.max or None, length,
        tuple(line.strip() for line in one.choices.splitlines() if line.strip()), one.is_many,
        one.default or None, None if is_sql else one.column or None,
        Operator.EQUAL if is_sql else Operator(one.operator), one.description,
    )  # fmt: skip


def _number(text: str, where: str, faults: list[FieldFault]) -> int:
    if text.isascii() and text.isdigit() and len(text) < 12:  # noqa: PLR2004  # more digits than any limit has
        return int(text)
    faults.append(FieldFault(where, "a whole number"))
    return 0


def _ordering(text: str) -> list[Ordering]:
    parts = [one.strip() for one in text.split(",") if one.strip()]
    return [Ordering(one.removeprefix("-"), one.startswith("-")) for one in parts]


def _caller(text: str, faults: list[FieldFault]) -> CallerAttribute:
    if text in set(CallerAttribute):
        return CallerAttribute(text)
    faults.append(FieldFault("row_rules", "what of the caller is meant is one of the list"))
    return CallerAttribute.ID
