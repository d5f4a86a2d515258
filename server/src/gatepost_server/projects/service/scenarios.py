"""Scenarios: make, list, read, change, delete. Who saves one must hold what its steps do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import delete

from gatepost_server.authz import (
    Node,
    NodeKind,
    own_new_node,
    register_node,
    remove_node,
    rename_node,
    require,
)
from gatepost_server.authz import visible as visible_by
from gatepost_server.jobs import end_or_ask, facts_of
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.projects import naming
from gatepost_server.projects.errors import ScenarioExists
from gatepost_server.projects.ports import StepKind
from gatepost_server.projects.queries import scenarios as queries
from gatepost_server.projects.scenarios import MOST_STEPS, Scenario, checked_cron, next_slot, token_of
from gatepost_server.projects.service.finding import require_project
from gatepost_server.projects.service.standing_in import name_run_as
from gatepost_server.projects.tables import RunRow, ScenarioClockRow, ScenarioRow
from gatepost_server.store import Tx

SCENARIO_PREFIX: Final = "sce"
Kinds = Mapping[str, StepKind]


@dataclass(frozen=True)
class ScenarioChange:
    """What to change of a scenario; None stays, `clears` names what is to be without."""

    name: str | None = None
    steps: Sequence[Mapping[str, Any]] | None = None
    cron: str | None = None
    run_as: str | None = None
    clears: frozenset[str] = field(default_factory=frozenset)


def require_scenario(tx: Tx, action: str, key: str, ref: str) -> Node:
    """Find a scenario by its project's key and its name or id, and require *action* on it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `authz.require`.
    """
    return require(tx, action, queries.scenario_id_of(tx.session, key, ref) or "")


def create_scenario(tx: Tx, key: str, kinds: Kinds, wanted: ScenarioChange) -> Scenario:
    """Make a scenario that acts as the caller, or as *run_as* within what the caller may.

    Raises:
        Invalid: the name, a step, the schedule or the user cannot be used.
        Hidden, ActionDenied: a step does what the caller may not.
        ScenarioExists: the project has one of this name.
    """
    project = require_project(tx, "project:add", key)
    name = naming.checked_title(wanted.name or "")
    if queries.scenario_id_of(tx.session, key, name) is not None:
        raise ScenarioExists(name)
    steps = _checked(tx, key, kinds, wanted.steps or ())
    scenario_id = new_id(SCENARIO_PREFIX, tx.now)
    node = register_node(tx, scenario_id, NodeKind.SCENARIO, name, parent_id=project.id)
    row = ScenarioRow(
        id=scenario_id, project_id=project.id, name=name, folded=naming.folded(name), steps=steps,
        definer=facts_of(token_of(tx.actor)), created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    name_run_as(tx, row, wanted.run_as)
    tx.session.add(row)
    tx.session.flush()
    _set_clock(tx, row, wanted.cron)
    own_new_node(tx, node)
    tx.audit("scenario:create", "scenario", row.id, name, after=_told(row))
    return present_scenario(tx, row.id)


def list_scenarios(tx: Tx, key: str, page: PageRequest) -> Page[Scenario]:
    """Return a page of a project's scenarios that the caller may see, by name."""
    project = require_project(tx, "project:list", key)
    return queries.page_of_scenarios(tx.session, page, project.id, visible_by(tx, "scenario:list"))


def get_scenario(tx: Tx, key: str, ref: str) -> Scenario:
    """Return a scenario; its steps are for who may read it."""
    return present_scenario(tx, require_scenario(tx, "scenario:list", key, ref).id)


