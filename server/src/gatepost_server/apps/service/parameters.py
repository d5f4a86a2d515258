"""The values that an app has for the runtime parameters of the version it runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gatepost_server.apps.errors import ParametersMissing
from gatepost_server.apps.parameters import PREFIX, Parameter, Value, fault_of_value, read_parameters
from gatepost_server.apps.service.reading import require_app
from gatepost_server.apps.tables import AppParameterRow, AppRow, DeploymentRow, SourceVersionRow
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.store import Tx


@dataclass(frozen=True)
class AppParameter:
    """A parameter of the version that is wanted of an app, and the value it has there.

    `value` is what was set for the app, None where nothing was, or nothing that fits any more;
    `payload` is what its process finds: that, else the default.
    """

    declared: Parameter
    value: Value | None = None

    @property
    def payload(self) -> Value | None:
        """What the process finds."""
        return self.declared.default if self.value is None else self.value

    @property
    def is_missing(self) -> bool:
        """True where it has neither a value nor a default, and must not be empty."""
        return self.payload is None and not self.declared.allow_empty


def list_parameters(tx: Tx, ref: str) -> Sequence[AppParameter]:
    """Return the parameters of the version that is wanted of an app, in the order of their names."""
    return _found(tx, require_app(tx, "app:read", ref).id)


def change_parameters(tx: Tx, ref: str, changes: Mapping[str, object]) -> Sequence[AppParameter]:
    """Set some values, and take back those that are None; the others stay.

    Its process finds them at its next start.

    Raises:
        Invalid: a parameter that the version does not declare, or a value that does not fit it;
            nothing is changed then.
    """
    node = require_app(tx, "app:edit", ref)
    declared = {one.declared.name: one.declared for one in _found(tx, node.id)}
    faults = [] if changes else [FieldFault("body", "name at least one parameter")]
    for name, value in changes.items():
        wanted = declared.get(name)
        wrong = "the version declares no such parameter" if wanted is None else None
        if wanted is not None and value is not None:
            wrong = fault_of_value(wanted, value)
        if wrong:
            faults.append(FieldFault(name[:64], wrong))
    if faults:
        raise Invalid("The parameters cannot be used.", faults=faults, code="parameters-invalid")

    of_app = AppParameterRow.app_id == node.id
    tx.session.execute(delete(AppParameterRow).where(of_app, AppParameterRow.name.in_(sorted(changes))))
    for name, value in changes.items():
        if value is not None:
            said = json.dumps(value)
            row = AppParameterRow(app_id=node.id, name=name, value=said, at=tx.now, by_name=tx.actor.name)
            tx.session.add(row)
    tx.session.flush()
    tx.audit("app:parameters", "app", node.id, node.name, after=dict(changes))
    return _found(tx, node.id)


def require_values(tx: Tx, app_id: str, name: str) -> None:
    """Let an app start only if all parameters that need a value have one.

    Raises:
        ParametersMissing: it names those that have none.
    """
    missing = [one.declared.name for one in _found(tx, app_id) if one.is_missing]
    if missing:
        raise ParametersMissing(name, missing)


@dataclass(frozen=True)
class ProcessParameters:
    """What a process finds of its parameters, and which it lacks."""

    env: Mapping[str, str]
    lacks: Sequence[str]


def process_parameters(
    session: Session, versions: Mapping[str, tuple[str, Sequence[Mapping[str, Any]]]]
) -> dict[str, ProcessParameters]:
    """Return what processes find of their parameters, by deployment.

    *versions* says of each deployment its app, and what its version declares as the store keeps it.
    """
    kept = _kept(session, sorted({app_id for app_id, _ in versions.values()}))
    return {
        deployment_id: _for_process(_matched(read_parameters(declared), kept.get(app_id, {})))
        for deployment_id, (app_id, declared) in versions.items()
    }


def _for_process(found: Sequence[AppParameter]) -> ProcessParameters:
    said = {one.declared.name: {"type": one.declared.type, "payload": one.payload} for one in found}
    env = {f"{PREFIX}{name}": json.dumps(value) for name, value in said.items()}
    return ProcessParameters(env, [one.declared.name for one in found if one.is_missing])


def forget_parameters(session: Session, app_id: str) -> None:
    """Remove all values of an app that is deleted."""
    session.execute(delete(AppParameterRow).where(AppParameterRow.app_id == app_id))


def _found(tx: Tx, app_id: str) -> list[AppParameter]:
    declared = tx.session.scalar(
        select(SourceVersionRow.parameters)
        .join(DeploymentRow, DeploymentRow.version_id == SourceVersionRow.id)
        .join(AppRow, AppRow.wanted_id == DeploymentRow.id)
        .where(AppRow.id == app_id)
    )
    return _matched(read_parameters(declared or []), _kept(tx.session, [app_id]).get(app_id, {}))


def _kept(session: Session, app_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for row in session.scalars(select(AppParameterRow).where(AppParameterRow.app_id.in_(app_ids))):
        found.setdefault(row.app_id, {})[row.name] = json.loads(row.value)
    return found


def _matched(declared: Sequence[Parameter], kept: Mapping[str, object]) -> list[AppParameter]:
    made = []
    for one in sorted(declared, key=lambda each: each.name):
        value = kept.get(one.name)
        fits = isinstance(value, str | int | float) and fault_of_value(one, value) is None
        made.append(AppParameter(one, value if fits and isinstance(value, str | int | float) else None))
    return made
