"""Dashboards as values: tiles as they are kept, and as they are seen; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

MOST_TILES: Final = 40
DASHBOARD_PREFIX: Final = "das"


class Width(StrEnum):
    """How much of a row a tile takes on a wide screen."""

    THIRD = "third"
    HALF = "half"
    FULL = "full"


class TileState(StrEnum):
    """What became of a tile for one viewer."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    LOST = "lost"
    FAILED = "failed"


@dataclass(frozen=True)
class Dashboard:
    """A dashboard; the fields of each tile are of its kind."""

    id: str
    project_id: str
    project_key: str
    name: str
    tiles: Sequence[Mapping[str, Any]]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class DashboardChange:
    """What to change of a dashboard; None stays."""

    name: str | None = None
    tiles: Sequence[Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class SeenTile:
    """A tile for one viewer. `content` is of its kind; `reason` says why there is none.

    `by` names who authorized its data, when they are seen with that one's rights.
    """

    id: str
    type: str
    title: str
    width: Width
    state: TileState
    content: Mapping[str, Any] | None
    reason: str | None
    by: str | None


@dataclass(frozen=True)
class SeenDashboard:
    """A dashboard for one viewer."""

    id: str
    name: str
    seen_at: datetime
    tiles: Sequence[SeenTile]


@dataclass(frozen=True)
class Authorization:
    """A dataset whose rows viewers of a project's dashboards see as its authorizer may."""

    dataset_id: str
    dataset: str
    by_id: str
    by: str
    given_at: datetime
    is_effective: bool
