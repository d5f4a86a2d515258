"""Reading a tile's fields as they were sent; pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from gatepost_server.kernel.errors import FieldFault, Invalid


def known(raw: Mapping[str, Any], needed: Sequence[str], optional: Sequence[str] = ()) -> list[FieldFault]:
    """Return a fault for each field that is missing and each that there is not."""
    faults = [FieldFault(name, "there is no such field") for name in sorted(set(raw) - {*needed, *optional})]
    return faults + [FieldFault(name, "is missing") for name in needed if raw.get(name) is None]


def word(raw: Mapping[str, Any], name: str, faults: list[FieldFault], longest: int = 200) -> str:
    """Return a text field, empty when it is absent; one that is no short text is a fault."""
    found = raw.get(name)
    if found is None:
        return ""
    if not isinstance(found, str) or not found.strip() or len(found) > longest:
        faults.append(FieldFault(name, f"a text of at most {longest} characters"))
        return ""
    return found.strip()


def one_of(raw: Mapping[str, Any], name: str, words: Sequence[str], faults: list[FieldFault]) -> str:
    """Return a field that is one of *words*, the first when it is absent."""
    found = raw.get(name, words[0])
    if found not in words:
        faults.append(FieldFault(name, f"one of {', '.join(words)}"))
        return words[0]
    return str(found)


def refuse(faults: Sequence[FieldFault]) -> None:
    """Refuse a tile with *faults*.

    Raises:
        Invalid: there are any.
    """
    if faults:
        raise Invalid("The tile cannot be used.", faults=list(faults))
