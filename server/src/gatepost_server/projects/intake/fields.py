"""From what a file holds to what a column keeps: the SQL of each conversion; pure.

Every conversion gives NULL for a value that it cannot keep as it is; nothing is rounded,
cut or guessed. Where both sides are typed, a value is kept when converting it there and back
gives the same value.
"""

from dataclasses import dataclass
from typing import Final

from gatepost_server.tabular.columns import Type

STRING: Final = Type("string")
_NESTED: Final = ("list", "map", "struct")
_SPACE: Final = r"\s*"
_WHOLE: Final = rf"{_SPACE}[+-]?[0-9]+{_SPACE}"
_DAY: Final = rf"{_SPACE}[0-9]{{1,6}}-[0-9]{{1,2}}-[0-9]{{1,2}}{_SPACE}"
_ZONE_AT_END: Final = r":[0-9.]+\s*([zZ]|[+-][0-9:]+)\s*$"


@dataclass(frozen=True)
class Field:
    """A column of a file: its name, and the SQL of its value as found.

    It is text, JSON, or of one of the engine's types, which is kept as `kept`.
    """

    name: str
    raw: str
    engine_type: str = "VARCHAR"
    kept: Type = STRING
    is_json: bool = False

    @property
    def text(self) -> str:
        """Return the SQL of the value as text."""
        return f"({self.raw} ->> '$')" if self.is_json else f"CAST({self.raw} AS VARCHAR)"


def converted(field: Field, wanted: Type) -> str:
    """Return the SQL of *field* as *wanted*, NULL where it cannot be."""
    if field.is_json:
        if wanted.word in _NESTED:
            return f"TRY_CAST({field.raw} AS {wanted.sql})"
        return from_text(field.text, wanted)
    if field.kept == wanted:
        return field.raw if field.engine_type == wanted.sql else f"TRY_CAST({field.raw} AS {wanted.sql})"
    if wanted.word == "string":
        return field.text
    if field.kept.word == "string":
        return from_text(field.text, wanted)
    there = f"TRY_CAST({field.raw} AS {wanted.sql})"
    back = f"TRY_CAST({there} AS {field.engine_type})"
    return f"CASE WHEN {back} IS NOT DISTINCT FROM {field.raw} THEN {there} END"


def from_text(text: str, wanted: Type) -> str:
    """Return the SQL of *text* (itself SQL) as *wanted*, NULL where it cannot be."""
    cast = f"TRY_CAST({text} AS {wanted.sql})"
    if wanted.word in _NESTED:
        return f"TRY_CAST(TRY_CAST({text} AS JSON) AS {wanted.sql})"
    if wanted.digits is not None:
        fraction = rf"(\.[0-9]{{0,{wanted.digits[1]}}}0*)?"
        return _when(text, rf"{_SPACE}[+-]?[0-9]*{fraction}{_SPACE}", cast)
    plain = {
        "string": text,
        "integer": _when(text, _WHOLE, cast),
        "double": f"CASE WHEN NOT contains({text}, '_') THEN {cast} END",
        "date": _when(text, _DAY, cast),
        "timestamp": f"CASE WHEN NOT regexp_matches({text}, '{_ZONE_AT_END}') THEN {cast} END",
        "binary": f"TRY(from_base64({text}))",
    }
    return plain.get(wanted.word, cast)


def checked(field: Field, wanted: Type, mark: str) -> str:
    """Return the SQL of *field* as *wanted* that fails with *mark* where a value cannot be kept."""
    value = converted(field, wanted)
    if value == field.raw:
        return value
    return f"CASE WHEN {is_bad(field, wanted)} THEN error('{mark}') ELSE {value} END"


def is_bad(field: Field, wanted: Type) -> str:
    """Return the SQL that is true where a value is there but cannot be kept."""
    return f"({field.raw} IS NOT NULL AND ({converted(field, wanted)}) IS NULL)"


def _when(text: str, pattern: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN {value} END"
