"""Reads of dashboards, and of what their viewers are authorized to see."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.projects.dashboards import Dashboard
from gatepost_server.projects.naming import folded
from gatepost_server.projects.queries.ordering import Order, chosen, ordered
from gatepost_server.projects.tables import AuthorizationRow, DashboardRow, DatasetRow, ProjectRow
from gatepost_server.store import micros, moment_of

_ORDERS: Final[dict[str, Order[Dashboard]]] = {
    "name": Order(DashboardRow.name, lambda d: d.name, str),
    "updated": Order(
        DashboardRow.updated_at, lambda d: str(micros(d.updated_at)), lambda t: moment_of(int(t))
    ),
    "created": Order(
        DashboardRow.created_at, lambda d: str(micros(d.created_at)), lambda t: moment_of(int(t))
    ),
}


def dashboard_id_of(session: Session, key: str, ref: str) -> str | None:
    """Return the id of the dashboard that a project's key and a name or id mean, or None."""
    named = or_(DashboardRow.id == ref, DashboardRow.folded == folded(ref))
    query = select(DashboardRow.id).join(ProjectRow, ProjectRow.id == DashboardRow.project_id)
    return session.scalar(query.where(ProjectRow.key == key, named))


def dashboard_by_id(session: Session, dashboard_id: str) -> Dashboard | None:
    """Return a dashboard, or None; rights are the caller's matter."""
    row = session.execute(_joined().where(DashboardRow.id == dashboard_id)).one_or_none()
    return None if row is None else _dashboard(*row)


def page_of_dashboards(
    session: Session, page: PageRequest, project_id: str, visible: Select[str]
) -> Page[Dashboard]:
    """Return a page of a project's *visible* dashboards; *q* finds words of names.

    Raises:
        Invalid: an unknown order, or a cursor that is not of this list.
    """
    query = _joined().where(DashboardRow.project_id == project_id, DashboardRow.id.in_(visible))
    for word in page.q.split()[:8]:
        query = query.where(DashboardRow.name.icontains(word, autoescape=True))
    asked = page.sort or "name"
    order = chosen(_ORDERS, asked)
    found = ordered(query, page, order, DashboardRow.id, is_down=asked.startswith("-"))
    rows = [_dashboard(*row) for row in session.execute(found)]
    return page_from(rows, page, lambda one: (order.written(one), one.id))


def dashboard_ids_of(session: Session, project_id: str) -> Sequence[str]:
    """Return the ids of a project's dashboards, in the order in which they were made."""
    query = select(DashboardRow.id).where(DashboardRow.project_id == project_id).order_by(DashboardRow.id)
    return session.scalars(query).all()


def authorizations_of(session: Session, project_id: str) -> Sequence[tuple[AuthorizationRow, str]]:
    """Return what is authorized in a project with the names of the datasets, by name."""
    rows = session.execute(
        select(AuthorizationRow, DatasetRow.name)
        .join(DatasetRow, DatasetRow.id == AuthorizationRow.dataset_id)
        .where(AuthorizationRow.project_id == project_id)
        .order_by(DatasetRow.folded)
    )
    return [(row[0], row[1]) for row in rows]


def _joined() -> Select[DashboardRow, str]:
    return select(DashboardRow, ProjectRow.key).join(ProjectRow, ProjectRow.id == DashboardRow.project_id)


def _dashboard(row: DashboardRow, key: str) -> Dashboard:
    return Dashboard(row.id, row.project_id, key, row.name, row.tiles, row.created_at, row.updated_at)
