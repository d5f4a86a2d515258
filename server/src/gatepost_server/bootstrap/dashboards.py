"""The kinds of tiles there are."""

from collections.abc import Mapping

from gatepost_server.apps import Addresses, AppTile
from gatepost_server.projects import TileKind
from gatepost_server.projects.tiles import ChartTile, TableTile, TextTile
from gatepost_server.settings import Settings


def tile_kinds(settings: Settings) -> Mapping[str, TileKind]:
    """Return every kind of tile by its name."""
    addresses = Addresses.of(settings)
    kinds: tuple[TileKind, ...] = (TableTile(), ChartTile(), TextTile(), AppTile(addresses))
    return {kind.name: kind for kind in kinds}
