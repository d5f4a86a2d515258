"""A new secret for a key, with a time in which the old one still counts (security.md, "Rotation")."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from gatepost_server.crypto import Peppers, mint_key
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.keys import queries
from gatepost_server.keys.errors import BoundToApp, NoOldSecret
from gatepost_server.keys.model import OWN, IssuedKey, Key, KeyKind, Ring
from gatepost_server.keys.service.minting import LETTERS, add_verifier
from gatepost_server.keys.service.presenting import shown
from gatepost_server.keys.service.rings import Deed, find_key, require_lasting
from gatepost_server.keys.service.using import drop_verifiers
from gatepost_server.keys.tables import KeyRow, VerifierRow
from gatepost_server.store import Tx

LONGEST_OVERLAP: Final = timedelta(days=7)
"""How long an old secret may go on counting after its key was rotated."""


def rotate_key(
    tx: Tx, peppers: Peppers, key_id: str, overlap: timedelta, ring: Ring = OWN
) -> tuple[IssuedKey, datetime]:
    """Give a key a new secret and reveal it for the only time; return when the old one ends.

    The key keeps its public id, its rights and its end. A secret that was replaced before
    ends at once: never more than two count.

    Raises:
        UnknownKey: not in the ring.
        TooWide: somebody else answers for a project key, which would outlive what the caller holds.
        Invalid: an overlap below nothing or above seven days.
        BoundToApp: it is an application's, which would not learn of another secret.
    """
    row = find_key(tx, ring, Deed.WIDEN, key_id)
    if row.kind == KeyKind.CREATOR:
        raise BoundToApp
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        fault = FieldFault("overlap_seconds", f"0 to {LONGEST_OVERLAP // timedelta(seconds=1)}")
        raise Invalid("The overlap cannot be had.", faults=[fault])
    minted = mint_key(LETTERS[KeyKind(row.kind)], row.public_id)
    old_ends_at = tx.now + overlap
    require_lasting(tx, row)

    _drop(tx, row, are_old=True)
    if overlap:
        for verifier in tx.session.scalars(select(VerifierRow).where(VerifierRow.key_id == row.id)):
            verifier.replaced_at, verifier.until_at = tx.now, old_ends_at
    else:
        _drop(tx, row, are_old=False)
    add_verifier(tx, peppers, row.id, minted)
    row.last_four = minted.last_four
    tx.audit("key:rotate", "key", row.id, row.name, after={"old_ends_at": old_ends_at.isoformat()})
    return IssuedKey(shown(tx, row), minted.text), old_ends_at


def end_old_secret(tx: Tx, key_id: str, ring: Ring = OWN) -> Key:
    """Let a replaced secret count no longer, from the next request on.

    Raises:
        UnknownKey: not in the ring.
        NoOldSecret: the key has one secret only.
    """
    row = find_key(tx, ring, Deed.REVOKE, key_id)
    if row.id not in queries.old_secrets_of(tx.session, [row.id], tx.now):
        raise NoOldSecret
    _drop(tx, row, are_old=True)
    tx.audit("key:end-old", "key", row.id, row.name)
    return shown(tx, row)


def _drop(tx: Tx, row: KeyRow, *, are_old: bool) -> None:
    """Remove the replaced secrets of a key, or the one that is not replaced."""
    tx.session.flush()
    kept = queries.is_old() if are_old else ~queries.is_old()
    drop_verifiers(tx, tx.session.scalars(select(VerifierRow.id).where(VerifierRow.key_id == row.id, kept)))
