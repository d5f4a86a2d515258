"""Which dataset a tile shows: one of its own project, or one that another project exposes to it."""

from collections.abc import Mapping
from typing import Any, Final

from gatepost_server.authz import exposed_to
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects.service.finding import require_dataset, require_project
from gatepost_server.projects.tiles.fields import word
from gatepost_server.store import Tx

HOME: Final = "from_project"
"""The field that names the other project by its key; own datasets are without."""


def home_in(raw: Mapping[str, Any], faults: list[FieldFault]) -> dict[str, str]:
    """Return the field of the other project as it is kept: left out where there is none."""
    home = word(raw, HOME, faults, 50)
    return {HOME: home} if home else {}


def home_of(project_key: str, tile: Mapping[str, Any]) -> str:
    """Return the key of the project whose dataset a tile shows."""
    return str(tile.get(HOME) or project_key)


def own_dataset(tile: Mapping[str, Any]) -> str | None:
    """Name the dataset of the tile's own project; only such are authorized for viewers."""
    return None if tile.get(HOME) else str(tile["dataset"])


def require_shown(tx: Tx, project_key: str, tile: Mapping[str, Any]) -> None:
    """Require knowing of a tile's dataset; its rows are a matter of who looks.

    Raises:
        Hidden, ActionDenied: the caller may not know of it, or not of the tile's project.
        Invalid: it is of another project that does not expose it to the tile's project.
    """
    home = home_of(project_key, tile)
    node = require_dataset(tx, "dataset:list", home, tile["dataset"])
    if home == project_key:
        return
    project = require_project(tx, "project:list", project_key)
    if node.id not in {one.dataset_id for one in exposed_to(tx, project.id)}:
        fault = FieldFault(HOME, f"{home} does not expose {node.name} to this project")
        raise Invalid("The tile cannot be used.", faults=[fault])
