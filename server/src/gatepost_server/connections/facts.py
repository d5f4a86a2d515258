"""Reads for rooms that answer calls: where a connection leads now."""

import json
from typing import Final

from sqlalchemy import String, Text, bindparam, cast, select

from gatepost_server.connections.model import ConnectionType, Target
from gatepost_server.connections.tables import ConnectionRow
from gatepost_server.store import Prepared, RawReader

_TARGET: Final = Prepared(
    select(
        ConnectionRow.org_id, ConnectionRow.type, cast(ConnectionRow.params, Text), ConnectionRow.impersonate
    ).where(ConnectionRow.id == bindparam("connection", type_=String()))
)


def target_facts(reader: RawReader, connection_id: str) -> tuple[Target, bool] | None:
    """Return where calls over a connection go, and whether each works there as themselves; no right is asked.

    None when there is no such connection any more.
    """
    row = reader.first(_TARGET, connection=connection_id)
    if row is None:
        return None
    org_id, type_name, params, impersonate = row
    return Target(org_id, connection_id, ConnectionType(type_name), json.loads(params)), bool(impersonate)
