"""Seeing a dashboard: each tile with the rights of whoever stands for its data, or the viewer's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import Denied, GatepostError, NotFound, Unauthenticated
from gatepost_server.projects.dashboards import Dashboard, SeenDashboard, SeenTile, TileState, Width
from gatepost_server.projects.ports import Easel, Opening, ReadAs
from gatepost_server.projects.queries import dashboards as queries
from gatepost_server.projects.queries.datasets import dataset_id_of
from gatepost_server.projects.service.authorizing import authorizer_of
from gatepost_server.projects.service.dashboards import TileKinds, present_dashboard, require_dashboard
from gatepost_server.projects.shelf import Shelf
from gatepost_server.store import Tx
from gatepost_server.tabular.engine import Limits

_NOT_YOURS = "You may not see this tile's data."
_LOST = "{by}, who authorized these data for dashboards, may not read them any more."


@dataclass(frozen=True)
class Gallery:
    """What seeing takes: reading transactions as this or that caller, the rows, limits, kinds."""

    viewer: Actor
    read_as: ReadAs
    shelf: Shelf
    limits: Limits
    kinds: TileKinds


@dataclass(frozen=True)
class _Stand:
    """Who stands for the data of a tile: their name, and None when they cannot any more."""

    name: str
    actor: Actor | None


def view_dashboard(gallery: Gallery, key: str, ref: str) -> SeenDashboard:
    """Return a dashboard as its viewer sees it; opens transactions of its own.

    What a tile shows is read for this one answer: a right that was taken back shows at once.

    Raises:
        Unauthenticated, Hidden, ActionDenied: the viewer may not see the dashboard at all.
    """
    with gallery.read_as(gallery.viewer) as tx:
        node = require_dashboard(tx, "dashboard:view", key, ref)
        found = present_dashboard(tx, node.id)
        stands = _stands(tx, found, gallery.kinds)
        now = tx.now
    tiles = [_seen(gallery, key, tile, stands.get(tile["id"])) for tile in found.tiles]
    return SeenDashboard(found.id, found.name, now, tiles)


def _stands(tx: Tx, found: Dashboard, kinds: TileKinds) -> Mapping[str, _Stand]:
    """Return by tile who stands for its data; tiles whose data nobody authorized are left out."""
    authorized = {row.dataset_id: row for row, _ in queries.authorizations_of(tx.session, found.project_id)}
    stands = {}
    for tile in found.tiles:
        kind = kinds.get(tile["type"])
        ref = kind.dataset(tile) if kind is not None else None
        row = authorized.get(dataset_id_of(tx.session, found.project_key, ref) or "") if ref else None
        if row is not None:
            stands[tile["id"]] = _Stand(row.by_name, authorizer_of(tx, row))
    return stands


def _seen(gallery: Gallery, key: str, tile: Mapping[str, Any], stand: _Stand | None) -> SeenTile:
    if stand is not None and stand.actor is not None:
        seen = _drawn(gallery, key, tile, stand.actor, stand.name)
        if seen.state is not TileState.HIDDEN:
            return seen
    own = _drawn(gallery, key, tile, gallery.viewer, None)
    if stand is None or own.state is not TileState.HIDDEN:
        return own
    return _tile(tile, TileState.LOST, reason=_LOST.format(by=stand.name), by=stand.name)


def _drawn(gallery: Gallery, key: str, tile: Mapping[str, Any], who: Actor, by: str | None) -> SeenTile:
    kind = gallery.kinds.get(tile["type"])
    if kind is None:
        reason = f"This server has no tiles of the kind {tile['type']} any more."
        return _tile(tile, TileState.FAILED, reason=reason)
    opening: Opening = partial(gallery.read_as, who)
    try:
        content = kind.run(Easel(key, opening, gallery.shelf, gallery.limits), tile)
    except (Denied, NotFound, Unauthenticated):
        return _tile(tile, TileState.HIDDEN, reason=_NOT_YOURS)
    except GatepostError as refusal:
        said = "; ".join([refusal.detail, *(one.detail for one in refusal.faults)])
        return _tile(tile, TileState.FAILED, reason=said, by=by)
    return _tile(tile, TileState.SHOWN, content=content, by=by)


def _tile(
    tile: Mapping[str, Any],
    state: TileState,
    *,
    content: Mapping[str, Any] | None = None,
    reason: str | None = None,
    by: str | None = None,
) -> SeenTile:
    width = Width(tile["width"])
    return SeenTile(tile["id"], tile["type"], tile["title"], width, state, content, reason, by)
