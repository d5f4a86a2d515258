"""Seeing, changing and taking back keys: the same for every kind."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from gatepost_server.authz import rename_holder, require_instance, retire_holders
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.keys import queries
from gatepost_server.keys.allowlist import checked_allowlist
from gatepost_server.keys.errors import BoundToApp, UnknownKey
from gatepost_server.keys.model import (
    OWN,
    THEIR_OWN,
    Change,
    Key,
    KeyKind,
    KeyRisk,
    KeyRules,
    KeyStatus,
    Ring,
    checked_name,
    expiry_of,
)
from gatepost_server.keys.service.minting import add_words
from gatepost_server.keys.service.presenting import shown, shown_page
from gatepost_server.keys.service.rings import Deed, find_key, require_lasting, require_ring
from gatepost_server.keys.service.using import drop_verifiers
from gatepost_server.keys.tables import (
    CreatorKeyRow,
    KeyOriginRow,
    KeyRow,
    KeyWordRow,
    VerifierRow,
)
from gatepost_server.keys.wording import checked_description
from gatepost_server.store import Tx


def list_keys(
    tx: Tx,
    page: PageRequest,
    status: KeyStatus | None = None,
    *,
    risk: KeyRisk | None = None,
    ring: Ring = OWN,
) -> Page[Key]:
    """Return the keys of a ring, latest first; *q* finds names, prefixes and whole keys."""
    owner_id = require_ring(tx, ring, Deed.SEE)
    return shown_page(tx, queries.page_of_keys(tx.session, ring, owner_id, page, status, tx.now, risk=risk))


def get_key(tx: Tx, key_id: str, ring: Ring = OWN) -> Key:
    """Return a key of a ring.

    Raises:
        UnknownKey: not in it, or deleted before.
    """
    return shown(tx, find_key(tx, ring, Deed.SEE, key_id))


def count_keys(tx: Tx, ring: Ring = OWN) -> dict[KeyStatus, int]:
    """Return how many keys of a ring are of each status."""
    return queries.counts(tx.session, ring, require_ring(tx, ring, Deed.SEE), tx.now)


def count_risks(tx: Tx, ring: Ring = OWN) -> dict[KeyRisk, int]:
    """Return how many active keys of a ring deserve a look, by reason."""
    return queries.risk_counts(tx.session, ring, require_ring(tx, ring, Deed.SEE), tx.now)


def change_key(tx: Tx, rules: KeyRules, key_id: str, change: Change, ring: Ring = OWN) -> Key:
    """Change what is said about a key; what it may do stays. A disabled key is as good as none.

    Raises:
        UnknownKey: not in the ring.
        Invalid: something cannot be accepted, or nothing is to change.
        Denied: a key without end where policy forbids it.
        TooWide: somebody else answers for a project key, which would outlive what the caller holds.
        BoundToApp: it is an application's, and more than whether it is enabled is to change.
        ConfirmRequired, SessionRequired: it may be worth more afterwards, and that takes a
            person who is present.
    """
    row = find_key(tx, ring, Deed.WIDEN if change.may_widen else Deed.EDIT, key_id)
    if change == Change():
        raise Invalid("Nothing to change.", faults=[FieldFault("body", "send what is to change")])
    if row.kind == KeyKind.CREATOR and change != Change(is_enabled=change.is_enabled):
        raise BoundToApp
    before = _facts(row)

    if change.name is not None:
        _rename(tx, row, checked_name(change.name))
    if change.description is not None:
        row.description = checked_description(change.description)
    if change.expiry.is_given:
        row.expires_at = expiry_of(
            change.expiry, tx.now, default=rules.default_life, may_never_expire=rules.may_never_expire
        )
        require_lasting(tx, row)
    if change.ip_allowlist is not None:
        row.ip_allowlist = checked_allowlist(change.ip_allowlist) or None
    if change.is_enabled is not None:
        row.is_enabled = change.is_enabled
    after = _facts(row)
    changed = [name for name in after if after[name] != before[name]]
    tx.audit(
        "key:edit", "key", row.id, row.name,
        before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip
    return shown(tx, row)


def revoke_key(tx: Tx, key_id: str, ring: Ring = OWN) -> Key:
    """Delete a key; it is refused from the next request on.

    Raises:
        UnknownKey: not in the ring, or deleted before.
    """
    return shown(tx, revoke(tx, find_key(tx, ring, Deed.REVOKE, key_id)))


def list_keys_of(tx: Tx, user_id: str, page: PageRequest) -> Page[Key]:
    """Return somebody's own keys, for administrators."""
    require_instance(tx, "user:keys")
    return shown_page(tx, queries.page_of_keys(tx.session, OWN, user_id, page, None, tx.now))


def revoke_key_of(tx: Tx, user_id: str, key_id: str) -> Key:
    """Delete one of somebody's own keys, as an administrator.

    Raises:
        UnknownKey: that person has no such key.
    """
    require_instance(tx, "user:keys")
    row = tx.session.get(KeyRow, key_id, with_for_update=True)
    is_theirs = row is not None and row.kind in THEIR_OWN and row.owner_id == user_id
    if row is None or not is_theirs or row.revoked_at is not None:
        raise UnknownKey
    return shown(tx, revoke(tx, row))


def revoke(tx: Tx, row: KeyRow) -> KeyRow:
    """Delete a key that the caller may delete; it stays listed, and holds nothing."""
    forget(tx, [row.id])
    row.revoked_at = tx.now
    row.revoked_by = tx.actor.principal_id
    tx.audit("key:delete", "key", row.id, row.name, before={"prefix": row.prefix, "kind": row.kind})
    return row


def forget(tx: Tx, key_ids: Sequence[str]) -> None:
    """Remove all by which keys are verified, and all that they hold."""
    drop_verifiers(tx, tx.session.scalars(select(VerifierRow.id).where(VerifierRow.key_id.in_(key_ids))))
    tx.session.execute(delete(KeyOriginRow).where(KeyOriginRow.key_id.in_(key_ids)))
    of_apps = update(CreatorKeyRow).where(CreatorKeyRow.key_id.in_(key_ids))
    tx.session.execute(of_apps.values(text_sealed=None))
    retire_holders(tx, key_ids)


def _rename(tx: Tx, row: KeyRow, name: str) -> None:
    row.name = name
    tx.session.execute(delete(KeyWordRow).where(KeyWordRow.key_id == row.id))
    add_words(tx, row)
    rename_holder(tx, row.id, name)


def _facts(row: KeyRow) -> dict[str, object]:
    return {
        "name": row.name,
        "description": row.description,
        "expires_at": row.expires_at and row.expires_at.isoformat(),
        "ip_allowlist": row.ip_allowlist,
        "is_enabled": row.is_enabled,
    }
