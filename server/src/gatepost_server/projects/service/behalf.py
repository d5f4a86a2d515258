"""On whose behalf a dataset is used: what a key may do there ends where its associated user's rights do."""

from collections.abc import Iterable, Sequence
from typing import Final

from gatepost_server.authz import (
    Narrowed,
    Node,
    NodeKind,
    Rule,
    Step,
    allowed_on,
    decide_for,
    load_node,
    load_subject,
    policy,
    principal,
    reader_of,
)
from gatepost_server.authz.declare import Action
from gatepost_server.authz.model import HIGHEST
from gatepost_server.authz.policy import Atom
from gatepost_server.authz.service.limits import Narrowing, narrows_giving
from gatepost_server.kernel.actor import Actor
from gatepost_server.projects.errors import RunAsDenied, RunAsNeeded
from gatepost_server.projects.model import Dataset
from gatepost_server.projects.queries import datasets
from gatepost_server.projects.rules import Behalf, behalf_of
from gatepost_server.store import Tx

_NARROWED: Final = (Behalf.MISSING, Behalf.ASSOCIATED)


def require_behalf(tx: Tx, action: str, node: Node) -> None:
    """Let the call go on only as far as whoever the caller's key stands for may do *action* themselves.

    That there is such a dataset is not their data: a key that may know of it still does.

    Raises:
        RunAsNeeded: it is used on behalf of persons, and the key names none.
        RunAsDenied: whom it names may not do this.
    """
    behalf = behalf_on(tx, tx.actor, action, node)
    if behalf is Behalf.MISSING:
        raise RunAsNeeded(action, node, _atom_of(action))
    if behalf is Behalf.ASSOCIATED and not does_associated(tx, tx.actor, action, node):
        raise RunAsDenied(action, node, _atom_of(action))


def require_behalf_giving(tx: Tx, node: Node, permissions: Iterable[str]) -> None:
    """Let the caller's key give *permissions* on a dataset away only as far as whom it stands for has them.

    Raises:
        RunAsNeeded, RunAsDenied: as `require_behalf`.
    """
    for permission in permissions:
        asked = (one.name for one in policy.actions.values() if _is_on_dataset(one, Atom[permission]))
        require_behalf(tx, next(asked), node)


@narrows_giving
def narrowings(tx: Tx, node: Node) -> Sequence[Narrowing]:
    """Say on which datasets, there and below, the caller's key gives no more than whom it stands for has.

    A key that stands for nobody gives nothing on such a dataset.
    """
    if behalf_of(tx.actor, impersonate=True) not in _NARROWED:
        return ()
    reader = reader_of(tx)
    to = load_subject(reader, tx.actor.starter.run_as_id or "", HIGHEST)
    found = (load_node(reader, one) for one in datasets.impersonating(tx.session, node))
    return [Narrowing(one, to) for one in found if one is not None]


def behalf_on(tx: Tx, actor: Actor, action: str, node: Node) -> Behalf:
    """Tell on whose behalf *actor* would do *action* on a dataset."""
    would_be = behalf_of(actor, impersonate=True)
    if would_be not in _NARROWED:
        return would_be
    is_narrowed = policy.actions[action].atom != Atom.LIST and datasets.impersonates(tx.session, node.id)
    return would_be if is_narrowed else Behalf.NOBODY_ASKED


def does_associated(tx: Tx, actor: Actor, action: str, node: Node) -> bool:
    """Tell whether the associated user of *actor* may do *action* in a session of theirs."""
    return decide_for(tx, actor.starter.run_as_id or "", action, node).allowed


def allowed_on_datasets(tx: Tx, action: str, found: Sequence[Dataset]) -> frozenset[str]:
    """Return on which of these datasets the caller may do *action*; for lists."""
    allowed = allowed_on(tx, action, [one.id for one in found])
    if behalf_of(tx.actor, impersonate=True) not in _NARROWED or policy.actions[action].atom == Atom.LIST:
        return allowed
    return frozenset(one.id for one in found if one.id in allowed and _is_open(tx, action, one))


def narrowing(tx: Tx, about: Actor, action: str, node: Node) -> Narrowed | None:
    """Say for an explanation what `require_behalf` would ask of *about*; None: nothing."""
    if node.kind is not NodeKind.DATASET:
        return None
    behalf = behalf_on(tx, about, action, node)
    if behalf is Behalf.MISSING:
        says = f"{node.name} is read and written on behalf of a person, and the key has no associated user."
        return Narrowed(Step(Rule.RUN_AS_NEEDED, False, says))
    if behalf is not Behalf.ASSOCIATED:
        return None
    who_id = about.starter.run_as_id or ""
    who, may = principal(tx, who_id), does_associated(tx, about, action, node)
    name, holds = "somebody" if who is None else who.name, "holds" if may else "does not hold"
    says = f"The key stays within what its associated user may: {name} {holds} {_atom_of(action)}."
    return Narrowed(Step(Rule.RUN_AS_DENIED, may, says), who_id)


def _is_open(tx: Tx, action: str, dataset: Dataset) -> bool:
    if not dataset.impersonate:
        return True
    node = load_node(reader_of(tx), dataset.id)
    is_named = behalf_of(tx.actor, impersonate=True) is Behalf.ASSOCIATED
    return is_named and node is not None and does_associated(tx, tx.actor, action, node)


def _is_on_dataset(action: Action, atom: Atom) -> bool:
    return action.on is NodeKind.DATASET and action.atom == atom


def _atom_of(action: str) -> str:
    return Atom(policy.actions[action].atom or 0).name
