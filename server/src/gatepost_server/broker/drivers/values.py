"""What drivers share: identifiers, and columns as they are sent."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_WIDEST: Final = 38


def decimal_of(precision: int, scale: int) -> pa.DataType | None:
    """Return the exact type of that many digits; None when there is none."""
    if 1 <= precision <= _WIDEST and 0 <= scale <= precision:
        return pa.decimal128(precision, scale)
    return None


def as_sent(found: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Return a column as the type that its schema says.

    Raises:
        ArrowInvalid: a value does not fit.
    """
    if isinstance(found, pa.ExtensionArray):
        found = found.storage
    return found if found.type.equals(wanted) else pc.cast(found, wanted)


def batch_of(found: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return *found* with the names and types of *schema*."""
    columns = [as_sent(found.column(at), one.type) for at, one in enumerate(schema)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def named(names: Sequence[str], types: Sequence[pa.DataType]) -> pa.Schema:
    """Return a schema."""
    return pa.schema([pa.field(name, type_) for name, type_ in zip(names, types, strict=True)])
