"""Values bound to a statement, as facts of JSON and back: none becomes another one on its way."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

Value = str | int | float | bool | None | Decimal | date | time | datetime | bytes
_READ: Final[Mapping[str, Callable[[str], Value]]] = {
    "decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "bytes": base64.b64decode,
}


def tagged(values: Sequence[Value]) -> list[Any]:
    """Return *values* as facts of JSON.

    Raises:
        TypeError: one is of a type that no source is sent.
    """
    return [_told(value) for value in values]


def untagged(facts: Sequence[Any]) -> list[Value]:
    """Return the values that *facts* tell of."""
    return [_READ[one["is"]](one["as"]) if isinstance(one, Mapping) else one for one in facts]


def _told(value: Value) -> Any:
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Decimal):
        return {"is": "decimal", "as": str(value)}
    if isinstance(value, datetime):  # before date, which it is, too
        return {"is": "datetime", "as": value.isoformat()}
    if isinstance(value, date):
        return {"is": "date", "as": value.isoformat()}
    if isinstance(value, time):
        return {"is": "time", "as": value.isoformat()}
    if isinstance(value, bytes):
        return {"is": "bytes", "as": base64.b64encode(value).decode()}
    raise TypeError(f"no source is sent a {type(value).__name__}")
