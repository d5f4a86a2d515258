"""Who decides requests of a kind: who keeps the thing, of those only some, or the administrators.

A policy only narrows: whoever decides must be able to do by themselves what is asked. Administrators
always decide, so that no policy and nobody's leaving makes a dead end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server import identity
from gatepost_server.approvals.errors import NotAnApprover
from gatepost_server.approvals.ports import Kinds, RequestKind
from gatepost_server.approvals.tables import ApproverRow
from gatepost_server.authz import (
    INSTANCE,
    administrators,
    find_principal,
    ids_for,
    keepers_of,
    may_on_instance,
    people_among,
    principals,
    require_instance,
)
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx

KEEPERS: Final = "keepers"
ADMINISTRATORS: Final = "administrators"
_NAMED_MOST: Final = 50
_PEOPLE_MOST: Final = 1000
_GROUP: Final = "group:"


@dataclass(frozen=True)
class Deciders:
    """Whom a request waits for; `is_escalated` is that no approver is left and administrators decide."""

    ids: frozenset[str]
    is_escalated: bool = False


def read_approvers(tx: Tx, kinds: Kinds) -> dict[str, str | list[str]]:
    """Return who decides each kind, for administrators: `keepers`, `administrators`, or names."""
    require_instance(tx, "settings:read")
    return _read(tx, kinds)


def change_approvers(tx: Tx, kinds: Kinds, wanted: Mapping[str, object]) -> dict[str, str | list[str]]:
    """Say who decides requests of some kinds; the other kinds stay as they are.

    Raises:
        Invalid: no such kind, or nobody of a name.
    """
    require_instance(tx, "settings:change")
    before = _read(tx, kinds)
    for kind, who in wanted.items():
        field = f"policies.approvers.{kind}"
        if kind not in kinds:
            fault = FieldFault(field, f"one of {', '.join(kinds)}")
            raise Invalid("Unknown kind of request.", faults=[fault])
        row = tx.session.get(ApproverRow, kind)
        if who == KEEPERS:
            if row is not None:
                tx.session.delete(row)
            continue
        named = [] if who == ADMINISTRATORS else [_meant(tx, field, one) for one in _names(field, who)]
        tx.session.merge(ApproverRow(kind=kind, by_administrators=who == ADMINISTRATORS, named=named))
    tx.session.flush()
    after = _read(tx, kinds)
    changed = [kind for kind in after if after[kind] != before[kind]]
    if changed:
        tx.audit(
            "settings:change", "instance", INSTANCE, "who approves requests",
            before={kind: before[kind] for kind in changed}, after={kind: after[kind] for kind in changed},
        )  # fmt: skip
    return after


def require_approver(tx: Tx, kind: str) -> None:
    """Check that the policy lets the caller decide requests of a kind; their rights are asked apart.

    Raises:
        NotAnApprover: it names others.
    """
    if not is_approver(tx, kind):
        raise NotAnApprover


def is_approver(tx: Tx, kind: str) -> bool:
    """Tell whether the policy lets the caller decide requests of a kind."""
    row = tx.session.get(ApproverRow, kind)
    if row is None or may_on_instance(tx, "settings:change"):
        return True
    return bool(set(row.named) & set(ids_for(tx, tx.actor.principal_id or "")))


def open_kinds(tx: Tx, kinds: Kinds) -> list[RequestKind]:
    """Return the kinds of which the policy lets the caller decide."""
    return [one for name, one in kinds.items() if is_approver(tx, name)]


def deciders_of(tx: Tx, kind: RequestKind, node_id: str, asker_id: str) -> Deciders:
    """Return who decides a request about a thing: never who asked; administrators where nobody is left."""
    row = tx.session.get(ApproverRow, kind.name)
    administering = {one.id for one in administrators(tx)} - {asker_id}
    if row is not None and row.by_administrators:
        return Deciders(frozenset(administering))
    people = set(keepers_of(tx, node_id, kind.action)) - {asker_id}
    if row is not None:
        people &= set(people_among(tx, row.named, _PEOPLE_MOST))
    return Deciders(frozenset(people)) if people else Deciders(frozenset(administering), is_escalated=True)


def _read(tx: Tx, kinds: Kinds) -> dict[str, str | list[str]]:
    rows = {row.kind: row for row in tx.session.query(ApproverRow)}
    people = principals(tx, {one for row in rows.values() for one in row.named})
    found: dict[str, str | list[str]] = {}
    for kind in kinds:
        row = rows.get(kind)
        if row is None or row.by_administrators:
            found[kind] = KEEPERS if row is None else ADMINISTRATORS
        else:
            known = [people[one] for one in row.named if one in people]
            found[kind] = [one.name if one.kind == "user" else f"{_GROUP}{one.name}" for one in known]
    return found


def _names(field: str, who: object) -> Sequence[str]:
    if isinstance(who, list) and 1 <= len(who) <= _NAMED_MOST and all(isinstance(one, str) for one in who):
        return list(dict.fromkeys(one.strip() for one in who))
    fault = FieldFault(field, f"{KEEPERS}, {ADMINISTRATORS}, or a list of usernames and group:NAME")
    raise Invalid("This cannot say who approves.", faults=[fault])


def _meant(tx: Tx, field: str, name: str) -> str:
    if name.startswith(_GROUP):
        group = find_principal(tx, "group", name.removeprefix(_GROUP))
        found = None if group is None else group.id
    else:
        user = identity.user_named(tx, name)
        found = None if user is None else user.id
    if found is None:
        fault = FieldFault(field, f"there is nobody called {name[:60]}")
        raise Invalid("Nobody of that name.", faults=[fault], code="unknown-principal")
    return found
