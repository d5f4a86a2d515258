"""How each type of PostgreSQL is read, and what it becomes in a dataset (docs/guide/source-types.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from gatepost_server.broker.drivers.values import decimal_of

_FINITE: Final = "CASE WHEN isfinite({0}) THEN {0} END"
_NUMERIC: Final = 1700
_LISTS_OF: Final[Mapping[int, int]] = {
    1000: 16, 1005: 21, 1007: 23, 1016: 20, 1021: 700, 1022: 701, 1009: 25, 1015: 1043, 1014: 1042,
    1182: 1082, 1115: 1114, 1185: 1184,
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """`type` as datasets write it, `arrow` as it is sent, `read` how the query fetches it."""

    type: str
    arrow: pa.DataType
    read: str = field(default="{0}")


_INTEGER: Final = Kind("integer", pa.int64())
_DOUBLE: Final = Kind("double", pa.float64())
_STRING: Final = Kind("string", pa.string())
_TEXT: Final = Kind("string", pa.string(), "({0})::text")
_PLAIN: Final[Mapping[int, Kind]] = {
    16: Kind("boolean", pa.bool_()),
    21: _INTEGER,
    23: _INTEGER,
    20: _INTEGER,
    26: Kind("integer", pa.int64(), "({0})::int8"),
    700: _DOUBLE,
    701: _DOUBLE,
    25: _STRING,
    1043: _STRING,
    1042: _STRING,
    17: Kind("binary", pa.binary()),
    1082: Kind("date", pa.date32(), _FINITE),
    1083: Kind("time", pa.time64("us")),
    1114: Kind("timestamp", pa.timestamp("us"), _FINITE),
    1184: Kind("timestamp_tz", pa.timestamp("us", "UTC"), _FINITE),
}


def kind_of(oid: int, modifier: int) -> Kind:
    """Return how a column is read; what has no place of its own in a dataset is read as text."""
    if oid == _NUMERIC:
        return _numeric(modifier)
    if oid in _LISTS_OF:
        inner = _PLAIN[_LISTS_OF[oid]]
        return Kind(f"list<{inner.type}>", pa.list_(inner.arrow))
    return _PLAIN.get(oid, _TEXT)


def _numeric(modifier: int) -> Kind:
    """Return a decimal where the column says its digits; a double where it does not."""
    if modifier >= 0:
        precision, scale = ((modifier - 4) >> 16) & 0xFFFF, (modifier - 4) & 0x7FF
        exact = decimal_of(precision, scale)
        if exact is not None:
            return Kind(f"decimal({precision},{scale})", exact, "NULLIF({0}, 'NaN')")
    return Kind("double", pa.float64(), "({0})::float8")
