"""JSON objects, one a line (NDJSON) or in one array: each is a row."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatepost_server.kernel.errors import FieldFault
from gatepost_server.projects.errors import DataRefused
from gatepost_server.projects.intake.fields import Field
from gatepost_server.projects.intake.inferring import NUMBERS, infer
from gatepost_server.projects.intake.sources import check_names
from gatepost_server.tabular.columns import Type
from gatepost_server.tabular.engine import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Shape = str | list["Shape"] | dict[str, "Shape"]

_LARGEST_OBJECT: Final = 32 * 1024 * 1024
_NUMBERS: Final = ("UBIGINT", "BIGINT", "HUGEINT", "DOUBLE")
_PLAIN: Final[Mapping[str, Type]] = {
    "BOOLEAN": Type("boolean"),
    "UBIGINT": Type("integer"),
    "BIGINT": Type("integer"),
    "HUGEINT": Type("integer"),
    "DOUBLE": Type("double"),
}
_SHAPE: Final = (
    "SELECT CAST(json_group_structure(json) AS VARCHAR), min(CASE WHEN {is_bad} THEN row END)"
    " FROM (SELECT json, row_number() OVER () AS row FROM {relation})"
)
_BAD: Final = "json_type(json) <> 'OBJECT' OR len(json_keys(json)) <> len(list_distinct(json_keys(json)))"


class JsonSource:
    """Objects; a name that one of them lacks, or null, is no value. Nested ones are kept as such."""

    may_lack_columns = True

    def __init__(self, path: Path, *, is_array: bool) -> None:
        self.path = path
        self._is_array = is_array
        self._shape: dict[str, Shape] | None = None

    def fields(self, connection: "DuckDBPyConnection") -> Sequence[Field]:
        """Return every name that occurs, in the order in which they were met."""
        names = list(self._shape_of(connection))
        check_names(names)
        return [Field(name, _raw(name), is_json=True) for name in names]

    def relation(self, connection: "DuckDBPyConnection") -> str:
        """Return the objects."""
        del connection
        form = "array" if self._is_array else "newline_delimited"
        return (
            f"read_json_objects({literal(str(self.path))}, format = '{form}',"
            f" maximum_object_size = {_LARGEST_OBJECT})"
        )

    def types(self, connection: "DuckDBPyConnection", fields: Sequence[Field]) -> Sequence[Type]:
        """Return what the values are; numbers are looked at one by one, texts stay texts."""
        shape = self._shape_of(connection)
        numbers = [one for one in fields if shape[one.name] in _NUMBERS]
        found = infer(connection, self.relation(connection), numbers, NUMBERS) if numbers else []
        told = {one.name: kind for one, kind in zip(numbers, found, strict=True)}
        return [told.get(one.name) or _type_of(shape[one.name]) for one in fields]

    def place(self, row: int) -> str:
        """Return the line, or in an array the number of the object."""
        if self._is_array:
            return f"object {row}"
        with self.path.open("rb") as file:
            filled = (number for number, line in enumerate(file, 1) if line.strip())
            return f"line {next(number for at, number in enumerate(filled, 1) if at == row)}"

    def _shape_of(self, connection: "DuckDBPyConnection") -> dict[str, Shape]:
        if self._shape is None:
            query = _SHAPE.replace("{is_bad}", _BAD).replace("{relation}", self.relation(connection))
            answer = connection.execute(query).fetchone()
            assert answer is not None, "an aggregate answers"
            shape, bad = answer
            if bad is not None:
                wrong = "not an object, or one with a name twice"
                raise DataRefused(FieldFault(self.place(bad), wrong))
            found = json.loads(shape) if shape is not None else {}
            # Where no object has a name, there is no structure to tell of.
            self._shape = found if isinstance(found, dict) else {}
        assert self._shape is not None, "set a line ago"
        return self._shape

    def find_fault(self) -> DataRefused | None:
        """Return the first line that is no JSON; of an array the engine says all there is to say."""
        if self._is_array:
            return None
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    if line.strip():
                        json.loads(line)
                except (ValueError, RecursionError):
                    return DataRefused(FieldFault(f"line {number}", "not JSON"))
        return None


def _raw(name: str) -> str:
    # As a JSON pointer, in which only ~ and / have a meaning of their own.
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    value = f"json_extract(json, {literal(pointer)})"
    return f"(CASE WHEN json_type({value}) <> 'NULL' THEN {value} END)"


def _type_of(shape: Shape) -> Type:
    if isinstance(shape, list):
        return Type("list", parts=(_type_of(shape[0]),))
    if isinstance(shape, dict):
        if not shape or len({name.casefold() for name in shape}) < len(shape) or "" in shape:
            return Type("string")
        return Type("struct", parts=tuple(map(_type_of, shape.values())), names=tuple(shape))
    return _PLAIN.get(shape, Type("string"))
