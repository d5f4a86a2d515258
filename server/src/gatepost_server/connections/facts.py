"""Reads for rooms that answer calls: where a connection leads now."""

import json
from typing import Final

from sqlalchemy import String, Text, bindparam, cast, select

from gatepost_server.connections.model import ConnectionType, Target
from gatepost_server.connections.tables import AssociationRow, ConnectionRow
from gatepost_server.store import Prepared, RawReader

_TARGET: Final = Prepared(
    select(
        ConnectionRow.org_id, ConnectionRow.type, cast(ConnectionRow.params, Text), ConnectionRow.impersonate
    ).where(ConnectionRow.id == bindparam("connection", type_=String()))
)

_BOUND: Final = Prepared(
    select(ConnectionRow.org_id, ConnectionRow.type, cast(ConnectionRow.params, Text))
    .join(AssociationRow, AssociationRow.connection_id == ConnectionRow.id)
    .where(
        ConnectionRow.id == bindparam("connection", type_=String()),
        AssociationRow.credential_id == bindparam("credential", type_=String()),
        AssociationRow.generation == ConnectionRow.generation,
    )
)


def bound_facts(reader: RawReader, connection_id: str, credential_id: str) -> Target | None:
    """Return where a connection leads, if a credential is associated to that; no right is asked."""
    row = reader.first(_BOUND, connection=connection_id, credential=credential_id)
    if row is None:
        return None
    org_id, type_name, params = row
    return Target(org_id, connection_id, ConnectionType(type_name), json.loads(params))


def target_facts(reader: RawReader, connection_id: str) -> tuple[Target, bool] | None:
    """Return where calls over a connection go, and whether each works there as themselves; no right is asked.

    None when there is no such connection any more.
    """
    row = reader.first(_TARGET, connection=connection_id)
    if row is None:
        return None
    org_id, type_name, params, impersonate = row
    return Target(org_id, connection_id, ConnectionType(type_name), json.loads(params)), bool(impersonate)
