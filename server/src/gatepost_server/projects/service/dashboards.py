"""Dashboards: make, list, read, change, delete."""

from collections.abc import Mapping, Sequence
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
    visible,
)
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import is_id, new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.projects import naming
from gatepost_server.projects.dashboards import (
    DASHBOARD_PREFIX,
    MOST_TILES,
    Dashboard,
    DashboardChange,
    Width,
)
from gatepost_server.projects.errors import DashboardExists
from gatepost_server.projects.ports import TileKind
from gatepost_server.projects.queries import dashboards as queries
from gatepost_server.projects.service.finding import require_project
from gatepost_server.projects.tables import DashboardRow, GoneRow
from gatepost_server.store import Tx

TileKinds = Mapping[str, TileKind]
_FRAME: Final = ("id", "type", "title", "width")
_LONGEST_TITLE: Final = 200


def require_dashboard(tx: Tx, action: str, key: str, ref: str) -> Node:
    """Find a dashboard by its project's key and its name or id, and require *action* on it.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `authz.require`.
    """
    return require(tx, action, queries.dashboard_id_of(tx.session, key, ref) or "")


def create_dashboard(tx: Tx, key: str, kinds: TileKinds, wanted: DashboardChange) -> Dashboard:
    """Make a dashboard; the caller owns it.

    Raises:
        Invalid: the name or a tile cannot be used.
        Hidden, ActionDenied: a tile is about something that the caller may not know of.
        DashboardExists: the project has one of this name.
    """
    project = require_project(tx, "project:add-dashboard", key)
    name = naming.checked_title(wanted.name or "")
    if queries.dashboard_id_of(tx.session, key, name) is not None:
        raise DashboardExists(name)
    tiles = checked_tiles(tx, key, kinds, wanted.tiles or (), ())
    return plant_dashboard(tx, project.id, name, tiles)


