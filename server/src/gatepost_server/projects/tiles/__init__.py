"""The kinds of tiles that a project brings along by itself."""

from gatepost_server.projects.tiles.chart import ChartTile
from gatepost_server.projects.tiles.table import TableTile
from gatepost_server.projects.tiles.text import TextTile

__all__ = ["ChartTile", "TableTile", "TextTile"]
