"""Importing a project: an archive becomes a new project of whoever brings it, and of nobody else."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from gatepost_server.authz import require_organization
from gatepost_server.bundles import BundleLimits
from gatepost_server.kernel.errors import Denied, NotFound
from gatepost_server.kernel.ids import new_id
from gatepost_server.keys import KeyRules, plant_project_key
from gatepost_server.projects import naming
from gatepost_server.projects.archives.manifest import DatasetFile, Manifest
from gatepost_server.projects.archives.packing import opened_archive
from gatepost_server.projects.errors import ArchiveRefused
from gatepost_server.projects.intake.writing import Content
from gatepost_server.projects.model import Metadata, Project
from gatepost_server.projects.scenarios import checked_cron
from gatepost_server.projects.service.changing import describe_dataset
from gatepost_server.projects.service.dashboards import TileKinds, parsed_tile, plant_dashboard
from gatepost_server.projects.service.datasets import plant_dataset
from gatepost_server.projects.service.keeping import set_variables
from gatepost_server.projects.service.left_out import definition_of, of_key, of_rights, told_of
from gatepost_server.projects.service.people import Named
from gatepost_server.projects.service.projects import create_project, present_project
from gatepost_server.projects.service.ruling import NamedRule, plant_rules
from gatepost_server.projects.service.saving import checked_sql, plant_query
from gatepost_server.projects.service.scenarios import Kinds, ScenarioChange, create_scenario
from gatepost_server.projects.service.writing import Incoming, put_part, taken_in
from gatepost_server.projects.shelf import Shelf
from gatepost_server.projects.tables import DatasetRow, ScenarioRow
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import Column, checked_columns
from gatepost_server.tabular.engine import Limits


@dataclass(frozen=True)
class Arrival:
    """An archive that was read, its rows on the shelf already; nothing of it is in the store."""

    manifest: Manifest
    rows: Mapping[str, Sequence[Incoming]]


@dataclass(frozen=True)
class Trade:
    """What an import needs of its surroundings."""

    steps: Kinds
    tiles: TileKinds
    key_rules: KeyRules


@dataclass
class Imported:
    """What came of an import.

    `suggestions` are rights that the archive tells of and nobody was given; `left_out` says
    what did not come in, or not as it was.
    """

    project: Project | None = None
    suggestions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def may_import(tx: Tx) -> None:
    """Refuse an import before its bytes are read.

    Raises:
        Unauthenticated, ActionDenied: the caller may not make projects.
    """
    require_organization(tx, "project:create")


@contextmanager
def arriving(
    archive: Path, folder: Path, shelf: Shelf, now: datetime, limits: BundleLimits, engine: Limits
) -> Iterator[Arrival]:
    """Read an archive and put its rows on the shelf; open the transaction inside.

    When the block raises, they are removed again.

    Raises:
        BundleRefused, BundleTooLarge, ArchiveRefused: the archive cannot, or must not, be used.
        DataRefused, DataUnreadable, DataTooHeavy: its rows cannot be taken.
    """
    place = folder / new_id("imp", now)
    with opened_archive(archive, place, limits) as found, ExitStack() as held:
        rows = {
            one.name: [
                _taken(held, one, found.folder / part.file, part.rows, (shelf, now, engine))
                for part in one.parts
            ]
            for one in found.manifest.datasets
        }
        yield Arrival(found.manifest, rows)


def import_project(tx: Tx, trade: Trade, arrival: Arrival, *, key: str, name: str | None = None) -> Imported:
    """Make a new project of an archive; the caller alone holds anything on it.

    Grants, authorizations and exposures of the archive are told, not given. Scenarios act as the
    caller and wait for their schedule to be set again; keys let nobody in until a person
    gives them a secret. What a scenario does that the caller may not is left out, and said.

    Raises:
        Unauthenticated, ActionDenied: the caller may not make projects.
        ProjectExists: the key is taken.
        ArchiveRefused, Invalid: something in it cannot be; nothing is changed then.
    """
    manifest, imported = arrival.manifest, Imported()
    told = manifest.project
    made = create_project(tx, key=key, name=name or told["name"], description=told["description"])
    set_variables(tx, key, manifest.variables)
    for one in manifest.datasets:
        _plant_dataset(tx, (made.id, key), one, arrival.rows[one.name], imported)
    for scenario in manifest.scenarios:
        _plant_scenario(tx, key, trade.steps, scenario, imported)
    for dashboard in manifest.dashboards:
        path = f"dashboards.{dashboard['name'][:60]}.tiles"
        tiles = [
            parsed_tile(trade.tiles, tile, f"{path}.{at}")[1] | {"id": new_id("til", tx.now)}
            for at, tile in enumerate(dashboard["tiles"])
        ]
        plant_dashboard(tx, made.id, naming.checked_title(dashboard["name"]), tiles)
    for told_key in manifest.keys:
        key_made = plant_project_key(tx, trade.key_rules, made.id, definition_of(told_key))
        imported.left_out += of_key(key_made, told_key, tx.now)
    imported.suggestions = {
        "grants": [dict(one) for one in manifest.grants],
        "authorizations": [dict(one) for one in manifest.authorizations],
        "exposures": [dict(one) for one in manifest.exposures],
        "run_as": [
            {what: one["name"], "run_as": one["run_as"]}
            for what, some in (("scenario", manifest.scenarios), ("key", manifest.keys))
            for one in some
            if one["run_as"]
        ],
    }
    imported.left_out = told_of([*imported.left_out, *of_rights(manifest)])
    if counted := [f"{what} ({len(some)})" for what, some in imported.suggestions.items() if some]:
        words = ", ".join(counted).replace("run_as", "run-as")
        imported.left_out.append(f"What the archive tells of, nobody was given: {words}. Make it anew.")
    after = {"from": told["key"], "exported_at": manifest.exported_at, "left_out": imported.left_out}
    tx.audit("project:import", "project", made.id, made.name, after=after)
    imported.project = present_project(tx, made.id)
    return imported


def _taken(
    held: ExitStack, one: DatasetFile, file: Path, rows: int, where: tuple[Shelf, datetime, Limits]
) -> Incoming:
    """Read one file of rows as if it had been uploaded: the engine reads it, we write it anew."""
    shelf, now, engine = where
    columns = _columns(one)
    incoming = held.enter_context(taken_in(Content.PARQUET, file, shelf, now, columns, engine))
    if incoming.written.rows != rows:
        raise ArchiveRefused(f"A file of {one.name[:60]} has {incoming.written.rows} rows, not {rows}.")
    return incoming


def _columns(one: DatasetFile) -> list[Column]:
    return list(checked_columns([Column(each["name"], each["type"]) for each in one.columns]))


def _plant_dataset(
    tx: Tx, project: tuple[str, str], one: DatasetFile, rows: Sequence[Incoming], imported: Imported
) -> None:
    project_id, key = project
    name = naming.checked_dataset_name(one.name)
    dataset_id = plant_dataset(tx, project_id, name, _columns(one), impersonate=one.impersonate)
    row = tx.session.get_one(DatasetRow, dataset_id)
    row.is_declared, row.impersonate = one.is_declared, False
    for incoming in rows:
        put_part(tx, row, incoming)
        tx.session.flush()
    describe_dataset(tx, key, name, Metadata(one.description, one.tags, one.custom))
    # From here on it is read and written on behalf of people; filling it was the importer's.
    row.impersonate = one.impersonate
    if one.query is not None:
        # What it reads is asked for when it runs, as of a step: within what the importer may then.
        plant_query(tx, dataset_id, checked_sql(one.query))
    rules = [
        NamedRule(rule["column"], rule["values"], Named(rule["who"]["type"], rule["who"]["name"]))
        for rule in one.rules
    ]
    for who in plant_rules(tx, dataset_id, rules):
        imported.left_out.append(
            f"A row rule of {name} is for the {who.kind} {who.name}, whom nobody knows here; it lets "
            "nothing through."
        )


def _plant_scenario(tx: Tx, key: str, kinds: Kinds, told: Mapping[str, Any], imported: Imported) -> None:
    name = told["name"]
    try:
        made = create_scenario(tx, key, kinds, ScenarioChange(name, told["steps"]))
    except (Denied, NotFound):
        imported.left_out.append(f"The scenario {name[:100]} does what you may not do here.")
        return
    if told["cron"] is not None:
        # Kept for people to read: without a clock nothing starts by itself.
        tx.session.get_one(ScenarioRow, made.id).cron = checked_cron(told["cron"], tx.now)
        imported.left_out.append(f"The schedule of {name[:100]} waits: save it again to start it.")
