"""Statements in the words of each source: names quoted, values bound in the driver's own style. Pure."""

from typing import Final

from gatepost_server.connections import ConnectionType, Sql
from gatepost_server.dataapis.model import ParameterType, Value

_CASTS: Final = {
    ParameterType.INTEGER: "BIGINT",
    ParameterType.DOUBLE: "DOUBLE PRECISION",
    ParameterType.DECIMAL: "NUMERIC",
    ParameterType.BOOLEAN: "BOOLEAN",
    ParameterType.DATE: "DATE",
    ParameterType.TIME: "TIME",
    ParameterType.TIMESTAMP: "TIMESTAMP",
    ParameterType.TIMESTAMP_TZ: "TIMESTAMP WITH TIME ZONE",
}
_BACKTICKED: Final = (ConnectionType.MYSQL, ConnectionType.SQLITE)
"""SQLite takes an unknown name in double quotes for a text; one in backticks is a name, or a fault."""
_TYPED: Final = (ConnectionType.POSTGRESQL, ConnectionType.DUCKDB)


class Words:
    """A statement that grows: what is ours is written, what is a caller's is bound."""

    def __init__(self, type_: ConnectionType) -> None:
        self._type = type_
        self._parts: list[str | None] = []
        self._values: list[Value] = []

    def say(self, text: str) -> "Words":
        """Append text of ours."""
        self._parts.append(text)
        return self

    def name(self, *names: str | None) -> "Words":
        """Append a name, with what it stands in before it."""
        return self.say(".".join(self.quoted(one) for one in names if one is not None))

    def bind(self, value: Value, type_: ParameterType | None = None) -> "Words":
        """Append the place of a value; where the source would guess, it is told the type."""
        cast = _CASTS.get(type_) if type_ is not None and self._type in _TYPED else None
        if cast is not None:
            self.say("CAST(")
        self._parts.append(None)
        self._values.append(value)
        if cast is not None:
            self.say(f" AS {cast})")
        return self

    def quoted(self, name: str) -> str:
        """Return *name* as an identifier of this source, whatever it holds."""
        mark = "`" if self._type in _BACKTICKED else '"'
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"

    @property
    def text(self) -> str:
        """The text with the driver's own placeholders."""
        number, written = 0, []
        for part in self._parts:
            if part is not None:
                is_doubled = self._type is ConnectionType.MYSQL and self._values
                written.append(part.replace("%", "%%") if is_doubled else part)
                continue
            number += 1
            written.append(_placeholder(self._type, number))
        return "".join(written)

    @property
    def values(self) -> tuple[Value, ...]:
        """What is bound, in the order of the placeholders."""
        return tuple(self._values)

    def sql(self) -> Sql:
        """Return it as a statement that reads."""
        return Sql(self.text, self.values)


def _placeholder(type_: ConnectionType, number: int) -> str:
    if type_ is ConnectionType.MYSQL:
        return "%s"
    return "?" if type_ is ConnectionType.SQLITE else f"${number}"