def plant_dashboard(tx: Tx, project_id: str, name: str, tiles: Sequence[Mapping[str, Any]]) -> Dashboard:
    """Write a dashboard, owned by the caller; rights and tiles have been checked."""
    dashboard_id = new_id(DASHBOARD_PREFIX, tx.now)
    node = register_node(tx, dashboard_id, NodeKind.DASHBOARD, name, parent_id=project_id)
    row = DashboardRow(
        id=dashboard_id, project_id=project_id, name=name, folded=naming.folded(name),
        tiles=[dict(one) for one in tiles], created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    tx.session.add(row)
    tx.session.flush()
    own_new_node(tx, node)
    tx.audit("dashboard:create", "dashboard", row.id, name, after=_told(row))
    return present_dashboard(tx, row.id)


def list_dashboards(tx: Tx, key: str, page: PageRequest) -> Page[Dashboard]:
    """Return a page of a project's dashboards that the caller may see.

    `page.sort` is one of name, updated, created, with a hyphen for downwards.
    """
    project = require_project(tx, "project:list", key)
    return queries.page_of_dashboards(tx.session, page, project.id, visible(tx, "dashboard:list"))


def get_dashboard(tx: Tx, key: str, ref: str) -> Dashboard:
    """Return a dashboard; its tiles are for who may read it."""
    return present_dashboard(tx, require_dashboard(tx, "dashboard:list", key, ref).id)


def change_dashboard(tx: Tx, key: str, ref: str, kinds: TileKinds, wanted: DashboardChange) -> Dashboard:
    """Rename a dashboard, or replace its tiles; a tile that is sent as it was is not judged again.

    Raises:
        Invalid, Hidden, ActionDenied, DashboardExists: as `create_dashboard`; nothing is changed then.
    """
    node = require_dashboard(tx, "dashboard:edit", key, ref)
    row = tx.session.get_one(DashboardRow, node.id, with_for_update=True)
    before = _told(row)
    if wanted.name is not None:
        name = naming.checked_title(wanted.name)
        if queries.dashboard_id_of(tx.session, key, name) not in (None, row.id):
            raise DashboardExists(name)
        row.name, row.folded = name, naming.folded(name)
        rename_node(tx, row.id, name)
    if wanted.tiles is not None:
        row.tiles = checked_tiles(tx, key, kinds, wanted.tiles, row.tiles)
    row.updated_at = tx.now
    tx.audit("dashboard:edit", "dashboard", row.id, row.name, before=before, after=_told(row))
    return present_dashboard(tx, row.id)


def delete_dashboard(tx: Tx, key: str, ref: str) -> None:
    """Delete a dashboard; the data that it showed stay."""
    drop_dashboard(tx, require_dashboard(tx, "dashboard:delete", key, ref).id)


def drop_dashboard(tx: Tx, dashboard_id: str) -> None:
    """Delete a dashboard whose deletion was allowed."""
    row = tx.session.get_one(DashboardRow, dashboard_id)
    before, name = _told(row), row.name
    tx.session.execute(delete(DashboardRow).where(DashboardRow.id == dashboard_id))
    tx.session.add(GoneRow(id=dashboard_id, project_id=row.project_id))
    tx.session.flush()
    remove_node(tx, dashboard_id)
    tx.audit("dashboard:delete", "dashboard", dashboard_id, name, before=before)


def present_dashboard(tx: Tx, dashboard_id: str) -> Dashboard:
    """Return a dashboard, without asking for rights."""
    tx.session.flush()
    found = queries.dashboard_by_id(tx.session, dashboard_id)
    assert found is not None, "its node is there, so it is"
    return found


def checked_tiles(
    tx: Tx,
    key: str,
    kinds: TileKinds,
    tiles: Sequence[Mapping[str, Any]],
    before: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return *tiles* as they are kept, after requiring for each new one what it is about.

    Raises:
        Invalid: too many, or a field that cannot be used.
        Hidden, ActionDenied: a tile is about something that the caller may not know of.
    """
    if len(tiles) > MOST_TILES:
        raise Invalid("Too many tiles.", faults=[FieldFault("tiles", f"at most {MOST_TILES}")])
    kept: list[dict[str, Any]] = []
    for at, raw in enumerate(tiles):
        kind, tile = parsed_tile(kinds, raw, f"tiles.{at}")
        if not is_id(tile["id"], "til") or tile["id"] in {one["id"] for one in kept}:
            tile["id"] = new_id("til", tx.now)
        if tile not in before:
            kind.needs(tx, key, tile)
        kept.append(tile)
    return kept


def parsed_tile(kinds: TileKinds, raw: Mapping[str, Any], path: str) -> tuple[TileKind, dict[str, Any]]:
    """Return a tile's kind, and its fields in the one way they are kept; rights are not asked.

    Raises:
        Invalid: a field cannot be used; faults name it below *path*.
    """
    kind = kinds.get(str(raw.get("type")))
    if kind is None:
        fault = FieldFault(f"{path}.type", f"one of {', '.join(sorted(kinds))}")
        raise Invalid("Unknown kind of tile.", faults=[fault])
    faults = []
    title, width = raw.get("title", ""), raw.get("width", Width.HALF.value)
    if not isinstance(title, str) or len(title) > _LONGEST_TITLE or not (title.isprintable() or not title):
        faults.append(FieldFault(f"{path}.title", f"at most {_LONGEST_TITLE} printable characters"))
    if width not in [one.value for one in Width]:
        faults.append(FieldFault(f"{path}.width", f"one of {', '.join(Width)}"))
    try:
        fields = kind.parse({name: value for name, value in raw.items() if name not in _FRAME})
    except Invalid as refused:
        faults += [FieldFault(f"{path}.{one.field}", one.detail) for one in refused.faults]
    if faults:
        raise Invalid("A tile cannot be used.", faults=faults)
    return kind, {"id": str(raw.get("id")), "type": kind.name, "title": title, "width": width, **fields}


def _told(row: DashboardRow) -> dict[str, object]:
    return {"name": row.name, "tiles": row.tiles}
