"""Refreshing a dataset by a schedule: the scenario that does it, made or changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.authz import allowed_on
from gatepost_server.authz import visible as visible_by
from gatepost_server.connections import NeedsStored
from gatepost_server.projects.queries import scenarios as queries
from gatepost_server.projects.scenarios import Scenario
from gatepost_server.projects.service.feeding import is_read_once
from gatepost_server.projects.service.finding import require_dataset
from gatepost_server.projects.service.scenarios import (
    Kinds,
    ScenarioChange,
    change_scenario,
    create_scenario,
)
from gatepost_server.projects.tables import DatasetRow
from gatepost_server.store import Tx

_STEP: Final = "refresh_dataset"


@dataclass(frozen=True)
class Refreshers:
    """The scenarios that refresh a dataset; `own` is the one that a schedule is given to, if there is one."""

    found: Sequence[Scenario]
    own: Scenario | None


def refreshers_of(tx: Tx, key: str, ref: str) -> Refreshers:
    """Return the scenarios that refresh a dataset and that the caller may read, by name."""
    node = require_dataset(tx, "dataset:list", key, ref)
    project_id = tx.session.get_one(DatasetRow, node.id).project_id
    names, readable = (node.id, node.name.casefold()), visible_by(tx, "scenario:read")
    found = queries.scenarios_refreshing(tx.session, project_id, names, readable)
    alone = [one for one in found if len(one.steps) == 1]
    mine = allowed_on(tx, "scenario:edit", [one.id for one in alone])
    fitting = [one for one in alone if one.id in mine]
    return Refreshers(found, min(fitting, key=lambda one: one.cron is None, default=None))


def schedule_refresh(tx: Tx, key: str, ref: str, kinds: Kinds, cron: str | None) -> Scenario | None:
    """Refresh a dataset by a schedule, or by none; return the scenario, None where none was needed.

    It is the one that does nothing else and that the caller may change, or a new one. From then
    on it acts as the caller.

    Raises:
        Invalid: it is no schedule.
        NeedsStored: it is read with a one-time login, which is over by then.
        Hidden, ActionDenied: the caller may not refresh the dataset, or make scenarios here.
    """
    node = require_dataset(tx, "dataset:refresh", key, ref)
    if cron is not None and is_read_once(tx, node.id):
        raise NeedsStored
    own = refreshers_of(tx, key, ref).own
    if own is None and cron is None:
        return None
    if own is None:
        wanted = ScenarioChange(_free_name(tx, key, node.name), [{"type": _STEP, "dataset": node.name}], cron)
        return create_scenario(tx, key, kinds, wanted)
    change = ScenarioChange(cron=cron) if cron is not None else ScenarioChange(clears=frozenset({"cron"}))
    return change_scenario(tx, key, own.id, kinds, change)


def _free_name(tx: Tx, key: str, dataset: str) -> str:
    name, number = f"Refresh {dataset}"[:90], 1
    while queries.scenario_id_of(tx.session, key, name if number == 1 else f"{name} {number}") is not None:
        number += 1
    return name if number == 1 else f"{name} {number}"
