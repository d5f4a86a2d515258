"""Reading a step's fields as they were sent."""

from collections.abc import Mapping
from typing import Any

from gatepost_server.kernel.errors import FieldFault, Invalid


def texts(raw: Mapping[str, Any], *wanted: str, optional: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the text fields *wanted* and *optional* (with their defaults), and refuse all others.

    Raises:
        Invalid: a field is missing, unknown, or no text.
    """
    defaults = dict(optional or {})
    faults = [FieldFault(name, "there is no such field") for name in sorted(set(raw) - {*wanted, *defaults})]
    faults += [FieldFault(name, "is missing") for name in wanted if name not in raw]
    faults += [
        FieldFault(name, "a text")
        for name in (*wanted, *defaults)
        if name in raw and not (isinstance(raw[name], str) and raw[name].strip())
    ]
    if faults:
        raise Invalid("The step cannot be used.", faults=faults)
    return {**defaults, **{name: raw[name] for name in raw}}
