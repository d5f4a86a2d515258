"""How values are written in JSON and in CSV: the SQL of each type; pure.

What JSON has no form for becomes text: decimals (exact), NaN and infinities, moments
(ISO 8601, in UTC with Z where they have a zone) and bytes (base64).
"""

from typing import Final

from gatepost_server.tabular.columns import Type
from gatepost_server.tabular.engine import literal

_MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%f"


def as_json(value: str, kind: Type, depth: int = 0) -> str:
    """Return the SQL of *value* (SQL too) as JSON; NULL stays NULL."""
    each = f"each{depth}"
    if kind.word == "list":
        part = as_json(each, kind.parts[0], depth + 1)
        return f"to_json(list_transform({value}, lambda {each}: {part}))"
    if kind.word == "map":
        key = as_json(f"{each}.key", kind.parts[0], depth + 1)
        inside = as_json(f"{each}.value", kind.parts[1], depth + 1)
        entry = f"json_object('key', {key}, 'value', {inside})"
        return f"to_json(list_transform(map_entries({value}), lambda {each}: {entry}))"
    if kind.word == "struct":
        fields = zip(kind.names, kind.parts, strict=True)
        parts = ", ".join(
            f"{literal(name)}, {as_json(f'struct_extract({value}, {literal(name)})', part, depth)}"
            for name, part in fields
        )
        return f"CASE WHEN {value} IS NOT NULL THEN json_object({parts}) END"
    if kind.word == "double":
        return f"CASE WHEN isfinite({value}) THEN to_json({value}) ELSE to_json(CAST({value} AS VARCHAR)) END"
    return f"to_json({value if kind.word in ('integer', 'boolean') else as_text(value, kind)})"


def as_text(value: str, kind: Type) -> str:
    """Return the SQL of *value* as text, nested ones as JSON."""
    plain = {
        "string": value,
        "binary": f"base64({value})",
        "timestamp": f"strftime({value}, '{_MOMENT}')",
        "timestamp_tz": f"strftime({value}, '{_MOMENT}Z')",
    }
    if kind.parts:
        return f"CAST({as_json(value, kind)} AS VARCHAR)"
    return plain.get(kind.word, f"CAST({value} AS VARCHAR)")
