"""The tabs of a project and the pages of its settings: one line each, with what it takes to see it.

Whoever adds a page to projects adds its line here and its router to `door.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gatepost_server.authz import count_visible, may
from gatepost_server.store import Tx
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.pages.project import Part


@dataclass(frozen=True)
class Place:
    """A page of a project below its address.

    `action` on the project is what shows it; `counts` is the action on things below the
    project that the tab counts.
    """

    name: str
    words: str
    path: str
    action: str
    counts: str = ""
    symbol: Icon = "settings"


TABS: Final[Sequence[Place]] = (
    Place("home", "Home", "", "project:list"),
    Place("datasets", "Datasets", "/datasets", "project:list", "dataset:list"),
    Place("dashboards", "Dashboards", "/dashboards", "project:list", "dashboard:list"),
    Place("scenarios", "Scenarios", "/scenarios", "project:list", "scenario:list"),
    Place("apis", "APIs", "/apis", "project:list", "api:list"),
)
SETTINGS: Final[Sequence[Place]] = (
    Place("permissions", "Permissions", "/settings/permissions", "project:share", symbol="shield"),
    Place("api", "API", "/settings/api", "project:keys", symbol="key"),
    Place("variables", "Variables", "/settings/variables", "project:variables", symbol="variable"),
    Place("exposed", "Exposed elements", "/settings/exposed", "project:read", symbol="package-export"),
    Place("dashboards", "Authorized objects", "/settings/dashboards", "project:authorize", symbol="eye"),
    Place("export", "Export", "/settings/export", "project:export", symbol="file-zip"),
    Place("danger", "Danger zone", "/settings/danger", "project:delete", symbol="alert-triangle"),
)


def parts_of(tx: Tx, node_id: str, places: Sequence[Place]) -> list[Part]:
    """Return those of *places* that the caller may see, with what they count."""
    return [
        Part(
            one.name,
            one.words,
            one.path,
            one.symbol,
            count_visible(tx, one.counts, below=node_id) if one.counts else None,
        )
        for one in places
        if may(tx, one.action, node_id)
    ]