def change_scenario(tx: Tx, key: str, ref: str, kinds: Kinds, wanted: ScenarioChange) -> Scenario:
    """Change some of a scenario. From then on it acts as the caller, who must hold all that it does.

    Raises:
        Invalid, Hidden, ActionDenied, ScenarioExists: as `create_scenario`; nothing is changed then.
    """
    node = require_scenario(tx, "scenario:edit", key, ref)
    row = tx.session.get_one(ScenarioRow, node.id, with_for_update=True)
    before = _told(row)
    if wanted.name is not None:
        _rename(tx, key, row, wanted.name)
    row.steps = _checked(tx, key, kinds, row.steps if wanted.steps is None else wanted.steps)
    if wanted.cron is not None or "cron" in wanted.clears:
        _set_clock(tx, row, wanted.cron)
    if wanted.run_as is not None or "run_as" in wanted.clears:
        name_run_as(tx, row, wanted.run_as)
    row.definer, row.updated_at = facts_of(token_of(tx.actor)), tx.now
    tx.audit("scenario:edit", "scenario", row.id, row.name, before=before, after=_told(row))
    return present_scenario(tx, row.id)


def delete_scenario(tx: Tx, key: str, ref: str) -> None:
    """Delete a scenario with its runs; one that runs is cancelled."""
    node = require_scenario(tx, "scenario:delete", key, ref)
    drop_scenario(tx, node.id)


def drop_scenario(tx: Tx, scenario_id: str) -> None:
    """Delete a scenario that may be deleted, as that has been asked; a run ends with it."""
    row = tx.session.get_one(ScenarioRow, scenario_id, with_for_update=True)
    for run in queries.unended_runs(tx.session, scenario_id):
        end_or_ask(tx, run.job_id)
    before, name = _told(row), row.name
    for table in (RunRow, ScenarioClockRow):
        tx.session.execute(delete(table).where(table.scenario_id == scenario_id))
    tx.session.delete(row)
    tx.session.flush()
    remove_node(tx, scenario_id)
    tx.audit("scenario:delete", "scenario", scenario_id, name, before=before)


def present_scenario(tx: Tx, scenario_id: str) -> Scenario:
    """Return a scenario, without asking for rights."""
    tx.session.flush()
    found = queries.scenario_by_id(tx.session, scenario_id)
    assert found is not None, "its node is there, so it is"
    return found


def _checked(tx: Tx, key: str, kinds: Kinds, steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return *steps* as they are kept, after requiring for each what it does."""
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Invalid("Unusable steps.", faults=[FieldFault("steps", f"1 to {MOST_STEPS} of them")])
    kept = []
    for at, raw in enumerate(steps):
        kind = kinds.get(str(raw.get("type")))
        if kind is None:
            fault = FieldFault(f"steps.{at}.type", f"one of {', '.join(sorted(kinds))}")
            raise Invalid("Unknown kind of step.", faults=[fault])
        try:
            fields = kind.parse({name: value for name, value in raw.items() if name != "type"})
        except Invalid as refused:
            faults = [FieldFault(f"steps.{at}.{one.field}", one.detail) for one in refused.faults]
            raise Invalid(refused.detail, faults=faults, code=refused.error_code) from None
        kind.needs(tx, key, fields)
        kept.append({"type": kind.name, **fields})
    return kept


def _rename(tx: Tx, key: str, row: ScenarioRow, wanted: str) -> None:
    name = naming.checked_title(wanted)
    if queries.scenario_id_of(tx.session, key, name) not in (None, row.id):
        raise ScenarioExists(name)
    row.name, row.folded = name, naming.folded(name)
    rename_node(tx, row.id, name)


def _set_clock(tx: Tx, row: ScenarioRow, cron: str | None) -> None:
    row.cron = None if cron is None else checked_cron(cron, tx.now)
    tx.session.execute(delete(ScenarioClockRow).where(ScenarioClockRow.scenario_id == row.id))
    if row.cron is not None:
        tx.session.add(ScenarioClockRow(scenario_id=row.id, next_at=next_slot(row.cron, tx.now)))


def _told(row: ScenarioRow) -> dict[str, object]:
    return {"name": row.name, "steps": row.steps, "cron": row.cron, "run_as": row.run_as_id}
