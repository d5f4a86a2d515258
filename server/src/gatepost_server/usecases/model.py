"""What a use case is, what may be linked to it, and how it may be called."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gatepost_server.kernel.errors import FieldFault, Invalid

LINKED: Final = ("app", "source", "dataset", "scenario", "dashboard")
"""The kinds of things that may be linked, as rights name them."""
LONGEST_NAME: Final = 100
LONGEST_DESCRIPTION: Final = 2000


@dataclass(frozen=True)
class Usecase:
    """A use case as people see it; `links` counts those that the caller may see."""

    id: str
    name: str
    description: str
    created_at: datetime
    updated_at: datetime
    owner_id: str | None = None
    owner_name: str | None = None
    links: int = 0


@dataclass(frozen=True)
class Link:
    """A thing that is linked, and who linked it when."""

    kind: str
    id: str
    name: str
    at: datetime
    by_id: str
    by_name: str


def checked(name: str, description: str) -> tuple[str, str]:
    """Return a name and a description without space around them.

    Raises:
        Invalid: the name is empty, too long or not in one line; or the description is too long.
    """
    name, description = " ".join(name.split()), description.strip()
    faults = []
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults.append(FieldFault("name", f"1 to {LONGEST_NAME} printable characters"))
    if len(description) > LONGEST_DESCRIPTION or "\0" in description:
        faults.append(FieldFault("description", f"at most {LONGEST_DESCRIPTION} characters"))
    if faults:
        raise Invalid("The use case cannot be called that.", faults=faults, code="usecase-invalid")
    return name, description
