"""No amplification: nobody gives more, or for longer, than they hold (permission-model §4.6)."""

from datetime import datetime
from typing import Final

from gatepost_server.authz.errors import TooWide
from gatepost_server.authz.facts import load_facts
from gatepost_server.authz.model import Node, effective
from gatepost_server.authz.policy import policy
from gatepost_server.authz.service.asking import reader_of, subject_of
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.store import FOREVER, Tx, micros

_SHARING: Final = policy.mask("SHARE OWN ADMIN")


def require_within_own(
    tx: Tx,
    node: Node,
    atoms: int,
    until: datetime | None,
    *,
    from_at: datetime | None = None,
    sharing: int = _SHARING,
) -> None:
    """Check rules 1 and 2 at every instant of a grant at which the caller's rights may change.

    *sharing* are the atoms of which the caller needs one on *node* at all those times:
    what stands in for SHARE where the model names something else; 0 asks for none.

    Raises:
        TooWide: *atoms* from *from_at* (now) until *until* are beyond what the caller holds.
    """
    if tx.actor.kind is ActorKind.SYSTEM:
        return
    subject, reader = subject_of(tx), reader_of(tx)
    wanted = policy.closure(atoms)
    end = FOREVER if until is None else micros(until)
    moment = micros(tx.now) if from_at is None else max(micros(tx.now), micros(from_at))
    while moment < end:
        active = load_facts(reader, subject, node.id, node.kind, moment)
        held = effective(subject, node, active)
        if wanted & ~held or (sharing and not held & sharing):
            raise TooWide("You cannot give or take what you do not hold yourself for as long.")
        moment = min((fact.until for facts in active for fact in facts), default=FOREVER)
