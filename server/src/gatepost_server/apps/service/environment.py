"""What an app finds in its environment: names that may be seen, values that only its process is told."""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from gatepost_server.apps.parameters import PREFIX
from gatepost_server.apps.service.reading import require_app
from gatepost_server.apps.tables import AppEnvRow
from gatepost_server.apps.views import EnvVariable
from gatepost_server.crypto import BrokenSeal, Place, Seals
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx

log = logging.getLogger("gatepost.apps")

MOST_VARIABLES: Final = 100
LONGEST_VALUE: Final = 32_768

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_OURS: Final = ("GATEPOST_", "DATAROBOT_", "CONNECT_", PREFIX)
_TAKEN: Final = frozenset({"PORT", "PATH", "HOME", "TMPDIR", "VIRTUAL_ENV", "APPLICATION_ID"})


def list_env(tx: Tx, ref: str) -> Sequence[EnvVariable]:
    """Return which variables an app is started with; their values are told to nobody."""
    return _named(tx, require_app(tx, "app:read", ref).id)


def change_env(tx: Tx, ref: str, seals: Seals, changes: Mapping[str, Secret | None]) -> Sequence[EnvVariable]:
    """Set some variables of an app, and remove those that are None; the others stay.

    Its process sees them at its next start.

    Raises:
        Invalid: a name or value that no variable may have, or one that Gatepost sets itself;
            nothing is changed then.
    """
    node = require_app(tx, "app:edit", ref)
    _require_usable(changes)
    removed = sorted(name for name, value in changes.items() if value is None)
    kept = {one.name for one in _named(tx, node.id)} - set(removed)
    if len(kept | {name for name, value in changes.items() if value is not None}) > MOST_VARIABLES:
        fault = FieldFault("body", f"at most {MOST_VARIABLES} variables")
        raise Invalid("These are too many variables.", faults=[fault], code="env-invalid")

    tx.session.execute(delete(AppEnvRow).where(AppEnvRow.app_id == node.id, AppEnvRow.name.in_(removed)))
    for name, value in changes.items():
        if value is not None:
            _set(tx, node.id, name, seals.seal(value, _place(node.id, name)))
    names = sorted(name for name, value in changes.items() if value is not None)
    tx.audit("app:env", "app", node.id, node.name, after={"set": names, "removed": removed})
    return _named(tx, node.id)


def opened_env(session: Session, seals: Seals | None, app_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what the processes of these apps are to be told, by app; for who starts them.

    What cannot be opened on this machine is left out, and said in the log by its name.
    """
    found: dict[str, dict[str, str]] = {}
    if seals is None:
        return found
    for row in session.scalars(select(AppEnvRow).where(AppEnvRow.app_id.in_(app_ids))):
        try:
            value = seals.open(row.value_sealed, _place(row.app_id, row.name)).reveal()
        except BrokenSeal:
            log.error("the variable %s of %s cannot be opened; set it again", row.name, row.app_id)  # noqa: TRY400  # its cause is known
            continue
        found.setdefault(row.app_id, {})[row.name] = value
    return found


def count_env(session: Session, app_id: str) -> int:
    """Return how many variables an app has."""
    return session.scalar(select(func.count()).where(AppEnvRow.app_id == app_id)) or 0


def holds_values_of_others(tx: Tx, app_id: str) -> bool:
    """Tell whether somebody but the caller set a variable of an app."""
    others = AppEnvRow.by_id != (tx.actor.answerable_id or "")
    return (
        tx.session.scalar(select(AppEnvRow.name).where(AppEnvRow.app_id == app_id, others).limit(1))
        is not None
    )


def forget_env(session: Session, app_id: str) -> None:
    """Remove all variables of an app that is deleted."""
    session.execute(delete(AppEnvRow).where(AppEnvRow.app_id == app_id))


def _set(tx: Tx, app_id: str, name: str, sealed: bytes) -> None:
    row = tx.session.get(AppEnvRow, (app_id, name)) or AppEnvRow(app_id=app_id, name=name)
    row.value_sealed, row.at = sealed, tx.now
    row.by_id, row.by_name = tx.actor.answerable_id or "", tx.actor.name
    tx.session.add(row)
    tx.session.flush()


def _named(tx: Tx, app_id: str) -> list[EnvVariable]:
    found = select(AppEnvRow.name, AppEnvRow.at, AppEnvRow.by_id, AppEnvRow.by_name)
    rows = tx.session.execute(found.where(AppEnvRow.app_id == app_id).order_by(AppEnvRow.name))
    return [EnvVariable(*row) for row in rows]


def _require_usable(changes: Mapping[str, Secret | None]) -> None:
    faults = []
    for name, value in changes.items():
        if not _NAME.fullmatch(name):
            faults.append(
                FieldFault(name[:64], "letters, digits and underscores, no digit first, at most 64")
            )
        elif name in _TAKEN or name.startswith(_OURS):
            faults.append(FieldFault(name, "Gatepost sets this itself; choose another name"))
        elif value is not None and (len(value.reveal()) > LONGEST_VALUE or "\0" in value.reveal()):
            faults.append(FieldFault(name, f"at most {LONGEST_VALUE} characters, and no NUL"))
    if not changes:
        faults.append(FieldFault("body", "name at least one variable"))
    if faults:
        raise Invalid("The variables cannot be used.", faults=faults, code="env-invalid")


def _place(app_id: str, name: str) -> Place:
    return Place("app_env", "value_sealed", f"{app_id} {name}")
