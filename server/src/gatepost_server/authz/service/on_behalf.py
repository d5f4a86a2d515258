"""What somebody else may do by themselves: asked where a call reads on their behalf."""

from collections.abc import Sequence

from gatepost_server.authz import queries
from gatepost_server.authz.facts import load_subject
from gatepost_server.authz.model import HIGHEST, Decision, Node
from gatepost_server.authz.service.asking import decide_on, reader_of
from gatepost_server.store import Tx


def decide_for(tx: Tx, principal_id: str, action: str, node: Node) -> Decision:
    """Answer whether a person could do *action* on *node* in a session of theirs; who asks is not judged."""
    reader = reader_of(tx)
    return decide_on(reader, load_subject(reader, principal_id, HIGHEST), action, node, tx.now)


def ids_for(tx: Tx, principal_id: str) -> Sequence[str]:
    """Return a principal's id and those of the sets it belongs to now, by however many steps."""
    return queries.sets_of(tx, principal_id)
