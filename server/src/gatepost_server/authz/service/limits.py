"""No amplification: nobody gives more, or for longer, than they hold (permission-model §4.6)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from gatepost_server.authz import queries
from gatepost_server.authz.errors import HandsOn, TooWide
from gatepost_server.authz.facts import load_facts, load_node
from gatepost_server.authz.model import Node, Subject, effective
from gatepost_server.authz.policy import Atom, NodeKind, policy
from gatepost_server.authz.service.asking import reader_of, subject_of
from gatepost_server.authz.windows import Window
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.store import FOREVER, Tx

_SHARE: Final = policy.mask("SHARE")
_LIST: Final = 1 << Atom.LIST
_SHARING: Final = policy.mask("SHARE OWN ADMIN")


class Narrowing(NamedTuple):
    """A thing on which the caller counts only as far as somebody else holds the same there."""

    node: Node
    to: Subject


Narrowings = Callable[[Tx, Node], Iterable[Narrowing]]
_NARROWED: Final[list[Narrowings]] = []


def narrows_giving(by: Narrowings) -> Narrowings:
    """Let *by* say, whenever something is given on a node, where the caller is narrowed there and below.

    A decorator, for rooms above that know of things what rights do not.
    """
    _NARROWED.append(by)
    return by


class _Gift(NamedTuple):
    """Atoms on a node for a time: what is given, or what `handed_from` a project goes with it."""

    node: Node
    atoms: int
    sharing: int
    when: Window
    tried: tuple[str, Node]
    handed_from: Node | None = None


def require_within_own(
    tx: Tx,
    node: Node,
    atoms: int,
    until: datetime | None,
    *,
    from_at: datetime | None = None,
    sharing: int = _SHARING,
    of: tuple[str, Node] | None = None,
    is_giving: bool = True,
) -> None:
    """Check rules 1 and 2 at every instant of a grant at which the caller's rights may change.

    *sharing* are the atoms of which the caller needs one on *node* at all those times:
    what stands in for SHARE where the model names something else; 0 asks for none. *of* is
    the action that is tried and on what (sharing *node*, if not), for the audit. A key with an
    associated user gives no more than they could where it does no more than they could, and what
    is exposed to a project, which counts for people, goes only through who holds it. Taking
    back (not *is_giving*) lets nobody do more, so that is asked of *node* and the caller alone.

    Raises:
        TooWide: *atoms* from *from_at* (now) until *until* are beyond what the caller holds. What
            is missing is named where the caller may know of *node*.
        HandsOn: what is exposed to *node* is beyond what the caller holds.
    """
    if tx.actor.kind is ActorKind.SYSTEM:
        return
    begins = tx.now if from_at is None else max(tx.now, from_at)
    gift = _Gift(node, atoms, sharing, Window.of(begins, until), of or (f"{node.kind}:share", node))
    _require_held(tx, gift)
    if not is_giving:
        return
    _require_narrowed(tx, gift)
    for handed in _handed_on(tx, gift):
        _require_held(tx, handed)
        _require_narrowed(tx, handed)


def _require_held(tx: Tx, gift: _Gift) -> None:
    wanted = policy.closure(gift.atoms)
    lack, is_known = _lacking(tx, Narrowing(gift.node, subject_of(tx)), wanted, gift.sharing, gift.when)
    if lack:
        raise _too_wide(gift, gift.node, gift.atoms & lack or lack, is_known=is_known)


def _require_narrowed(tx: Tx, gift: _Gift) -> None:
    node, atoms = gift.node, gift.atoms
    for narrowing in (one for by in _NARROWED for one in by(tx, node)):
        at = narrowing.node
        is_here = at.id == node.id
        reaching = policy.closure(atoms if is_here else policy.flowing(atoms, node.kind, at.kind))
        lack, _ = _lacking(tx, narrowing, reaching & ~_LIST, gift.sharing if is_here else 0, gift.when)
        if lack:
            facts = load_facts(reader_of(tx), subject_of(tx), at, gift.when.begins)
            held = effective(subject_of(tx), at, facts)
            raise _too_wide(gift, at, lack, is_known=bool(held & _LIST))


def _handed_on(tx: Tx, gift: _Gift) -> Iterable[_Gift]:
    """Yield what people get over exposures with what they are given on a project (§4.5)."""
    if gift.node.kind is not NodeKind.PROJECT:
        return
    flowing = policy.closure(policy.flowing(gift.atoms, NodeKind.PROJECT, NodeKind.DATASET))
    for dataset_id, mask, exposed in queries.exposures_to(tx, gift.node.id):
        reaching, when = flowing & policy.closure(mask), exposed.within(gift.when)
        if reaching and not when.is_empty:
            dataset = load_node(reader_of(tx), dataset_id)
            assert dataset is not None, "what is exposed is a node"
            yield _Gift(dataset, reaching, 0, when, gift.tried, handed_from=gift.node)


def held_through(tx: Tx, subject: Subject, node: Node, when: Window) -> Iterator[tuple[int, int]]:
    """Yield each moment of *when* at which the rights of *subject* on *node* may end, and what is held then.

    The first one is the begin; rights that begin later are found no sooner than others end.
    """
    moment, reader = when.begins, reader_of(tx)
    while moment < when.ends:
        active = load_facts(reader, subject, node, moment)
        yield moment, effective(subject, node, active)
        moment = min((fact.until for facts in active for fact in facts), default=FOREVER)


def _lacking(tx: Tx, whose: Narrowing, wanted: int, sharing: int, when: Window) -> tuple[int, bool]:
    """Return what of *wanted*, or of sharing, somebody lacks at some time, and if they knew of it by then."""
    is_known = False
    for _, held in held_through(tx, whose.to, whose.node, when):
        is_known = is_known or bool(held & _LIST)
        lacking = wanted & ~held
        if lacking or (sharing and not held & sharing):
            return lacking or _SHARE, is_known
    return 0, is_known


def _too_wide(gift: _Gift, at: Node, lack: int, *, is_known: bool) -> TooWide:
    """Return the refusal; what is missing is named where the caller may know of *at*."""
    action, tried_on = gift.tried
    names, over = policy.names(lack), gift.handed_from
    if over is not None:
        refused = HandsOn(names, over.name, at.name if is_known else None, action)
        return refused.about(action, tried_on.kind, tried_on.id)
    says = "You cannot give or take what you do not hold yourself for as long"
    if not is_known:
        return TooWide(f"{says}.").about(action, tried_on.kind, tried_on.id)
    params = {"missing": " ".join(names), "on": at.name, "action": action}
    detail = f"{says}: {', '.join(names)} on {at.name}."
    return TooWide(detail, params=params).about(action, tried_on.kind, tried_on.id)
