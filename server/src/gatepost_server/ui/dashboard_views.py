"""From dashboards of the domain to what their pages show, and from forms to tiles."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData

from gatepost_server import projects
from gatepost_server.authz import Hidden, allowed_on
from gatepost_server.kernel.errors import Conflict, Denied, GatepostError, Invalid
from gatepost_server.projects import Dashboard
from gatepost_server.store import Tx, micros
from gatepost_server.ui.pages.dashboards import DashboardView
from gatepost_server.ui.pages.tile_forms import FORMS
from gatepost_server.ui.visits import fault_of, faults_of

INPUT: Final = (Invalid, Conflict, Denied, Hidden)
"""What can be wrong with a tile that was typed; the right to change the dashboard was asked before."""
_VERBS: Final = ("read", "view", "edit", "share", "delete")
_LONGEST: Final = 50_000


def dashboard_view(tx: Tx, key: str, ref: str) -> DashboardView:
    """Present a dashboard, with what the caller may see of it and do to it."""
    return dashboard_views(tx, key, [projects.get_dashboard(tx, key, ref)])[0]


def dashboard_views(tx: Tx, key: str, found: Sequence[Dashboard]) -> list[DashboardView]:
    """Present dashboards."""
    ids = [one.id for one in found]
    allowed = {verb: allowed_on(tx, f"dashboard:{verb}", ids) for verb in _VERBS}
    return [
        DashboardView(
            one.id,
            key,
            one.name,
            frozenset(verb for verb in _VERBS if one.id in allowed[verb]),
            str(micros(one.updated_at)),
            one.updated_at,
            one.tiles if one.id in allowed["read"] else None,
        )
        for one in found
    ]


def typed_tile(sent: FormData, kind: str) -> dict[str, Any]:
    """Return the tile that a form holds, as the domain takes it."""
    tile: dict[str, Any] = {"type": kind, "title": str(sent.get("title", "")).strip()[:_LONGEST]}
    tile["width"] = str(sent.get("width", "half"))
    for one in FORMS[kind].fields:
        text = str(sent.get(one.name, ""))[:_LONGEST].replace("\r\n", "\n")
        if one.kind == "text":
            tile[one.name] = text
        elif one.kind == "names":
            names = [name.strip() for name in text.split(",") if name.strip()]
            tile[one.name] = names or None
        elif text.strip():
            tile[one.name] = int(text) if one.kind == "number" and text.strip().isdecimal() else text.strip()
    return tile


def faults_in(error: GatepostError, at: int) -> tuple[Mapping[str, str], str]:
    """Return what is wrong with the fields of tile *at*, and what is wrong beside them."""
    prefix = f"tiles.{at}."
    found = {name.removeprefix(prefix): words for name, words in faults_of(error).items()}
    if isinstance(error, Hidden):
        return {}, "It names something that is not there, or not for you to see."
    return found, "" if found else fault_of(error) or error.detail
