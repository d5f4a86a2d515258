"""From a project of the domain to what its pages show."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response

from gatepost_server import projects
from gatepost_server.audit import Entry
from gatepost_server.authz import may
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.store import Tx
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.names import labels_of
from gatepost_server.ui.pages.project import ProjectView
from gatepost_server.ui.project_places import SETTINGS, TABS, parts_of
from gatepost_server.ui.visits import Visit


def project_view(tx: Tx, key: str) -> ProjectView:
    """Present the project of a key, with what the caller may see of it and do to it.

    Raises:
        Hidden: there is none that the caller may know of.
    """
    found = projects.get_project(tx, key)
    return ProjectView(
        found.id,
        found.key,
        found.name,
        found.description,
        found.owner_name or "",
        found.created_at,
        found.updated_at,
        tabs=parts_of(tx, found.id, TABS),
        settings=parts_of(tx, found.id, SETTINGS),
        may_edit=may(tx, "project:rename", found.id),
        may_add=may(tx, "project:add", found.id),
        may_read=may(tx, "project:read", found.id),
    )


def told(tx: Tx, entries: Sequence[Entry]) -> list[Entry]:
    """Return what was done with everybody called as they are called now."""
    labels = labels_of(tx, [(one.actor_id, one.actor_name) for one in entries if one.actor_id])
    return [replace(one, actor_name=labels.get(one.actor_id or "", one.actor_name)) for one in entries]


def paged(state: ListState) -> PageRequest:
    """Return the part of a list that an address asks for."""
    return PageRequest(q=state.value("q"), sort=state.value("sort"), cursor=state.value("cursor") or None)


def shown(visit: Visit, title: str, content: Component, *, code: int = 200) -> Response:
    """Answer with a page of a project."""
    return visit.page(title, content, "projects", code=code)
