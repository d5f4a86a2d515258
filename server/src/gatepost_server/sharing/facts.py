"""Reads for the gate: a guest and whether their ground still holds, by prepared statements."""

import json
from typing import Any, Final

from sqlalchemy import BigInteger, LargeBinary, String, Text, bindparam, cast, select, type_coerce

from gatepost_server.crypto import Peppers
from gatepost_server.notify import Address
from gatepost_server.sharing.entries import is_listed
from gatepost_server.sharing.outside import GuestFact
from gatepost_server.sharing.tables import ExternalLinkRow, GuestRow
from gatepost_server.store import Prepared, RawReader

GUEST_TOKEN: Final = "guest"  # noqa: S105  # the purpose of a hash
_ALL: Final = select(
    GuestRow.id,
    GuestRow.app_id,
    GuestRow.address,
    type_coerce(GuestRow.ends_at, BigInteger),
    GuestRow.generation,
    ExternalLinkRow.generation,
    ExternalLinkRow.is_enabled,
    cast(ExternalLinkRow.allowed, Text),
).join(ExternalLinkRow, ExternalLinkRow.app_id == GuestRow.app_id)
_BY_TOKEN: Final = Prepared(_ALL.where(GuestRow.token_mac == bindparam("mac", type_=LargeBinary())))
_BY_ID: Final = Prepared(_ALL.where(GuestRow.id == bindparam("guest", type_=String())))


def guest_by_token(reader: RawReader, peppers: Peppers, token: str) -> GuestFact | None:
    """Return the guest whose cookie holds *token*, or None."""
    for mac in peppers.candidates(GUEST_TOKEN, token):
        row = reader.first(_BY_TOKEN, mac=mac)
        if row is not None:
            return _fact(row)
    return None


def guest_by_id(reader: RawReader, guest_id: str) -> GuestFact | None:
    """Return a guest by id, or None; to re-ask about a live connection."""
    row = reader.first(_BY_ID, guest=guest_id)
    return None if row is None else _fact(row)


def _fact(row: tuple[Any, ...]) -> GuestFact:
    guest_id, app_id, address, ends, generation, current, is_enabled, allowed = row
    local, _, domain = address.rpartition("@")
    is_on = is_enabled and generation == current and is_listed(Address(local, domain), json.loads(allowed))
    return GuestFact(guest_id, app_id, address, int(ends), bool(is_on))
