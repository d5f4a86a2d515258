"""People, groups and organizations as a project's pages name them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gatepost_server.authz import find_principal, principal
from gatepost_server.identity import user_named
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx


@dataclass(frozen=True)
class Named:
    """Whom a list means: a user, group or organization, by name."""

    kind: str
    name: str


def who_named(tx: Tx, who: Named, field: str) -> str:
    """Return the id of whom the caller means.

    Raises:
        Invalid: there is nobody of that name whom the caller may know of.
    """
    if who.kind == "user":
        user = user_named(tx, who.name)
        found = user.id if user is not None else None
    else:
        known = find_principal(tx, who.kind, who.name)
        found = known.id if known is not None else None
    if found is None:
        fault = FieldFault(field, f"there is no {who.kind} of this name")
        raise Invalid("Nobody of that name.", faults=[fault], code="unknown-principal")
    return found


def names_of(tx: Tx, ids: Sequence[str]) -> Mapping[str, Named]:
    """Return kind and name of each; one that is gone keeps its id for a name."""
    found = {one: principal(tx, one) for one in ids}
    return {
        one: Named(known.kind, known.name) if known is not None else Named("gone", one)
        for one, known in found.items()
    }
