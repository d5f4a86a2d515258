"""Columns of datasets: names, and types as they are written on the wire; pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid

PLAIN: Final[Mapping[str, str]] = {
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "binary": "BLOB",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamp_tz": "TIMESTAMP WITH TIME ZONE",
}
"""The types without parameters, and what the engine calls them."""

WORDS: Final = (*PLAIN, "decimal(p,s)", "list<T>", "map<K,V>", "struct<name:T,…>")
_TOKEN: Final = re.compile(r'\s*(?:([A-Za-z_][A-Za-z0-9_]*|[0-9]+)|"((?:[^"]|"")*)"|([<>(),:]))')
_BARE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_COLUMNS: Final = 2000
_LONGEST_NAME: Final = 200
_LONGEST_TYPE: Final = 5000
_DEEPEST: Final = 20
_WIDEST_DECIMAL: Final = 38


@dataclass(frozen=True)
class Type:
    """A type: a plain word, a decimal with its digits, or one made of others.

    `parts` are the types inside, `names` those of a struct's fields.
    """

    word: str
    digits: tuple[int, int] | None = None
    parts: tuple["Type", ...] = ()
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.digits is not None:
            return f"decimal({self.digits[0]},{self.digits[1]})"
        if self.word == "struct":
            fields = zip(self.names, self.parts, strict=True)
            return f"struct<{','.join(f'{_written(name)}:{part}' for name, part in fields)}>"
        return f"{self.word}<{','.join(map(str, self.parts))}>" if self.parts else self.word

    @property
    def sql(self) -> str:
        """Return what the engine calls this type."""
        if self.digits is not None:
            return f"DECIMAL({self.digits[0]},{self.digits[1]})"
        if self.word == "list":
            return f"{self.parts[0].sql}[]"
        if self.word == "map":
            return f"MAP({self.parts[0].sql}, {self.parts[1].sql})"
        if self.word == "struct":
            fields = zip(self.names, self.parts, strict=True)
            return f"STRUCT({', '.join(f'{quoted(name)} {part.sql}' for name, part in fields)})"
        return PLAIN[self.word]


def quoted(name: str) -> str:
    """Return *name* as an identifier of the engine's SQL, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def read_type(text: str) -> Type:
    """Read a type as it is written on the wire.

    Raises:
        ValueError: it is none.
    """
    if len(text) > _LONGEST_TYPE:
        raise ValueError("too long")
    reading = _Reading(list(_tokens(text)))
    found = reading.type(0)
    reading.end()
    return found


@dataclass(frozen=True)
class Column:
    """A column of a dataset; `type` is written as docs/guide/projects.md lists them."""

    name: str
    type: str


def checked_columns(columns: Sequence[Column]) -> list[Column]:
    """Return *columns* with their types written in the one way.

    Raises:
        Invalid: no column, too many, a name twice (case makes no difference), or no type.
    """
    faults = []
    if not 1 <= len(columns) <= _MOST_COLUMNS:
        faults.append(FieldFault("columns", f"1 to {_MOST_COLUMNS} columns"))
    kept: list[Column] = []
    seen: set[str] = set()
    for number, column in enumerate(columns):
        wrong = name_fault(column.name, seen)
        if wrong is not None:
            faults.append(FieldFault(f"columns.{number}.name", wrong))
        seen.add(column.name.casefold())
        try:
            kept.append(Column(column.name, str(read_type(column.type))))
        except ValueError:
            faults.append(FieldFault(f"columns.{number}.type", f"one of {', '.join(WORDS)}"))
    if faults:
        raise Invalid("The columns cannot be used.", faults=faults[:20], code="columns-invalid")
    return kept


def name_fault(name: str, seen: set[str]) -> str | None:
    """Return what is wrong with a column's name beside those *seen* (folded); None when nothing is."""
    if not name or len(name) > _LONGEST_NAME or "\0" in name:
        return f"1 to {_LONGEST_NAME} characters"
    if name.casefold() in seen:
        return "two columns have this name; upper and lower case make no difference"
    return None


def _written(name: str) -> str:
    return name if _BARE.fullmatch(name) else quoted(name)


def _tokens(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each token, and whether it was a quoted name."""
    at, text = 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError("not a type")
        at = match.end()
        if match[2] is not None:
            yield match[2].replace('""', '"'), True
        else:
            yield match[1] or match[3], False


class _Reading:
    def __init__(self, tokens: list[tuple[str, bool]]) -> None:
        self._tokens = tokens
        self._at = 0

    def type(self, depth: int) -> Type:
        word, is_name = self._take()
        if is_name or depth > _DEEPEST:
            raise ValueError("not a type")
        if word in PLAIN:
            return Type(word)
        if word == "decimal":
            return Type(word, digits=self._digits())
        self._expect("<")
        if word == "struct":
            return self._struct(depth)
        parts = [self.type(depth + 1)]
        if word == "map":
            self._expect(",")
            parts.append(self.type(depth + 1))
        elif word != "list":
            raise ValueError("not a type")
        self._expect(">")
        return Type(word, parts=tuple(parts))

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise ValueError("more than a type")

    def _struct(self, depth: int) -> Type:
        names: list[str] = []
        parts: list[Type] = []
        while True:
            name, is_quoted = self._take()
            if not is_quoted and not _BARE.fullmatch(name):
                raise ValueError("not a name")
            if name_fault(name, {one.casefold() for one in names}) is not None:
                raise ValueError("not a name")
            self._expect(":")
            names.append(name)
            parts.append(self.type(depth + 1))
            if self._take()[0] == ">":
                return Type("struct", parts=tuple(parts), names=tuple(names))
            self._at -= 1
            self._expect(",")

    def _digits(self) -> tuple[int, int]:
        self._expect("(")
        precision = int(self._take()[0])
        self._expect(",")
        scale = int(self._take()[0])
        self._expect(")")
        if not 1 <= precision <= _WIDEST_DECIMAL or not 0 <= scale <= precision:
            raise ValueError("not a decimal")
        return precision, scale

    def _take(self) -> tuple[str, bool]:
        if self._at == len(self._tokens):
            raise ValueError("ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if self._take() != (sign, False):
            raise ValueError(f"{sign} is missing")
