"""Collecting what an export says of a project, under the rights of whoever exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gatepost_server.authz import Node, NodeKind, exposures_of, kinds_below, list_grants, policy
from gatepost_server.keys import project_key_definitions
from gatepost_server.projects.archives.manifest import is_owning
from gatepost_server.projects.errors import ArchiveIncomplete
from gatepost_server.projects.model import Dataset
from gatepost_server.projects.queries import dashboards, datasets, projects, scenarios
from gatepost_server.projects.service.dashboards import present_dashboard
from gatepost_server.projects.service.finding import require_project
from gatepost_server.projects.service.keeping import read_variables
from gatepost_server.projects.service.people import names_of
from gatepost_server.projects.service.rows import plan_rows, refuse_hidden
from gatepost_server.projects.service.saving import saved_query
from gatepost_server.projects.service.scenarios import present_scenario
from gatepost_server.store import Tx

_SETS_AND_USERS: Final = ("user", "group", "organization")
_CARRIED: Final = (NodeKind.DATASET, NodeKind.SCENARIO, NodeKind.DASHBOARD)


@dataclass(frozen=True)
class CollectedDataset:
    """A dataset with its files of rows, its query, and its rules by name."""

    dataset: Dataset
    query: str | None
    rules: Sequence[Mapping[str, Any]]
    parts: Sequence[datasets.Part]


@dataclass(frozen=True)
class Collected:
    """A project as it stood at one moment; `told` is the manifest without its datasets."""

    told: Mapping[str, Any]
    datasets: Sequence[CollectedDataset]


def collect_project(tx: Tx, key: str) -> Collected:
    """Return everything of a project that an archive holds, and the ids of its files of rows.

    The trail says of each dataset that its rows were taken out.

    Raises:
        Unauthenticated, Hidden, ActionDenied: the caller may not export it.
        ArchiveIncomplete: the project holds things that an archive does not carry.
        Denied: row rules hide rows from the caller, so that the archive would lack them.
    """
    node = require_project(tx, "project:export", key)
    require_whole(tx, node)
    project = projects.project_by_id(tx.session, node.id)
    assert project is not None, "its node is there, so it is"
    found = [_dataset(tx, key, one) for one in datasets.dataset_ids_of(tx.session, node.id)]
    made = {one: _scenario(tx, one) for one in scenarios.scenario_ids_of(tx.session, node.id)}
    boards = {one: _dashboard(tx, one) for one in dashboards.dashboard_ids_of(tx.session, node.id)}
    stands = [(node.id, "project", project.key)]
    stands += [(one.dataset.id, "dataset", one.dataset.name) for one in found]
    stands += [(one, "scenario", said["name"]) for one, said in made.items()]
    stands += [(one, "dashboard", said["name"]) for one, said in boards.items()]
    authorized = dashboards.authorizations_of(tx.session, node.id)
    told = {
        "exported_at": tx.now.isoformat(timespec="seconds"),
        "exported_by": tx.actor.name,
        "project": {"key": project.key, "name": project.name, "description": project.description},
        "variables": read_variables(tx, key),
        "scenarios": list(made.values()),
        "dashboards": list(boards.values()),
        "authorizations": [{"dataset": name, "by": row.by_name} for row, name in authorized],
        "exposures": _exposures(tx, node.id),
        "grants": [said for one in stands for said in _grants(tx, *one)],
        "keys": _keys(tx, node.id),
    }
    return Collected(told, found)


def require_whole(tx: Tx, project: Node) -> None:
    """Refuse to export a project that holds more than an archive carries.

    Raises:
        ArchiveIncomplete: with what that is.
    """
    others = [kind.value for kind in kinds_below(tx, project.id) if kind not in _CARRIED]
    if others:
        raise ArchiveIncomplete(project.name, others)


def _dataset(tx: Tx, key: str, dataset_id: str) -> CollectedDataset:
    plan = plan_rows(tx, key, dataset_id, is_export=True)
    refuse_hidden(plan.dataset.name, plan.query.filters)
    names = names_of(tx, [one.who_id for one in plan.dataset.rules])
    rules = [
        {
            "column": one.column,
            "values": list(one.values),
            "who": {"type": names[one.who_id].kind, "name": names[one.who_id].name},
        }
        for one in plan.dataset.rules
    ]
    query = saved_query(tx, dataset_id)
    sql = None if query is None else query.sql
    return CollectedDataset(plan.dataset, sql, rules, datasets.parts_of(tx.session, dataset_id))


def _scenario(tx: Tx, scenario_id: str) -> dict[str, Any]:
    one = present_scenario(tx, scenario_id)
    run_as = names_of(tx, [one.run_as_id])[one.run_as_id].name if one.run_as_id else None
    return {
        "name": one.name,
        "steps": [dict(step) for step in one.steps],
        "cron": one.cron,
        "run_as": run_as,
    }


def _dashboard(tx: Tx, dashboard_id: str) -> dict[str, Any]:
    one = present_dashboard(tx, dashboard_id)
    tiles = [{name: value for name, value in tile.items() if name != "id"} for tile in one.tiles]
    return {"name": one.name, "tiles": tiles}


def _grants(tx: Tx, node_id: str, kind: str, name: str) -> list[dict[str, Any]]:
    """Return who holds what on a thing, owners left out: an archive makes nobody one."""
    return [
        {
            "on": {"type": kind, "name": name},
            "to": {"type": one.who_kind, "name": one.who_name},
            "role": one.role,
            "permissions": list(policy.names(one.atoms)),
            "until": one.until_at.isoformat() if one.until_at else None,
        }
        for one in list_grants(tx, node_id)
        if one.who_kind in _SETS_AND_USERS and not is_owning(one.role, policy.names(one.atoms))
    ]


def _exposures(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Return what the project exposes to others, those that ended left out."""
    found = [one for one in exposures_of(tx, project_id) if one.until_at is None or one.until_at > tx.now]
    keys = projects.keys_of(tx.session, [one.project_id for one in found])
    return [
        {
            "dataset": one.dataset_name,
            "to_project": keys[one.project_id],
            "permissions": list(policy.names(one.mask)),
            "until": one.until_at.isoformat() if one.until_at else None,
        }
        for one in found
    ]


def _keys(tx: Tx, project_id: str) -> list[dict[str, Any]]:
    """Return the keys as definitions, without what owns or administers."""
    return [
        {
            "name": one.name,
            "description": one.description,
            "permissions": _modest(one.permissions),
            "datasets": {name: _modest(given) for name, given in one.datasets.items()},
            "ip_allowlist": one.ip_allowlist,
            "allowed_origins": list(one.allowed_origins),
            "expires_at": one.expiry.at.isoformat() if one.expiry.at else None,
            "run_as": one.run_as,
        }
        for one in project_key_definitions(tx, project_id)
    ]


def _modest(permissions: Sequence[str]) -> list[str]:
    return [one for one in permissions if not is_owning(None, [one])]
