"""Keys as the gate looks them up: by public id, with their verifiers, prepared."""

from typing import Any, Final, NamedTuple

from sqlalchemy import String, bindparam, select

from gatepost_server.crypto import KeyLetter, Mac
from gatepost_server.keys.tables import KeyRow, VerifierRow
from gatepost_server.store import Prepared, RawReader


class KeyFact(NamedTuple):
    """A stored key; moments are microseconds. Whether it is good is for the caller to judge.

    `verifiers` are the keyed hashes that count, each with its own end.
    """

    id: str
    name: str
    owner_id: str
    cap: int | None
    ip_allowlist: str | None
    expires_at: int
    is_revoked: bool
    verifiers: tuple[tuple[Mac, int], ...]


_JOINED: Final = select(
    KeyRow.id,
    KeyRow.name,
    KeyRow.owner_id,
    KeyRow.cap,
    KeyRow.ip_allowlist,
    KeyRow.expires_at,
    KeyRow.revoked_at,
    VerifierRow.mac,
    VerifierRow.pepper_version,
    VerifierRow.until_at,
).outerjoin(VerifierRow, VerifierRow.key_id == KeyRow.id)
_BY_PUBLIC_ID: Final = Prepared(
    _JOINED.where(
        KeyRow.public_id == bindparam("public_id", type_=String()),
        KeyRow.prefix == bindparam("prefix", type_=String()),
    )
)
_BY_ID: Final = Prepared(_JOINED.where(KeyRow.id == bindparam("key", type_=String())))


def key_by_public_id(reader: RawReader, letter: KeyLetter, public_id: str) -> KeyFact | None:
    """Return the key of the kind *letter* with *public_id*, or None."""
    prefix = f"gp{letter.value}_{public_id}"
    return _fact(reader.all(_BY_PUBLIC_ID, public_id=public_id, prefix=prefix))


def key_by_id(reader: RawReader, key_id: str) -> KeyFact | None:
    """Return a key by its row id, or None; to re-ask about a live connection."""
    return _fact(reader.all(_BY_ID, key=key_id))


def _fact(rows: list[tuple[Any, ...]]) -> KeyFact | None:
    if not rows:
        return None
    key_id, name, owner_id, cap, allowlist, expires_at, revoked_at, *_ = rows[0]
    verifiers = tuple([(Mac(row[8], bytes(row[7])), row[9]) for row in rows if row[7] is not None])
    return KeyFact(key_id, name, owner_id, cap, allowlist, expires_at, revoked_at is not None, verifiers)
