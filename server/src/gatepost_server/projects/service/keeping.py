"""Keeping a project: its name, its variables, and its end."""

import json
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import delete

from gatepost_server.authz import NodeKind, kinds_below, remove_node, rename_node
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.keys import remove_keys_of
from gatepost_server.projects import naming
from gatepost_server.projects.errors import ProjectNotEmpty
from gatepost_server.projects.model import Project
from gatepost_server.projects.queries import datasets as dataset_queries
from gatepost_server.projects.queries.dashboards import dashboard_ids_of
from gatepost_server.projects.queries.scenarios import scenario_ids_of
from gatepost_server.projects.service.changing import drop_dataset
from gatepost_server.projects.service.dashboards import drop_dashboard
from gatepost_server.projects.service.finding import require_impersonating, require_project
from gatepost_server.projects.service.projects import present_project
from gatepost_server.projects.service.scenarios import drop_scenario
from gatepost_server.projects.shelf import Shelf
from gatepost_server.projects.tables import GoneRow, ProjectRow
from gatepost_server.store import Tx

_LARGEST_VARIABLES: Final = 65_536


def _drop_datasets(tx: Tx, project_id: str, shelf: Shelf) -> None:
    for dataset_id in dataset_queries.dataset_ids_of(tx.session, project_id):
        drop_dataset(tx, dataset_id, shelf)


def _drop_dashboards(tx: Tx, project_id: str, _shelf: Shelf) -> None:
    for dashboard_id in dashboard_ids_of(tx.session, project_id):
        drop_dashboard(tx, dashboard_id)


def _drop_scenarios(tx: Tx, project_id: str, _shelf: Shelf) -> None:
    for scenario_id in scenario_ids_of(tx.session, project_id):
        drop_scenario(tx, scenario_id)


_REMOVERS: Final[Mapping[NodeKind, Callable[[Tx, str, Shelf], None]]] = {
    NodeKind.SCENARIO: _drop_scenarios,
    NodeKind.DASHBOARD: _drop_dashboards,
    NodeKind.DATASET: _drop_datasets,
}
"""What goes with its project, and how; a project that holds anything else stays."""


def change_project(tx: Tx, key: str, *, name: str | None = None, description: str | None = None) -> Project:
    """Give a project another name or description; its key stays.

    Raises:
        Invalid: one of them cannot be used.
    """
    node = require_project(tx, "project:rename", key)
    row = tx.session.get_one(ProjectRow, node.id, with_for_update=True)
    before = {"name": row.name, "description": row.description}

    if name is not None:
        row.name = naming.checked_title(name)
        rename_node(tx, node.id, row.name)
    if description is not None:
        row.description = naming.checked_text(description, "description")
    row.updated_at = tx.now
    after = {"name": row.name, "description": row.description}
    tx.audit("project:rename", "project", node.id, row.name, before=before, after=after)
    return present_project(tx, node.id)


def delete_project(tx: Tx, key: str, shelf: Shelf) -> None:
    """Delete a project with its keys, scenarios, dashboards, datasets and rows, and all grants on them.

    Raises:
        ProjectNotEmpty: things of other kinds stand in it; they are deleted or moved by
            themselves, since they may be at work.
        RunAsNeeded, RunAsDenied: a dataset is used on behalf of a person, who is not named or
            may not delete it.
    """
    node = require_project(tx, "project:delete", key)
    require_impersonating(tx, "dataset:delete", node)
    foreign = [kind.value for kind in kinds_below(tx, node.id) if kind not in _REMOVERS]
    if foreign:
        raise ProjectNotEmpty(node.name, foreign)

    for remove in _REMOVERS.values():
        remove(tx, node.id, shelf)
    remove_keys_of(tx, node.id)
    tx.session.execute(delete(GoneRow).where(GoneRow.project_id == node.id))
    tx.session.execute(delete(ProjectRow).where(ProjectRow.id == node.id))
    remove_node(tx, node.id)
    tx.audit("project:delete", "project", node.id, node.name, before={"key": key})


def read_variables(tx: Tx, key: str) -> dict[str, object]:
    """Return a project's variables: a JSON object that everybody who works in it may read."""
    node = require_project(tx, "project:variables", key)
    return dict(tx.session.get_one(ProjectRow, node.id).variables)


def set_variables(tx: Tx, key: str, variables: Mapping[str, object]) -> dict[str, object]:
    """Replace a project's variables; the trail says which changed, not what they are.

    Raises:
        Invalid: more than 64 KiB.
    """
    node = require_project(tx, "project:set-variables", key)
    if len(json.dumps(variables)) > _LARGEST_VARIABLES:
        raise Invalid("The variables are too large.", faults=[FieldFault("body", "at most 64 KiB of JSON")])
    row = tx.session.get_one(ProjectRow, node.id, with_for_update=True)
    before = dict(row.variables)

    row.variables, row.updated_at = dict(variables), tx.now
    changed = sorted(
        name for name in {*before, *variables} if before.get(name, row) != variables.get(name, row)
    )
    tx.audit("project:set-variables", "project", node.id, node.name, after={"changed": changed})
    return dict(row.variables)
