"""Reads of what administrators decide, by prepared statements."""

import json
from typing import Final

from sqlalchemy import String, Text, bindparam, cast, select

from gatepost_server.instance.model import Policies
from gatepost_server.instance.tables import SettingRow
from gatepost_server.store import Prepared, RawReader

_SECTION: Final = Prepared(
    select(cast(SettingRow.value, Text)).where(SettingRow.name == bindparam("name", type_=String()))
)


def policies_now(reader: RawReader) -> Policies:
    """Return the policies in force, for checks that no transaction stands behind."""
    row = reader.first(_SECTION, name="policies")
    return Policies() if row is None else Policies(**json.loads(row[0]))
