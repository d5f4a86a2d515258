"""Keys as the gate looks them up: by public id, with their verifiers, prepared."""

import json
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, String, Text, bindparam, case, cast, literal_column, select

from gatepost_server.authz import HIGHEST, Subject, person_of, with_person
from gatepost_server.crypto import KeyLetter, Mac
from gatepost_server.keys.model import KeyKind
from gatepost_server.keys.tables import ConsentRow, CreatorKeyRow, KeyOriginRow, KeyRow, VerifierRow
from gatepost_server.store import Prepared, RawReader, Rows

KEY_SECRET: Final = "api-key"  # noqa: S105  # the purpose under which key secrets are hashed


class VerifierFact(NamedTuple):
    """A keyed hash of a secret, and until when it counts."""

    id: str
    mac: Mac
    until: int


class KeyFact(NamedTuple):
    """A stored key; moments are microseconds. Whether it is good is for the caller to judge.

    `reach` are the nodes below which it counts, None everywhere; `run_as_id` is its
    associated user, as long as their consent counts. `owner` is whoever has it as a subject,
    in rights up to the key's own.
    """

    id: str
    kind: KeyKind
    name: str
    owner_id: str
    cap: int | None
    reach: tuple[str, ...] | None
    run_as_id: str | None
    ip_allowlist: str | None
    is_enabled: bool
    expires_at: int
    is_revoked: bool
    verifiers: tuple[VerifierFact, ...]
    owner: Subject


class CreatorFact(NamedTuple):
    """Which app a creator's key belongs to, and for whom that acts by it."""

    app_id: str
    deployer_id: str


_CONSENTED: Final = case((KeyRow.is_run_as_consented, ConsentRow.user_id), else_=KeyRow.run_as_id)
_JOINED: Final = with_person(
    select(
        KeyRow.id,
        KeyRow.kind,
        KeyRow.name,
        KeyRow.owner_id,
        KeyRow.cap,
        KeyRow.project_id,
        cast(KeyRow.reach, Text),
        _CONSENTED,
        KeyRow.ip_allowlist,
        KeyRow.is_enabled,
        KeyRow.expires_at,
        KeyRow.revoked_at,
        VerifierRow.id,
        VerifierRow.mac,
        VerifierRow.pepper_version,
        VerifierRow.until_at,
    )
    .outerjoin(VerifierRow, VerifierRow.key_id == KeyRow.id)
    .outerjoin(
        ConsentRow,
        (ConsentRow.user_id == KeyRow.run_as_id) & (ConsentRow.project_id == KeyRow.project_id),
    ),
    KeyRow.owner_id,
)
_BY_PUBLIC_ID: Final = Prepared(
    _JOINED.where(
        KeyRow.public_id == bindparam("public_id", type_=String()),
        KeyRow.prefix == bindparam("prefix", type_=String()),
    )
)
_BY_ID: Final = Prepared(_JOINED.where(KeyRow.id == bindparam("key", type_=String())))
_BY_VERIFIER: Final = Prepared(_JOINED.where(VerifierRow.id == bindparam("verifier", type_=String())))
_CREATOR: Final = Prepared(
    select(CreatorKeyRow.app_id, CreatorKeyRow.deployer_id).where(
        CreatorKeyRow.key_id == bindparam("key", type_=String())
    )
)
_OF_CREATOR: Final = Prepared(
    _JOINED.join(CreatorKeyRow, CreatorKeyRow.key_id == KeyRow.id).where(
        CreatorKeyRow.app_id == bindparam("app", type_=String()),
        CreatorKeyRow.deployer_id == bindparam("deployer", type_=String()),
        KeyRow.revoked_at.is_(None),
    )
)
_LISTED: Final = Prepared(
    select(KeyOriginRow.origin).where(
        KeyOriginRow.key_id == bindparam("key", type_=String()),
        KeyOriginRow.origin == bindparam("origin", type_=String()),
    )
)
_LISTED_BY_ANY: Final = Prepared(
    select(KeyRow.id)
    .join(KeyOriginRow, KeyOriginRow.key_id == KeyRow.id)
    .where(
        KeyOriginRow.origin == bindparam("origin", type_=String()),
        KeyRow.revoked_at.is_(None),
        KeyRow.is_enabled,
        literal_column("api_keys.expires_at", BigInteger()) > bindparam("now", type_=BigInteger()),
    )
    .limit(1)
)


def key_by_public_id(reader: RawReader, letter: KeyLetter, public_id: str) -> KeyFact | None:
    """Return the key of the kind *letter* with *public_id*, or None."""
    prefix = f"gp{letter.value}_{public_id}"
    return reader.made(_BY_PUBLIC_ID, _fact, public_id=public_id, prefix=prefix)


def key_by_id(reader: RawReader, key_id: str) -> KeyFact | None:
    """Return a key by its row id, or None; to re-ask about a live connection."""
    return _fact(reader.all(_BY_ID, key=key_id))


def key_by_verifier(reader: RawReader, verifier_id: str) -> KeyFact | None:
    """Return the key that a secret belongs to, with that secret alone; None when it is gone."""
    return _fact(reader.all(_BY_VERIFIER, verifier=verifier_id))


def creator_of(reader: RawReader, key_id: str) -> CreatorFact | None:
    """Return to which app a creator's key belongs; None for keys of other kinds."""
    row = reader.first(_CREATOR, key=key_id)
    return None if row is None else CreatorFact(*row)


def key_of_creator(reader: RawReader, app_id: str, deployer_id: str) -> KeyFact | None:
    """Return the key by which an app acts for whoever deployed it; None when there is none (any more)."""
    return _fact(reader.all(_OF_CREATOR, app=app_id, deployer=deployer_id))


def lists_origin(reader: RawReader, key_id: str, origin: str) -> bool:
    """Tell whether pages of *origin* may call with a key."""
    return reader.first(_LISTED, key=key_id, origin=origin) is not None


def is_origin_of_some_key(reader: RawReader, origin: str, now: int) -> bool:
    """Tell whether some key that is good at *now* (microseconds) lists *origin*."""
    return reader.first(_LISTED_BY_ANY, origin=origin, now=now) is not None


def _fact(rows: Rows) -> KeyFact | None:
    if not rows:
        return None
    key_id, kind, name, owner_id, cap, project_id, reach, run_as_id, allowlist, *_ = rows[0]
    is_enabled, expires_at, revoked_at = rows[0][9:12]
    verifiers = [VerifierFact(row[12], Mac(row[14], bytes(row[13])), row[15]) for row in rows if row[12]]
    return KeyFact(
        key_id,
        KeyKind(kind),
        name,
        owner_id,
        cap,
        (project_id,) if project_id is not None else _listed(reach),
        run_as_id,
        allowlist,
        bool(is_enabled),
        expires_at,
        revoked_at is not None,
        tuple(verifiers),
        person_of(owner_id, rows[0][16:], HIGHEST if cap is None else cap),
    )


def _listed(reach: str | None) -> tuple[str, ...] | None:
    return None if reach is None else tuple(json.loads(reach))
