"""The key of an application: made at its first start, given to it at each, shown to its user again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select

from gatepost_server.authz import require
from gatepost_server.crypto import BrokenSeal, KeyLetter, Peppers, Place, Seals, mint_key
from gatepost_server.kernel.ids import is_id, new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.keys import queries
from gatepost_server.keys.errors import NotKept
from gatepost_server.keys.model import OWN, Key, KeyKind
from gatepost_server.keys.service.keeping import revoke
from gatepost_server.keys.service.minting import write_key
from gatepost_server.keys.service.presenting import shown_all
from gatepost_server.keys.service.rings import Deed, find_key
from gatepost_server.keys.tables import CreatorKeyRow, KeyRow
from gatepost_server.store import Tx

_NAME: Final = "CustomApp {app_id}"


@dataclass(frozen=True)
class Safe:
    """What it takes to make keys of applications, and to read them again."""

    peppers: Peppers
    seals: Seals


def launch_key(tx: Tx, safe: Safe, app_id: str, deployer_id: str, *, deployed_at: datetime) -> Secret | None:
    """Return the text of the key by which an app acts for whoever deployed it, made if it has none.

    None when that key was deleted after *deployed_at*: who deletes it wants the app to do
    without, until they deploy again. For who starts apps, one at a time; asks for no right.
    """
    of_them = _of_app(app_id).where(CreatorKeyRow.deployer_id == deployer_id)
    found = tx.session.execute(of_them.order_by(KeyRow.id.desc()).limit(1)).one_or_none()
    if found is not None:
        row, of_app = found
        if row.revoked_at is not None and row.revoked_at >= deployed_at:
            return None
        if row.revoked_at is None and of_app.text_sealed is not None:
            try:
                return safe.seals.open(of_app.text_sealed, _place(of_app))
            except BrokenSeal:
                revoke(tx, row)  # what wrapped it is lost, so nobody can ever read it again
    return _made(tx, safe, app_id, deployer_id)


def end_creator_keys(tx: Tx, app_id: str, *, but_of: str | None = None) -> None:
    """Delete the keys of an app, all but that by which it acts for *but_of*; asks for no right."""
    living = _of_app(app_id).where(KeyRow.revoked_at.is_(None)).with_for_update()
    for row, of_app in tx.session.execute(living).all():
        if of_app.deployer_id != but_of:
            revoke(tx, row)


def reveal_key(tx: Tx, seals: Seals, key_id: str) -> Secret:
    """Return the text of the key of an application once more, to its own user.

    Needs a session with recent authentication; audited.

    Raises:
        UnknownKey: not one of the caller's own.
        NotKept: a key of another kind.
    """
    row = find_key(tx, OWN, Deed.REVEAL, key_id)
    of_app = tx.session.get(CreatorKeyRow, row.id)
    if of_app is None or of_app.text_sealed is None:
        raise NotKept
    text = seals.open(of_app.text_sealed, _place(of_app))
    tx.audit("key:reveal", "key", row.id, row.name, after={"app": of_app.app_id})
    return text


def list_keys_of_app(tx: Tx, app_id: str) -> Sequence[Key]:
    """Return the keys that an app has and had, latest first; never a text."""
    require(tx, "app:read", app_id)
    return shown_all(tx, queries.keys_of_app(tx.session, app_id))


def _made(tx: Tx, safe: Safe, app_id: str, deployer_id: str) -> Secret | None:
    owner_id = _owner_of(tx, deployer_id)
    if owner_id is None:
        return None
    minted = mint_key(KeyLetter.CREATOR)
    row = KeyRow(
        id=new_id("key", tx.now),
        kind=KeyKind.CREATOR,
        public_id=minted.public_id,
        name=_NAME.format(app_id=app_id),
        description="",
        prefix=minted.prefix,
        last_four=minted.last_four,
        owner_id=owner_id,
        created_by=deployer_id,
        project_id=None,
        reach=None,
        run_as_id=None,
        is_run_as_consented=False,
        cap=None,
        ip_allowlist=None,
        is_enabled=True,
        created_at=tx.now,
        expires_at=None,
        revoked_at=None,
        revoked_by=None,
    )
    write_key(tx, safe.peppers, row, minted)
    of_app = CreatorKeyRow(key_id=row.id, app_id=app_id, deployer_id=deployer_id)
    of_app.text_sealed = safe.seals.seal(minted.text, _place(of_app))
    tx.session.add(of_app)
    after = {"kind": "creator", "app": app_id, "on_behalf_of": deployer_id}
    tx.audit("key:create", "key", row.id, row.name, after=after)
    return minted.text


def _owner_of(tx: Tx, deployer_id: str) -> str | None:
    """Return on whose page the key is: the person, or the sponsor of a key that deployed."""
    if not is_id(deployer_id, "key"):
        return deployer_id
    row = tx.session.get(KeyRow, deployer_id)
    return row.owner_id if row is not None else None


def _of_app(app_id: str) -> Select[KeyRow, CreatorKeyRow]:
    return (
        select(KeyRow, CreatorKeyRow)
        .join(CreatorKeyRow, CreatorKeyRow.key_id == KeyRow.id)
        .where(CreatorKeyRow.app_id == app_id)
    )


def _place(of_app: CreatorKeyRow) -> Place:
    """Return what the text of a key is bound to: its row, its app, and for whom that acts by it."""
    return Place("creator_keys", "text_sealed", of_app.key_id, f"{of_app.app_id} {of_app.deployer_id}")
