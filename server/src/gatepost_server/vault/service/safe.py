"""The safe: data keys of each organization and class, under the wrapping key of the server."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from gatepost_server.authz import reader_of
from gatepost_server.crypto import (
    BrokenSeal,
    FieldPlace,
    KeySource,
    Wrapped,
    WrappingKeys,
    bound_to,
    new_key,
    open_field,
    seal_field,
)
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx
from gatepost_server.vault.errors import Sealed, WrongVaultKey
from gatepost_server.vault.facts import key_facts
from gatepost_server.vault.tables import CanaryRow, DataKeyRow

CREDENTIAL: Final = "credential"
"""The sealing class of stored credentials: opened in the broker only."""
_CANARY: Final = 1
_SONG: Final = b"the vault opens"
_NO_SALT: Final = bytes(16)
_KEYS: Final = "vault_data_keys"
_CANARY_AAD: Final = bound_to("vault_canary")


class State(StrEnum):
    """Whether the vault can be used."""

    OPEN = "open"
    SEALED = "sealed"
    WRONG_KEY = "wrong-key"


@dataclass(frozen=True)
class Safe:
    """What it takes to seal and open; `stores_by_default` is the feature switch nobody has touched."""

    source: KeySource
    stores_by_default: bool = False

    def state(self, tx: Tx) -> State:
        """Tell whether the wrapping key is here and is the one that the canary was sealed by."""
        canary = tx.session.get(CanaryRow, _CANARY)
        if canary is None:
            is_here = self.source.makes or self.source.keys(_NO_SALT) is not None
            return State.OPEN if is_here else State.SEALED
        keys = self.source.keys(canary.salt)
        if keys is None:
            return State.SEALED
        return State.OPEN if _sings(canary, keys) else State.WRONG_KEY

    def prove(self, tx: Tx) -> State:
        """Found a new vault, or prove the key of one that there is; asked at each start.

        Raises:
            WrongVaultKey: a key is here, and it is another one.
        """
        if tx.session.get(CanaryRow, _CANARY) is None and not self._found(tx):
            return State.SEALED
        state = self.state(tx)
        if state is State.WRONG_KEY:
            raise WrongVaultKey(self.source.name)
        return state

    def seal(self, tx: Tx, place: FieldPlace, text: Secret) -> bytes:
        """Seal *text* for *place* by the data key that it names.

        Raises:
            Sealed: the wrapping key is not here.
        """
        return seal_field(self._data_key(tx, place.data_key_id), text, place)

    def open(self, tx: Tx, place: FieldPlace, sealed: bytes) -> Secret:
        """Return the text that was sealed for *place*.

        Raises:
            Sealed: the wrapping key is not here.
            BrokenSeal: it was changed, or sealed for another place.
        """
        return open_field(self._data_key(tx, place.data_key_id), sealed, place)

    def data_key_for(self, tx: Tx, org_id: str, sealing_class: str) -> str:
        """Return the id of the data key that seals for an organization now, made at the first use.

        Raises:
            Sealed: the wrapping key is not here.
        """
        latest = select(DataKeyRow.id).where(
            DataKeyRow.org_id == org_id, DataKeyRow.sealing_class == sealing_class
        )
        found = tx.session.scalar(latest.order_by(DataKeyRow.id.desc()).limit(1))
        return found or self._new_data_key(tx, org_id, sealing_class)

    def keys(self, tx: Tx) -> WrappingKeys:
        """Return the wrapping keys; holds their row, so that none is retired meanwhile.

        Raises:
            Sealed: they are not here, or not the right ones.
        """
        if tx.session.get(CanaryRow, _CANARY) is None:
            self._found(tx)
        canary = tx.session.get(CanaryRow, _CANARY, with_for_update=True)
        keys = None if canary is None else self.source.keys(canary.salt)
        if canary is None or keys is None or not _sings(canary, keys):
            raise Sealed
        return keys

    def current(self, tx: Tx) -> str:
        """Return the fingerprint of the wrapping key that is in use.

        Raises:
            Sealed: it is not here.
        """
        canary = tx.session.get(CanaryRow, _CANARY)
        keys = None if canary is None else self.source.keys(canary.salt)
        if keys is None:
            raise Sealed
        return keys.current

    def _found(self, tx: Tx) -> bool:
        salt = os.urandom(16)
        keys = self.source.found(salt)
        if keys is None:
            return False
        wrapped = keys.wrap(_SONG, _CANARY_AAD)
        tx.session.add(CanaryRow(id=_CANARY, wrapped_by=wrapped.by, sealed=wrapped.sealed, salt=salt))
        tx.session.flush()
        return True

    def _new_data_key(self, tx: Tx, org_id: str, sealing_class: str) -> str:
        row = DataKeyRow(
            id=new_id("dek", tx.now), org_id=org_id, sealing_class=sealing_class, created_at=tx.now
        )
        wrapped = self.keys(tx).wrap(new_key(), data_key_aad(row))
        row.wrapped_by, row.wrapped = wrapped.by, wrapped.sealed
        tx.session.add(row)
        tx.session.flush()
        return row.id

    def _data_key(self, tx: Tx, data_key_id: str) -> bytes:
        found = key_facts(reader_of(tx), data_key_id)
        keys = None if found is None else self.source.keys(found.salt)
        if found is None or keys is None:
            raise Sealed
        if found.wrapped_by is None or found.wrapped is None:
            raise BrokenSeal
        aad = bound_to(_KEYS, found.org_id or "", data_key_id, found.sealing_class or "")
        return keys.unwrap(Wrapped(found.wrapped_by, found.wrapped), aad)


def data_key_aad(row: DataKeyRow) -> bytes:
    """Return what a wrapped data key is bound to."""
    return bound_to(_KEYS, row.org_id, row.id, row.sealing_class)


def move_canary(tx: Tx, keys: WrappingKeys) -> None:
    """Let the canary prove the current wrapping key from now on."""
    canary = tx.session.get_one(CanaryRow, _CANARY)
    wrapped = keys.wrap(_SONG, _CANARY_AAD)
    canary.wrapped_by, canary.sealed = wrapped.by, wrapped.sealed


def is_canary_of(tx: Tx, keys: WrappingKeys) -> bool:
    """Tell whether the canary proves the current one of *keys*, and not an older one."""
    return tx.session.get_one(CanaryRow, _CANARY).wrapped_by == keys.current


def moved(row: DataKeyRow, keys: WrappingKeys) -> Mapping[str, str | bytes]:
    """Return the columns of a data key under the current wrapping key.

    Raises:
        BrokenSeal: it was changed, or what wraps it is not here.
    """
    aad = data_key_aad(row)
    wrapped = keys.wrap(keys.unwrap(Wrapped(row.wrapped_by, row.wrapped), aad), aad)
    return {"wrapped_by": wrapped.by, "wrapped": wrapped.sealed}


def _sings(canary: CanaryRow, keys: WrappingKeys) -> bool:
    try:
        return keys.unwrap(Wrapped(canary.wrapped_by, canary.sealed), _CANARY_AAD) == _SONG
    except BrokenSeal:
        return False
