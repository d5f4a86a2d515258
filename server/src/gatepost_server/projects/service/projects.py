"""Projects: make, list, read."""

from dataclasses import replace

from gatepost_server.authz import (
    NodeKind,
    own_new_node,
    owners_of,
    register_node,
    require_organization,
    visible,
)
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.projects import naming
from gatepost_server.projects.errors import ProjectExists
from gatepost_server.projects.model import Project
from gatepost_server.projects.queries import projects as queries
from gatepost_server.projects.service.finding import require_project
from gatepost_server.projects.tables import ProjectRow
from gatepost_server.store import Tx


def create_project(tx: Tx, *, key: str, name: str, description: str = "") -> Project:
    """Make a project in the caller's organization; the caller becomes its administrator.

    Raises:
        Invalid: the key or the name cannot be used.
        ProjectExists: the key is taken, be it by a project that the caller may not see.
    """
    parent = require_organization(tx, "project:create")
    key, name = naming.checked_key(key), naming.checked_title(name)
    description = naming.checked_text(description, "description")
    if queries.project_id_of(tx.session, key) is not None:
        raise ProjectExists(key)

    project_id = new_id(naming.PROJECT_PREFIX, tx.now)
    node = register_node(tx, project_id, NodeKind.PROJECT, name, parent_id=parent.id)
    row = ProjectRow(
        id=project_id, key=key, name=name, description=description, variables={},
        created_at=tx.now, updated_at=tx.now,
    )  # fmt: skip
    tx.session.add(row)
    tx.session.flush()
    own_new_node(tx, node)
    tx.audit("project:create", "project", project_id, name, after={"key": key, "name": name})
    return present_project(tx, project_id)


def list_projects(tx: Tx, page: PageRequest) -> Page[Project]:
    """Return a page of the projects the caller may see.

    `page.sort` is one of key, name, updated, created, with a hyphen for downwards.
    """
    found = queries.page_of_projects(tx.session, page, visible(tx, "project:list"))
    ids = [one.id for one in found.items]
    owners = owners_of(tx, ids)
    counts = queries.dataset_counts(tx.session, ids, visible(tx, "dataset:list"))
    return found.map(lambda one: _complete(one, owners, counts))


def get_project(tx: Tx, key: str) -> Project:
    """Return a project by its key."""
    return present_project(tx, require_project(tx, "project:list", key).id)


def present_project(tx: Tx, project_id: str) -> Project:
    """Return a project as people see it, without asking for rights on it."""
    tx.session.flush()
    project = queries.project_by_id(tx.session, project_id)
    assert project is not None, "its node is there, so it is"
    counts = queries.dataset_counts(tx.session, [project_id], visible(tx, "dataset:list"))
    return _complete(project, owners_of(tx, [project_id]), counts)


def _complete(project: Project, owners: dict[str, tuple[str, str]], counts: dict[str, int]) -> Project:
    owner_id, owner_name = owners.get(project.id, (None, None))
    return replace(project, owner_id=owner_id, owner_name=owner_name, datasets=counts.get(project.id, 0))
