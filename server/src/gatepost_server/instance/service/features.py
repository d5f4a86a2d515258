"""Features that administrators turn on and off."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from gatepost_server.authz import INSTANCE, require_instance
from gatepost_server.instance.model import Features
from gatepost_server.instance.tables import SettingRow
from gatepost_server.store import Tx

_FEATURES: Final = "features"


def features(tx: Tx, *, is_managed: bool) -> Features:
    """Return what is on; asks for no right.

    What nobody has switched is on where the server is managed, and off where people run their own.
    """
    row = tx.session.get(SettingRow, _FEATURES)
    untouched = Features(stored_credentials=is_managed)
    return untouched if row is None else untouched.changed(row.value)


def read_features(tx: Tx, *, is_managed: bool) -> Features:
    """Return what is on, for the administrators' page."""
    require_instance(tx, "settings:read")
    return features(tx, is_managed=is_managed)


def change_features(tx: Tx, wanted: Mapping[str, object], *, is_managed: bool) -> Features:
    """Turn features on or off; the others stay as they are.

    Raises:
        Invalid: an unknown feature, or neither true nor false; nothing is changed then.
    """
    require_instance(tx, "settings:change")
    before = features(tx, is_managed=is_managed)
    after = before.changed(wanted)
    tx.session.merge(SettingRow(name=_FEATURES, value=asdict(after)))
    tx.audit("settings:change", "instance", INSTANCE, "features", before=asdict(before), after=asdict(after))
    return after
