"""Writing a new key, and the keyed hashes of its secrets."""

from datetime import datetime

from gatepost_server.crypto import KeyLetter, MintedKey, Peppers, mint_key
from gatepost_server.kernel.ids import new_id
from gatepost_server.keys.allowlist import checked_allowlist
from gatepost_server.keys.facts import KEY_SECRET
from gatepost_server.keys.model import Draft, KeyKind, KeyRules, checked_name, expiry_of
from gatepost_server.keys.tables import KeyRow, KeyWordRow, VerifierRow
from gatepost_server.keys.wording import checked_description, words_of
from gatepost_server.store import Tx, insert_rows

LETTERS = {
    KeyKind.PERSONAL: KeyLetter.PERSONAL,
    KeyKind.PROJECT: KeyLetter.PROJECT,
    KeyKind.GLOBAL: KeyLetter.GLOBAL,
}


def draft_row(
    tx: Tx, rules: KeyRules, draft: Draft, *, kind: KeyKind, owner_id: str
) -> tuple[KeyRow, MintedKey]:
    """Return a new key that is not yet written, and its text.

    Raises:
        Invalid: name, description, end or allowlist cannot be accepted.
        Denied: a key without end where policy forbids it.
    """
    minted = mint_key(LETTERS[kind])
    ends_at = expiry_of(
        draft.expiry, tx.now, default=rules.default_life, may_never_expire=rules.may_never_expire
    )
    row = KeyRow(
        id=new_id("key", tx.now),
        kind=kind,
        public_id=minted.public_id,
        name=checked_name(draft.name),
        description=checked_description(draft.description),
        prefix=minted.prefix,
        last_four=minted.last_four,
        owner_id=owner_id,
        created_by=tx.actor.principal_id or "",
        project_id=None,
        reach=None,
        run_as_id=None,
        is_run_as_consented=False,
        cap=None,
        ip_allowlist=checked_allowlist(draft.ip_allowlist) or None,
        is_enabled=True,
        created_at=tx.now,
        expires_at=ends_at,
        revoked_at=None,
        revoked_by=None,
    )
    return row, minted


def write_key(tx: Tx, peppers: Peppers, row: KeyRow, minted: MintedKey) -> None:
    """Write a drafted key with what it is verified and searched by."""
    insert_rows(tx, row)
    add_verifier(tx, peppers, row.id, minted)
    add_words(tx, row)


def add_verifier(
    tx: Tx, peppers: Peppers, key_id: str, minted: MintedKey, until: datetime | None = None
) -> None:
    """Let the secret of *minted* count for a key."""
    mac = peppers.mac(KEY_SECRET, minted.secret.reveal())
    insert_rows(
        tx,
        VerifierRow(
            id=new_id("ver", tx.now),
            key_id=key_id,
            last_four=minted.last_four,
            mac=mac.digest,
            pepper_version=mac.version,
            until_at=until,
        ),
    )


def add_words(tx: Tx, row: KeyRow) -> None:
    """Let a key be found by the words of its name."""
    insert_rows(tx, *(KeyWordRow(key_id=row.id, word=word) for word in sorted(words_of(row.name))))
