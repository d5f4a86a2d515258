"""People as they are named to client applications: owners, members, approvers."""

from collections.abc import Sequence

from gatepost_server import identity
from gatepost_server.authz import who_may_own
from gatepost_server.clients.model import MOST_OWNERS
from gatepost_server.identity import User
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx


def users_named(tx: Tx, names: Sequence[str], field: str) -> list[User]:
    """Return the people whom *names* mean, each once.

    Raises:
        Invalid: there is nobody of a name, or there are too many.
    """
    if len(names) > MOST_OWNERS:
        raise Invalid("Too many people.", faults=[FieldFault(field, f"at most {MOST_OWNERS}")])
    found: dict[str, User] = {}
    for name in dict.fromkeys(one.strip() for one in names):
        user = identity.user_named(tx, name)
        if user is None:
            raise Invalid(
                "Nobody of that name.",
                faults=[FieldFault(field, f"there is no user {name[:60]}")],
                code="unknown-principal",
            )
        found.setdefault(user.id, user)
    return list(found.values())


def owners_named(tx: Tx, names: Sequence[str]) -> list[User]:
    """Return who is to own an application.

    Raises:
        Invalid: nobody is named, there is nobody of a name, or one may not own anything.
    """
    people = users_named(tx, names, "owners")
    if not people:
        raise Invalid("An application needs an owner.", faults=[FieldFault("owners", "name at least one")])
    able = who_may_own(tx, [one.id for one in people])
    weak = [one.display_name for one in people if one.id not in able]
    if weak:
        fault = FieldFault("owners", f"{', '.join(weak)}: owners are publishers or above")
        raise Invalid("They cannot own it.", faults=[fault], code="owner-must-publish")
    return people
