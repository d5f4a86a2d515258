"""Reading JSON of unknown origin: every field is named, of its kind and there once; pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

from gatepost_server.projects.errors import ArchiveRefused

T = TypeVar("T")
Reader = Callable[[object, str], T]
_LONGEST = 100_000


@dataclass(frozen=True)
class Later:
    """A field that archives of older servers do not have; without it *default* counts."""

    read: Reader[Any]
    default: Any

    def __call__(self, raw: object, path: str) -> object:
        """Return the field that is there."""
        return self.read(raw, path)


def parsed(content: bytes) -> object:
    """Return JSON as a value.

    Raises:
        ArchiveRefused: it is none, names a field twice, or holds NaN or an infinity.
    """
    try:
        return json.loads(content, object_pairs_hook=_once, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise ArchiveRefused("The archive's manifest.json is not JSON.", code="archive-damaged") from None


def refuse(path: str, why: str) -> NoReturn:
    """Refuse an archive for what stands at *path*.

    Raises:
        ArchiveRefused: always.
    """
    raise ArchiveRefused(f"The archive's manifest cannot be used: {path} {why}.")


def record(raw: object, path: str, fields: Mapping[str, Reader[Any]]) -> dict[str, Any]:
    """Return an object that has exactly *fields*."""
    if not isinstance(raw, dict):
        refuse(path, "has to be an object")
    for name in raw:
        if name not in fields:
            refuse(f"{path}.{name[:60]}", "is a field that there is not")
    for name, read in fields.items():
        if name not in raw and not isinstance(read, Later):
            refuse(f"{path}.{name}", "is missing")
    return {
        name: read.default
        if isinstance(read, Later) and name not in raw
        else read(raw[name], f"{path}.{name}")
        for name, read in fields.items()
    }


def text(raw: object, path: str) -> str:
    """Return a text."""
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        refuse(path, f"has to be a text of at most {_LONGEST:,} characters")
    return raw


def moment(raw: object, path: str) -> str:
    """Return a text that says a moment, with its time zone."""
    said = text(raw, path)
    try:
        found = datetime.fromisoformat(said)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(path, "has to be a moment")
    if found.tzinfo is None:
        refuse(path, "has to be a moment with its time zone")
    return said


def truth(raw: object, path: str) -> bool:
    """Return a truth value."""
    if not isinstance(raw, bool):
        refuse(path, "has to be true or false")
    return raw


def count(raw: object, path: str) -> int:
    """Return a whole number that is not negative."""
    if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw < 2**63:
        refuse(path, "has to be a whole number")
    return raw


def anything(raw: object, path: str) -> dict[str, Any]:
    """Return an object of any fields, which whoever uses it judges."""
    if not isinstance(raw, dict):
        refuse(path, "has to be an object")
    return raw


def maybe(read: Reader[T]) -> Reader[T | None]:
    """Return a reader that also takes null."""
    return lambda raw, path: None if raw is None else read(raw, path)


def many(read: Reader[T], most: int = 10_000) -> Reader[Sequence[T]]:
    """Return a reader of a list."""

    def reading(raw: object, path: str) -> Sequence[T]:
        if not isinstance(raw, list) or len(raw) > most:
            refuse(path, f"has to be a list of at most {most:,}")
        return [read(one, f"{path}[{at}]") for at, one in enumerate(raw)]

    return reading


def named(read: Reader[T]) -> Reader[Mapping[str, T]]:
    """Return a reader of an object whose fields are names."""

    def reading(raw: object, path: str) -> Mapping[str, T]:
        return {name: read(value, f"{path}.{name[:60]}") for name, value in anything(raw, path).items()}

    return reading


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ArchiveRefused("The archive's manifest names a field twice.", code="archive-damaged")
    return found


def _constant(word: str) -> NoReturn:
    raise ArchiveRefused(f"The archive's manifest holds {word}, which is no JSON.", code="archive-damaged")
