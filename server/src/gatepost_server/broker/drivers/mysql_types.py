"""How each type of MySQL and MariaDB is read, and what it becomes in a dataset (docs/guide/source-types.md).

Values come as text, a column at a time, and Arrow reads them: exactly, and quicker than one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from pymysql.constants import FIELD_TYPE, FLAG

from gatepost_server.broker.drivers.values import decimal_of

_NO_CHARACTERS: Final = 63
_INTEGERS: Final = (
    FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.LONG, FIELD_TYPE.INT24,
    FIELD_TYPE.LONGLONG, FIELD_TYPE.YEAR,
)  # fmt: skip
_BYTES: Final = (
    FIELD_TYPE.TINY_BLOB, FIELD_TYPE.MEDIUM_BLOB, FIELD_TYPE.LONG_BLOB, FIELD_TYPE.BLOB,
    FIELD_TYPE.VAR_STRING, FIELD_TYPE.STRING, FIELD_TYPE.VARCHAR, FIELD_TYPE.GEOMETRY,
)  # fmt: skip
_NO_DAY: Final = r"^0000-|-00"
"""MySQL keeps days that there are none of, as 0000-00-00; they are read as NULL."""
_ALL_OF_64: Final = pa.decimal128(20, 0)


@dataclass(frozen=True)
class Kind:
    """`type` as datasets write it, `arrow` as it is sent, `read` what makes a column of its values."""

    type: str
    arrow: pa.DataType
    read: Callable[[Sequence[Any], pa.DataType], pa.Array]


def _parsed(values: Sequence[Any], wanted: pa.DataType) -> pa.Array:
    return pc.cast(pa.array(values, pa.string()), wanted)


def _as_it_is(values: Sequence[Any], wanted: pa.DataType) -> pa.Array:
    return pa.array(values, wanted)


def _moments(values: Sequence[Any], wanted: pa.DataType) -> pa.Array:
    texts = pa.array(values, pa.string())
    zoned = pa.types.is_timestamp(wanted) and wanted.tz is not None
    plain = pa.timestamp("us") if zoned else wanted
    is_none = pc.match_substring_regex(texts, _NO_DAY)
    if pc.any(is_none).as_py():
        texts = pc.if_else(is_none, pa.scalar(None, pa.string()), texts)
    return pc.cast(pc.cast(texts, plain), wanted)


def _bits(values: Sequence[Any], wanted: pa.DataType) -> pa.Array:
    numbers = [None if one is None else int.from_bytes(one, "big") for one in values]
    return pa.array(numbers, wanted)


_STRING: Final = Kind("string", pa.string(), _as_it_is)


_INTEGER: Final = Kind("integer", pa.int64(), _parsed)
_WIDEST: Final = Kind("decimal(20,0)", _ALL_OF_64, _parsed)
_DOUBLE: Final = Kind("double", pa.float64(), _parsed)
_DATE: Final = Kind("date", pa.date32(), _moments)
_BINARY: Final = Kind("binary", pa.binary(), _as_it_is)
_PLAIN: Final = {
    **dict.fromkeys(_INTEGERS, _INTEGER),
    FIELD_TYPE.FLOAT: _DOUBLE,
    FIELD_TYPE.DOUBLE: _DOUBLE,
    FIELD_TYPE.DATE: _DATE,
    FIELD_TYPE.NEWDATE: _DATE,
    FIELD_TYPE.DATETIME: Kind("timestamp", pa.timestamp("us"), _moments),
    FIELD_TYPE.TIMESTAMP: Kind("timestamp_tz", pa.timestamp("us", "UTC"), _moments),
    FIELD_TYPE.BIT: Kind("decimal(20,0)", _ALL_OF_64, _bits),
}


def kind_of(field: Any) -> Kind:
    """Return how a column is read; what has no place of its own in a dataset is read as text."""
    code = field.type_code
    if code == FIELD_TYPE.LONGLONG and field.flags & FLAG.UNSIGNED:
        return _WIDEST
    if code in (FIELD_TYPE.NEWDECIMAL, FIELD_TYPE.DECIMAL):
        return _decimal(field)
    if code in _BYTES and field.charsetnr == _NO_CHARACTERS:
        return _BINARY
    return _PLAIN.get(code, _STRING)


def _decimal(field: Any) -> Kind:
    signs = (0 if field.flags & FLAG.UNSIGNED else 1) + (1 if field.scale else 0)
    precision, scale = field.length - signs, field.scale
    exact = decimal_of(precision, scale)
    if exact is None:
        return _STRING
    return Kind(f"decimal({precision},{scale})", exact, _parsed)
