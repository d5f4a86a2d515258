"""Reading and changing what administrators decide."""

from typing import Final

from gatepost_server.authz import INSTANCE, narrow_access, require_instance
from gatepost_server.instance.model import Policies
from gatepost_server.instance.tables import SettingRow
from gatepost_server.store import Tx

_POLICIES: Final = "policies"


def policies(tx: Tx) -> Policies:
    """Return the policies in force, for use-cases that obey them."""
    row = tx.session.get(SettingRow, _POLICIES)
    return Policies() if row is None else Policies(**row.value)


def read_policies(tx: Tx) -> Policies:
    """Return the policies in force, for the administrators' page."""
    require_instance(tx, "settings:read")
    return policies(tx)


def change_policies(tx: Tx, wanted: dict[str, object]) -> Policies:
    """Change some policies; the others stay as they are.

    Lowering the access ceiling narrows at once whatever is open wider.

    Raises:
        Invalid: an unknown policy or value; nothing is changed then.
    """
    require_instance(tx, "settings:change")
    before = policies(tx)
    after = before.changed(wanted)
    tx.session.merge(SettingRow(name=_POLICIES, value=after.as_dict()))
    narrow_access(tx, after.access_ceiling)
    was, now = before.as_dict(), after.as_dict()
    changed = [name for name in now if now[name] != was[name]]
    tx.audit(
        "settings:change", "instance", INSTANCE, "policies",
        before={name: was[name] for name in changed}, after={name: now[name] for name in changed},
    )  # fmt: skip
    return after
