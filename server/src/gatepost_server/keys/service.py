"""Making, listing and deleting keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from gatepost_server.authz import policy, require_instance, require_self, role_names, subject_of
from gatepost_server.crypto import KeyLetter, Mac, Peppers, mint_key
from gatepost_server.kernel.errors import Denied, FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.keys import queries
from gatepost_server.keys.allowlist import checked_allowlist
from gatepost_server.keys.errors import UnknownKey
from gatepost_server.keys.model import (
    ExpiryChoice,
    IssuedKey,
    Key,
    KeyKind,
    KeyRisk,
    KeyStatus,
    KeyUse,
    checked_name,
    expiry_of,
)
from gatepost_server.keys.tables import KeyRow, KeyUseRow, VerifierRow
from gatepost_server.store import Tx

KEY_SECRET = "api-key"  # noqa: S105  # the purpose under which key secrets are hashed
_AGENT_LENGTH = 200


@dataclass(frozen=True)
class KeyRules:
    """The server's policy about keys."""

    default_life: timedelta
    may_never_expire: bool


def issue_personal_key(
    tx: Tx,
    peppers: Peppers,
    rules: KeyRules,
    *,
    name: str,
    expiry: ExpiryChoice,
    role: str | None = None,
    ip_allowlist: str = "",
) -> IssuedKey:
    """Make a key that acts as the caller, and reveal it for the only time.

    It never may do more than its owner may do when it is used; *role* lowers it further.
    Needs a person's own session with recent authentication.

    Raises:
        Invalid: name, end, role or allowlist cannot be accepted.
        Denied: a role above one's own, or a key without end where policy forbids it.
    """
    owner_id = require_self(tx, "key:create")
    cap = _lower_cap(tx, role)
    minted = mint_key(KeyLetter.PERSONAL)
    row = KeyRow(
        id=new_id("key", tx.now),
        kind=KeyKind.PERSONAL,
        public_id=minted.public_id,
        name=checked_name(name),
        prefix=minted.prefix,
        last_four=minted.last_four,
        owner_id=owner_id,
        cap=cap,
        ip_allowlist=checked_allowlist(ip_allowlist) or None,
        created_at=tx.now,
        expires_at=expiry_of(
            expiry, tx.now, default=rules.default_life, may_never_expire=rules.may_never_expire
        ),
    )
    tx.session.add(row)
    tx.session.flush()
    _add_verifier(tx, row.id, peppers.mac(KEY_SECRET, minted.secret.reveal()))
    ends = row.expires_at and row.expires_at.isoformat()
    after = {"prefix": row.prefix, "expires_at": ends, "role": role}
    tx.audit("key:create", "key", row.id, row.name, after=after)
    return IssuedKey(queries.present(row, None), minted.text)


def list_keys(
    tx: Tx, page: PageRequest, status: KeyStatus | None = None, *, risk: KeyRisk | None = None
) -> Page[Key]:
    """Return one's own keys, latest first."""
    owner_id = require_self(tx, "key:list")
    return queries.page_of_keys(tx.session, owner_id, page, status, tx.now, risk=risk)


def get_key(tx: Tx, key_id: str) -> Key:
    """Return one of one's own keys.

    Raises:
        UnknownKey: not one of one's own, or deleted before.
    """
    owner_id = require_self(tx, "key:list")
    row = tx.session.get(KeyRow, key_id)
    if row is None or row.owner_id != owner_id or row.revoked_at is not None:
        raise UnknownKey
    return queries.present(row, tx.session.get(KeyUseRow, key_id))


def count_keys(tx: Tx) -> dict[KeyStatus, int]:
    """Return how many of one's own keys are active, expired and revoked."""
    return queries.counts(tx.session, require_self(tx, "key:list"), tx.now)


def count_risks(tx: Tx) -> dict[KeyRisk, int]:
    """Return how many of one's own active keys deserve a look, by reason."""
    return queries.risk_counts(tx.session, require_self(tx, "key:list"), tx.now)


def list_keys_of(tx: Tx, user_id: str, page: PageRequest) -> Page[Key]:
    """Return somebody's keys, for administrators."""
    require_instance(tx, "user:keys")
    return queries.page_of_keys(tx.session, user_id, page, None, tx.now)


def revoke_key(tx: Tx, key_id: str) -> Key:
    """Delete one of one's own keys; it is refused from the next request on.

    Raises:
        UnknownKey: not one of one's own, or deleted before.
    """
    return _revoke(tx, require_self(tx, "key:delete"), key_id)


def revoke_key_of(tx: Tx, user_id: str, key_id: str) -> Key:
    """Delete somebody's key, as an administrator.

    Raises:
        UnknownKey: that person has no such key.
    """
    require_instance(tx, "user:keys")
    return _revoke(tx, user_id, key_id)


def note_uses(tx: Tx, uses: Mapping[str, KeyUse]) -> None:
    """Note when keys were last used; unknown ones are passed over. Bookkeeping only."""
    if not uses:
        return
    for key_id in tx.session.scalars(select(KeyRow.id).where(KeyRow.id.in_(uses))):
        use = uses[key_id]
        agent = (use.agent or "")[:_AGENT_LENGTH] or None
        tx.session.merge(KeyUseRow(key_id=key_id, at=use.at, ip=use.ip, agent=agent))


def _add_verifier(tx: Tx, key_id: str, mac: Mac) -> None:
    tx.session.add(
        VerifierRow(
            id=new_id("ver", tx.now), key_id=key_id, mac=mac.digest, pepper_version=mac.version, until_at=None
        )
    )


def _revoke(tx: Tx, owner_id: str, key_id: str) -> Key:
    row = tx.session.get(KeyRow, key_id)
    if row is None or row.owner_id != owner_id or row.revoked_at is not None:
        raise UnknownKey
    row.revoked_at = tx.now
    row.revoked_by = tx.actor.principal_id
    tx.session.execute(delete(VerifierRow).where(VerifierRow.key_id == key_id))
    tx.audit("key:delete", "key", row.id, row.name, before={"prefix": row.prefix})
    return queries.present(row, tx.session.get(KeyUseRow, key_id))


def _lower_cap(tx: Tx, role: str | None) -> int | None:
    """Return the cap of a wanted lower role; None means as high as its owner."""
    if role is None:
        return None
    if role not in policy.roles:
        raise Invalid("Unknown role.", faults=[FieldFault("role", f"one of {', '.join(role_names())}")])
    cap = policy.roles[role].cap
    maker = subject_of(tx)
    if cap > min(maker.role_cap, maker.cap):
        raise Denied("A key cannot have a higher role than you.", code="role-above-own")
    return cap
