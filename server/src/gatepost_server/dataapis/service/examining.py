"""Examining a definition against its source, before anything is saved: outside of any transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gatepost_server.connections import (
    TAKES_WRITES,
    Bounds,
    ConnectionType,
    Means,
    NoLogin,
    Sight,
    SourceColumn,
    StoredLogin,
    connection_type_of,
    get_connection,
    look_into,
)
from gatepost_server.dataapis.checking import checked_definition, fitted
from gatepost_server.dataapis.errors import DefinitionRefused, NotUsable
from gatepost_server.dataapis.model import (
    Definition,
    Parameter,
    ParameterType,
    SqlSource,
    TableSource,
)
from gatepost_server.dataapis.templates import DIALECTS, Template, read_template
from gatepost_server.dataapis.values import typed
from gatepost_server.dataapis.wording import Words
from gatepost_server.kernel.errors import FieldFault

if TYPE_CHECKING:
    from pyarrow import DataType

_DRY: Final = Bounds(rows=10, seconds=20)
_SAMPLES: Final = {
    ParameterType.STRING: "a",
    ParameterType.INTEGER: "1",
    ParameterType.DOUBLE: "1",
    ParameterType.DECIMAL: "1",
    ParameterType.BOOLEAN: "true",
    ParameterType.DATE: "2027-01-01",
    ParameterType.TIME: "12:00:00",
    ParameterType.TIMESTAMP: "2027-01-01T12:00:00",
    ParameterType.TIMESTAMP_TZ: "2027-01-01T12:00:00Z",
}


@dataclass(frozen=True)
class Draft:
    """A definition as somebody wrote it, and where it is to read."""

    definition: Definition
    connection_id: str
    credential_id: str | None = None


@dataclass(frozen=True)
class Fitted:
    """A definition that agrees with itself and with its source as the caller sees it now."""

    definition: Definition
    connection_id: str
    credential_id: str | None


def examine(means: Means, draft: Draft) -> Fitted:
    """Check *draft* and ask its source for the columns; SQL is run there without reading rows.

    Without a credential it is the only one that the caller may use there, or none where none is needed.
    What the caller may do in the project is asked before this, by `may_save`.

    Raises:
        Hidden, ActionDenied, NotAssociated, ChooseLogin, TooManyTries: as `connections.look_into`.
        NotUsable: no SQL can be asked there, or each works there as themselves.
        TemplateRefused, DefinitionRefused: the definition cannot be used.
        BrokerSilent, StatementFailed: the source does not answer, or refuses.
    """
    with means.begin() as tx:
        connection = get_connection(tx, draft.connection_id)
    sight = look_into(means, draft.connection_id, draft.credential_id)
    if connection.impersonate:
        raise NotUsable(
            "Over this connection each works as themselves, and a data API reads as whoever saved it."
        )
    type_ = connection_type_of(sight.target.type)
    if type_ not in DIALECTS:
        raise NotUsable("Sources of this type have no tables that can be queried. Choose a database.")
    definition = checked_definition(draft.definition, type_)
    writing = sorted(one.value for one in definition.operations if one.is_writing)
    if writing and type_ not in TAKES_WRITES:
        fault = FieldFault(
            "operations", f"files are only read: {', '.join(writing)} need PostgreSQL or MySQL"
        )
        raise DefinitionRefused([fault])
    login = sight.login
    assert isinstance(login, StoredLogin | NoLogin), "look_into signs in by what is stored"
    credential_id = login.credential_id if isinstance(login, StoredLogin) else None
    return Fitted(fitted(definition, _columns(sight, definition, type_)), draft.connection_id, credential_id)


def _columns(sight: Sight, definition: Definition, type_: ConnectionType) -> Sequence[SourceColumn]:
    source = definition.source
    if isinstance(source, TableSource):
        return sight.columns(source.schema, source.table)
    template = _template(source, definition, type_)
    statement = _one_empty_row(template, definition, type_).sql()
    given = {one.name: one.type for one in definition.fields}
    with sight.broker.stream(sight.actor, sight.target, sight.login, statement, _DRY) as batches:
        for batch in batches:
            return [
                SourceColumn(one.name, _word(one.type) or given.get(one.name) or "string", "")
                for one in batch.schema
            ]
    return [SourceColumn(name, word, "") for name, word in given.items()]


def _template(source: SqlSource, definition: Definition, type_: ConnectionType) -> Template:
    many = [one.name for one in definition.parameters if one.is_many]
    return read_template(source.text, type_, [one.name for one in definition.parameters], many)


def _one_empty_row(template: Template, definition: Definition, type_: ConnectionType) -> Words:
    """Ask for one row of nothing in the columns of the template: they come with their types."""
    declared = {one.name: one for one in definition.parameters}
    words = (
        Words(type_).say("SELECT ").name("gatepost_rows").say(".* FROM (SELECT 1 AS ").name("gatepost_one")
    )
    words.say(") AS ").name("gatepost_seed").say(" LEFT JOIN (SELECT * FROM (").say(template.texts[0])
    for name, text in zip(template.names, template.texts[1:], strict=True):
        one = declared[name]
        words.bind(typed(one.type, _sample(one)), one.type).say(text)
    words.say(") AS ").name("gatepost_inside").say(" WHERE 1 = 0) AS ").name("gatepost_rows")
    return words.say(" ON 1 = 1")


def _sample(parameter: Parameter) -> Any:
    known = (parameter.default, *parameter.choices[:1], parameter.min, parameter.max)
    return next((one for one in known if one is not None), _SAMPLES[parameter.type])


def _word(type_: "DataType") -> str | None:
    """Return a column's type as datasets write it; None where an empty row does not tell."""
    import pyarrow as pa  # noqa: PLC0415  # only who reads rows loads it

    kinds = pa.types
    if kinds.is_decimal(type_):
        return f"decimal({type_.precision},{type_.scale})"
    if kinds.is_timestamp(type_):
        return "timestamp" if type_.tz is None else "timestamp_tz"
    known = {
        "boolean": kinds.is_boolean, "integer": kinds.is_integer, "double": kinds.is_floating,
        "date": kinds.is_date, "time": kinds.is_time, "binary": kinds.is_binary,
    }  # fmt: skip
    if kinds.is_null(type_):
        return None
    return next((word for word, is_it in known.items() if is_it(type_)), "string")
