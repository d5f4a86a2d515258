"""Read JSON objects into frozen dataclasses."""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, TypeVar, Union

from gatepost.errors import UnexpectedAnswer
from gatepost.secret import Secret

M = TypeVar("M", bound="Model")


@dataclass(frozen=True, kw_only=True)
class Model:
    """Base of everything the server answers.

    Fields that a newer server adds are ignored here and kept in `raw`, where secrets are
    wrapped as `Secret` too.
    """

    raw: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)


_HINTS: dict[type[Model], Mapping[str, Any]] = {}


def _hints(model: type[Model]) -> Mapping[str, Any]:
    if model not in _HINTS:
        _HINTS[model] = typing.get_type_hints(model)
    return _HINTS[model]


def read(model: type[M], answer: object) -> M:
    """Build a *model* from a decoded JSON object.

    Raises:
        UnexpectedAnswer: a field without a default is missing, or has another type.
    """
    if not isinstance(answer, Mapping):
        raise UnexpectedAnswer(
            f"The server did not answer with a {model.__name__}; is this address Gatepost's?"
        )
    values, raw = dict[str, Any](), dict(answer)
    hints = _hints(model)
    for each in fields(model):
        if each.name == "raw":
            continue
        if each.name in answer:
            values[each.name] = _value(hints[each.name], answer[each.name], f"{model.__name__}.{each.name}")
            if isinstance(values[each.name], Secret):
                raw[each.name] = values[each.name]
        elif each.default is MISSING and each.default_factory is MISSING:
            raise UnexpectedAnswer(
                f"The server's answer lacks {model.__name__}.{each.name}; is it older than this?"
            )
    return model(**values, raw=raw)


def _value(hint: Any, value: object, where: str) -> object:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(inner, value, where)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(inner[0], item, where) for item in value)
    if origin is not None and issubclass(origin, Mapping) and isinstance(value, Mapping):
        return dict(value)
    return _plain(hint, value, where)


def _one_of(choices: tuple[Any, ...], value: object, where: str) -> object:
    if value is None and types.NoneType in choices:
        return None
    faults = []
    for choice in choices:
        if choice is types.NoneType:
            continue
        try:
            return _value(choice, value, where)
        except UnexpectedAnswer as fault:
            faults.append(fault)
    raise faults[0]


def _plain(hint: Any, value: object, where: str) -> object:
    if hint is object:
        return value
    if isinstance(value, str) and hint is datetime:
        return moment(value, where)
    if isinstance(value, str) and hint is Secret:
        return Secret(value)
    if isinstance(hint, type) and issubclass(hint, Model):
        return read(hint, value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    raise UnexpectedAnswer(f"The server's {where} is not what this version of gatepost understands.")


def moment(text: str, where: str = "time") -> datetime:
    """Read an ISO 8601 time; one without a zone is taken as UTC.

    Raises:
        UnexpectedAnswer: *text* is no time.
    """
    try:
        read_at = datetime.fromisoformat(text)
    except ValueError:
        raise UnexpectedAnswer(f"The server's {where} is not a time: {text!r}.") from None
    return read_at if read_at.tzinfo is not None else read_at.replace(tzinfo=UTC)


def stamp(when: datetime) -> str:
    """Write a time as the API wants it: ISO 8601, UTC, with Z."""
    aware = when if when.tzinfo is not None else when.astimezone()
    return aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
