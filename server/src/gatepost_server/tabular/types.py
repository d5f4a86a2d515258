"""From the engine's types to ours: each kind of value has one way in which it is kept."""

from typing import TYPE_CHECKING, Any, Final

from gatepost_server.tabular.columns import Type

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

_INTEGERS: Final = ("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger")
_KEPT_AS: Final = {
    **dict.fromkeys(_INTEGERS, Type("integer")),
    "ubigint": Type("decimal", digits=(20, 0)),
    "hugeint": Type("decimal", digits=(38, 0)),
    "uhugeint": Type("decimal", digits=(38, 0)),
    "boolean": Type("boolean"),
    "float": Type("double"),
    "double": Type("double"),
    "blob": Type("binary"),
    "date": Type("date"),
    "time": Type("time"),
    "time_ns": Type("time"),
    "timestamp": Type("timestamp"),
    "timestamp_s": Type("timestamp"),
    "timestamp_ms": Type("timestamp"),
    "timestamp_ns": Type("timestamp"),
    "timestamp with time zone": Type("timestamp_tz"),
    "timestamptz_ns": Type("timestamp_tz"),
}
_TEXT: Final = Type("string")
_MADE_OF_OTHERS: Final = ("decimal", "list", "array", "struct", "map")


def type_of(found: "DuckDBPyType") -> Type:
    """Return how values of an engine's type are kept; what has no place of its own becomes text."""
    word, parts = found.id, _parts(found)
    if word == "decimal":
        digits = dict(parts)
        return Type("decimal", digits=(int(digits["precision"]), int(digits["scale"])))
    if word in ("list", "array"):
        return Type("list", parts=(type_of(parts[0][1]),))
    if word == "struct":
        names = tuple(name for name, _ in parts)
        return Type("struct", parts=tuple(type_of(one) for _, one in parts), names=names)
    if word == "map":
        return Type("map", parts=tuple(type_of(one) for _, one in parts))
    return _KEPT_AS.get(word, _TEXT)


def _parts(found: "DuckDBPyType") -> list[tuple[str, Any]]:
    """Return what a type is made of; nothing for a plain one, which the engine refuses to be asked."""
    return list(found.children) if found.id in _MADE_OF_OTHERS else []
