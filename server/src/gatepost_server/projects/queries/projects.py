"""Reads of projects: one, and a page of those that somebody may see."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.projects.model import Project
from gatepost_server.projects.queries.ordering import Order, chosen, ordered
from gatepost_server.projects.tables import DatasetRow, GoneRow, ProjectRow
from gatepost_server.store import micros, moment_of

_ORDERS: Final[dict[str, Order[Project]]] = {
    "updated": Order(ProjectRow.updated_at, lambda p: str(micros(p.updated_at)), lambda t: moment_of(int(t))),
    "created": Order(ProjectRow.created_at, lambda p: str(micros(p.created_at)), lambda t: moment_of(int(t))),
    "name": Order(ProjectRow.name, lambda p: p.name, str),
    "key": Order(ProjectRow.key, lambda p: p.key, str),
}


def project_id_of(session: Session, key: str) -> str | None:
    """Return the id of the project of that key, or None; rights are the caller's matter."""
    return session.scalar(select(ProjectRow.id).where(ProjectRow.key == key))


def project_by_id(session: Session, project_id: str) -> Project | None:
    """Return a project, or None."""
    row = session.get(ProjectRow, project_id)
    return None if row is None else _project(row)


def page_of_projects(session: Session, page: PageRequest, visible: Select[str]) -> Page[Project]:
    """Return a page of the *visible* projects, searched by key and name.

    Raises:
        Invalid: an unknown order, or a cursor that is not of this list.
    """
    query = select(ProjectRow).where(ProjectRow.id.in_(visible))
    for word in page.q.split()[:8]:
        in_key = ProjectRow.key.icontains(word, autoescape=True)
        query = query.where(or_(in_key, ProjectRow.name.icontains(word, autoescape=True)))
    asked = page.sort or "key"
    order = chosen(_ORDERS, asked)
    found = ordered(query, page, order, ProjectRow.id, is_down=asked.startswith("-"))
    rows = [_project(row) for row in session.scalars(found)]
    return page_from(rows, page, lambda one: (order.written(one), one.id))


def dataset_counts(session: Session, project_ids: Sequence[str], visible: Select[str]) -> dict[str, int]:
    """Return how many *visible* datasets each project has; those with none are left out."""
    rows = session.execute(
        select(DatasetRow.project_id, func.count())
        .where(DatasetRow.project_id.in_(project_ids), DatasetRow.id.in_(visible))
        .group_by(DatasetRow.project_id)
    )
    return {row[0]: row[1] for row in rows}


def keys_of(session: Session, project_ids: Sequence[str]) -> dict[str, str]:
    """Return the keys of several projects by their ids."""
    rows = session.execute(select(ProjectRow.id, ProjectRow.key).where(ProjectRow.id.in_(project_ids)))
    return {row.id: row.key for row in rows}


def ids_of(session: Session, keys: Sequence[str], visible: Select[str]) -> dict[str, str]:
    """Return the ids of the *visible* projects among *keys*."""
    rows = session.execute(
        select(ProjectRow.key, ProjectRow.id).where(ProjectRow.key.in_(keys), ProjectRow.id.in_(visible))
    )
    return {row.key: row.id for row in rows}


def gone_from(project_id: str) -> Select[str]:
    """Return a sub-select of what stood below a project once."""
    return select(GoneRow.id).where(GoneRow.project_id == project_id)


def _project(row: ProjectRow) -> Project:
    return Project(row.id, row.key, row.name, row.description, row.created_at, row.updated_at)
