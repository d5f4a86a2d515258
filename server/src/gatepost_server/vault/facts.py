"""Reads for the broker, which opens credentials many times a second."""

from typing import Final, NamedTuple

from sqlalchemy import String, bindparam, select, true

from gatepost_server.store import Prepared, RawReader
from gatepost_server.vault.tables import CanaryRow, CredentialRow, DataKeyRow

_SEALED: Final = Prepared(
    select(
        CredentialRow.org_id, CredentialRow.type, CredentialRow.user, CredentialRow.owner_id,
        CredentialRow.data_key_id, CredentialRow.secret_sealed,
    ).where(CredentialRow.id == bindparam("credential", type_=String()))
)  # fmt: skip
_KEY: Final = Prepared(
    select(
        CanaryRow.salt, DataKeyRow.org_id, DataKeyRow.sealing_class, DataKeyRow.wrapped_by, DataKeyRow.wrapped
    )
    .select_from(CanaryRow)
    .outerjoin(DataKeyRow, DataKeyRow.id == bindparam("key", type_=String()))
    .where(true())
)


class SealedFacts(NamedTuple):
    """A credential as it is stored: its secret as ciphertext, and what that is bound to."""

    org_id: str
    type: str
    user: str
    owner_id: str
    data_key_id: str
    sealed: bytes


class KeyFacts(NamedTuple):
    """What a data key is unwrapped with; without `wrapped_by` there is no such data key."""

    salt: bytes
    org_id: str | None
    sealing_class: str | None
    wrapped_by: str | None
    wrapped: bytes | None


def sealed_facts(reader: RawReader, credential_id: str) -> SealedFacts | None:
    """Return a credential as it is stored; no right is asked."""
    row = reader.first(_SEALED, credential=credential_id)
    return None if row is None else SealedFacts(*row)


def key_facts(reader: RawReader, data_key_id: str) -> KeyFacts | None:
    """Return a data key, wrapped, and the salt of the vault; None before there is a vault."""
    row = reader.first(_KEY, key=data_key_id)
    return None if row is None else KeyFacts(*row)
