"""Finding a key in the bunch it is kept in, with the right to do something about it."""

from enum import Enum, auto
from typing import Final

from gatepost_server.authz import holdings, require, require_held, require_instance, require_self
from gatepost_server.keys.errors import UnknownKey
from gatepost_server.keys.model import THEIR_OWN, KeyKind, Ring
from gatepost_server.keys.tables import KeyRow
from gatepost_server.store import Tx


class Deed(Enum):
    """What is done with keys. `WIDEN` makes one worth more, so it takes a person who is present."""

    SEE = auto()
    EDIT = auto()
    WIDEN = auto()
    ADOPT = auto()
    REVOKE = auto()
    REVEAL = auto()


_ACTIONS: Final = {
    KeyKind.PERSONAL: {
        Deed.SEE: "key:list",
        Deed.EDIT: "key:edit",
        Deed.WIDEN: "key:rotate",
        Deed.REVOKE: "key:delete",
        Deed.REVEAL: "key:reveal",
    },
    KeyKind.PROJECT: {
        Deed.SEE: "project:keys",
        Deed.EDIT: "project:edit-key",
        Deed.WIDEN: "project:make-key",
        Deed.ADOPT: "project:adopt-key",
        Deed.REVOKE: "project:revoke-key",
    },
    KeyKind.GLOBAL: {
        Deed.SEE: "key:global",
        Deed.EDIT: "key:edit-global",
        Deed.WIDEN: "key:widen-global",
        Deed.REVOKE: "key:revoke",
    },
}


def require_ring(tx: Tx, ring: Ring, deed: Deed) -> str | None:
    """Let the call go on only if the caller may do *deed* with the keys of *ring*.

    Returns whose keys are meant, when they are a person's own.

    Raises:
        Unauthenticated, Hidden, ActionDenied, SessionRequired, ConfirmRequired: as `authz.require`.
    """
    action = _ACTIONS[ring.kind][deed]
    if ring.kind is KeyKind.PERSONAL:
        return require_self(tx, action)
    if ring.project_id is not None:
        require(tx, action, ring.project_id)
    else:
        require_instance(tx, action)
    return None


def find_key(tx: Tx, ring: Ring, deed: Deed, key_id: str) -> KeyRow:
    """Return a key of *ring* that was not deleted, held until the transaction ends.

    Raises:
        UnknownKey: there is none of that id in it.
    """
    owner_id = require_ring(tx, ring, deed)
    row = tx.session.get(KeyRow, key_id, with_for_update=deed is not Deed.SEE)
    kinds = THEIR_OWN if owner_id is not None else (ring.kind,)
    is_here = row is not None and row.kind in kinds and row.project_id == ring.project_id
    if row is None or not is_here or owner_id not in (None, row.owner_id) or row.revoked_at is not None:
        raise UnknownKey
    return row


def require_lasting(tx: Tx, row: KeyRow) -> None:
    """Let a project key that somebody else answers for outlive nothing that the caller holds of it.

    Raises:
        TooWide: the caller loses a right of it before it ends.
    """
    if row.project_id is None:
        return
    node = require(tx, _ACTIONS[KeyKind.PROJECT][Deed.WIDEN], row.project_id)
    wanted = {one.node_id: one.atoms for one in holdings(tx, [row.id]).get(row.id, ())}
    require_held(tx, wanted, ("project:make-key", node), sponsor_id=row.owner_id, until=row.expires_at)
