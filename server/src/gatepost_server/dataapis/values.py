"""From what callers send to what is bound: one type each, within its bounds. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, Final, TypeVar

from gatepost_server.dataapis.model import Parameter, ParameterType, Value
from gatepost_server.kernel.errors import FieldFault

Found = TypeVar("Found")
LONGEST_TEXT: Final = 10_000
MOST_VALUES: Final = 1000
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,38}(\.[0-9]{1,38})?")
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_WORDS: Final = {"true": True, "false": False}


class BadValue(ValueError):
    """A value is not of its type, or out of bounds; the text says what it takes."""


def bound(parameter: Parameter, raw: Any) -> Value | tuple[Value, ...]:
    """Return what is bound for *raw*: a text of the query, or a value of JSON.

    Raises:
        BadValue: it does not fit.
    """
    if not parameter.is_many:
        if isinstance(raw, list | tuple):
            raise BadValue("one value, not several")
        return _one(parameter, raw)
    several: Sequence[Any] = raw if isinstance(raw, list | tuple) else [raw]
    if not 1 <= len(several) <= MOST_VALUES:
        raise BadValue(f"1 to {MOST_VALUES} values")
    return tuple(_one(parameter, one) for one in several)


def typed(type_: ParameterType, raw: Any) -> Value:
    """Return *raw* as a value of a type.

    Raises:
        BadValue: it is none.
    """
    return _READ[type_](raw)


def faults_of(parameter: Parameter, at: str) -> list[FieldFault]:
    """Say what is wrong with the bounds, choices and default of a parameter itself."""
    faults, read = [], {}
    for name in ("min", "max"):
        text = getattr(parameter, name)
        if text is None:
            continue
        if parameter.type in (ParameterType.STRING, ParameterType.BOOLEAN):
            faults.append(FieldFault(f"{at}.{name}", "for numbers, dates and times only"))
            continue
        try:
            read[name] = typed(parameter.type, text)
        except BadValue as bad:
            faults.append(FieldFault(f"{at}.{name}", str(bad)))
    if len(read) == 2 and _is_above(read["min"], read["max"]):  # noqa: PLR2004  # both ends
        faults.append(FieldFault(f"{at}.max", "not below min"))
    if faults:
        return faults
    for at_choice, choice in enumerate(parameter.choices):
        faults += _fault_of(parameter, choice, f"{at}.choices.{at_choice}")
    return faults + (
        [] if parameter.default is None else _fault_of(parameter, parameter.default, f"{at}.default")
    )


def _fault_of(parameter: Parameter, text: str, field: str) -> list[FieldFault]:
    try:
        _one(parameter, text)
    except BadValue as bad:
        return [FieldFault(field, str(bad))]
    return []


def _one(parameter: Parameter, raw: Any) -> Value:
    value = typed(parameter.type, raw)
    if isinstance(value, str) and len(value) > (parameter.max_length or LONGEST_TEXT):
        raise BadValue(f"at most {parameter.max_length or LONGEST_TEXT} characters")
    if parameter.min is not None and _is_above(typed(parameter.type, parameter.min), value):
        raise BadValue(f"at least {parameter.min}")
    if parameter.max is not None and _is_above(value, typed(parameter.type, parameter.max)):
        raise BadValue(f"at most {parameter.max}")
    if parameter.choices and value not in [typed(parameter.type, one) for one in parameter.choices]:
        raise BadValue(f"one of {', '.join(parameter.choices)}"[:500])
    return value


def _is_above(one: Any, other: Any) -> bool:
    return bool(one > other)


def _string(raw: Any) -> str:
    if not isinstance(raw, str) or "\0" in raw:
        raise BadValue("a text")
    return raw


def _integer(raw: Any) -> int:
    text = raw.strip() if isinstance(raw, str) else raw
    if isinstance(text, str) and _INTEGER.fullmatch(text):
        text = int(text)
    if isinstance(text, bool) or not isinstance(text, int) or not _SMALLEST <= text <= _LARGEST:
        raise BadValue("a whole number of at most 64 bits")
    return text


def _double(raw: Any) -> float:
    try:
        number = float(raw) if isinstance(raw, str | int | float) and not isinstance(raw, bool) else None
    except (ValueError, OverflowError):
        number = None
    if number is None or not isfinite(number):
        raise BadValue("a number")
    return number


def _decimal(raw: Any) -> Decimal:
    text = raw if isinstance(raw, str) else str(raw)
    if isinstance(raw, bool) or not _DECIMAL.fullmatch(text.strip()):
        raise BadValue("a decimal number of at most 38 digits")
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise BadValue("a decimal number of at most 38 digits") from None


def _boolean(raw: Any) -> bool:
    known = _WORDS.get(raw.strip().lower()) if isinstance(raw, str) else raw
    if not isinstance(known, bool):
        raise BadValue("true or false")
    return known


def _date(raw: Any) -> date:
    return _moment(raw, date.fromisoformat, "a date as 2027-01-31")


def _time(raw: Any) -> time:
    found = _moment(raw, time.fromisoformat, "a time as 13:45:00")
    if found.tzinfo is not None:
        raise BadValue("a time without zone, as 13:45:00")
    return found


def _timestamp(raw: Any) -> datetime:
    found = _moment(raw, datetime.fromisoformat, "a moment as 2027-01-31T13:45:00")
    if found.tzinfo is not None:
        raise BadValue("a moment without zone, as 2027-01-31T13:45:00")
    return found


def _timestamp_tz(raw: Any) -> datetime:
    found = _moment(raw, datetime.fromisoformat, "a moment with its zone, as 2027-01-31T13:45:00Z")
    if found.tzinfo is None:
        raise BadValue("a moment with its zone, as 2027-01-31T13:45:00Z")
    return found


def _moment(raw: Any, read: Callable[[str], Found], takes: str) -> Found:
    if not isinstance(raw, str):
        raise BadValue(takes)
    try:
        return read(raw.strip())
    except ValueError:
        raise BadValue(takes) from None


_READ: Final[dict[ParameterType, Callable[[Any], Value]]] = {
    ParameterType.STRING: _string,
    ParameterType.INTEGER: _integer,
    ParameterType.DOUBLE: _double,
    ParameterType.DECIMAL: _decimal,
    ParameterType.BOOLEAN: _boolean,
    ParameterType.DATE: _date,
    ParameterType.TIME: _time,
    ParameterType.TIMESTAMP: _timestamp,
    ParameterType.TIMESTAMP_TZ: _timestamp_tz,
}
