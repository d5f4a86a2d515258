"""Making personal keys: each acts as the person who made it."""

from gatepost_server.authz import policy, require_self, role_names, subject_of
from gatepost_server.crypto import Peppers
from gatepost_server.instance import policies
from gatepost_server.kernel.errors import Denied, FieldFault, Invalid
from gatepost_server.keys.model import Draft, ExpiryChoice, IssuedKey, KeyKind, KeyRules
from gatepost_server.keys.service.makers import keep_within, maker_of, said_of_maker
from gatepost_server.keys.service.minting import draft_row, write_key
from gatepost_server.keys.service.presenting import shown_new
from gatepost_server.store import Tx


def issue_personal_key(
    tx: Tx,
    peppers: Peppers,
    rules: KeyRules,
    *,
    name: str,
    expiry: ExpiryChoice,
    role: str | None = None,
    ip_allowlist: str = "",
    description: str = "",
) -> IssuedKey:
    """Make a key that acts as the caller, and reveal it for the only time.

    It never may do more than its owner may do when it is used; *role* lowers it further.
    Needs a person's own session with recent authentication, or a personal key of theirs where
    policy lets keys make keys: then it stays within that key.

    Raises:
        Invalid: name, end, role or allowlist cannot be accepted.
        Denied: a role above one's own, or a key without end where policy forbids it.
        KeysCannotMakeKeys: a key is calling, and policy does not let it.
        KeyExceedsMaker: a later end or more addresses than the key has that is calling.
    """
    owner_id = require_self(tx, "key:create", policies(tx).making)
    maker = maker_of(tx)
    cap = _lower_cap(tx, role)
    draft = Draft(name, description, expiry, ip_allowlist)

    row, minted = draft_row(tx, rules, draft, kind=KeyKind.PERSONAL, owner_id=owner_id)
    row.cap = cap if cap is not None or maker is None else maker.cap
    row.reach = None if maker is None else maker.reach
    keep_within(tx, maker, row, expiry)
    write_key(tx, peppers, row, minted)
    ends = row.expires_at and row.expires_at.isoformat()
    after = {"prefix": row.prefix, "expires_at": ends, "role": role, **said_of_maker(maker)}
    tx.audit("key:create", "key", row.id, row.name, after=after)
    return IssuedKey(shown_new(tx, row), minted.text)


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
