"""Reads of datasets: one, a page of a project's, and the files that hold their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from gatepost_server.authz import Node, NodeKind
from gatepost_server.kernel.paging import Page, PageRequest, page_from
from gatepost_server.projects.model import Dataset, Metadata, Rule
from gatepost_server.projects.naming import folded
from gatepost_server.projects.queries.ordering import Order, chosen, ordered
from gatepost_server.projects.tables import DatasetRow, PartRow, ProjectRow
from gatepost_server.store import micros, moment_of
from gatepost_server.tabular.columns import Column

_AT_ONCE: Final = 500
_ORDERS: Final[dict[str, Order[Dataset]]] = {
    "updated": Order(DatasetRow.updated_at, lambda d: str(micros(d.updated_at)), lambda t: moment_of(int(t))),
    "created": Order(DatasetRow.created_at, lambda d: str(micros(d.created_at)), lambda t: moment_of(int(t))),
    "name": Order(DatasetRow.name, lambda d: d.name, str),
    "rows": Order(DatasetRow.rows, lambda d: str(d.rows), int),
    "size": Order(DatasetRow.size, lambda d: str(d.size), int),
}


@dataclass(frozen=True)
class Part:
    """A file of rows."""

    id: str
    rows: int
    size: int


def dataset_id_of(session: Session, key: str, ref: str) -> str | None:
    """Return the id of the dataset that a project's key and a name or id mean, or None."""
    named = or_(DatasetRow.id == ref, DatasetRow.folded == folded(ref))
    query = select(DatasetRow.id).join(ProjectRow, ProjectRow.id == DatasetRow.project_id)
    return session.scalar(query.where(ProjectRow.key == key, named))


def dataset_by_id(session: Session, dataset_id: str) -> Dataset | None:
    """Return a dataset without its rows, or None; rights are the caller's matter."""
    row = session.execute(_datasets().where(DatasetRow.id == dataset_id)).one_or_none()
    return None if row is None else _dataset(*row)


def page_of_datasets(
    session: Session,
    page: PageRequest,
    visible: Select[str],
    described: Select[str],
    *,
    project_id: str | None = None,
) -> Page[Dataset]:
    """Return a page of the *visible* datasets, of all projects or of one.

    They are searched by name, and by description those that are *described*: whose description
    may be read.

    Raises:
        Invalid: an unknown order, or a cursor that is not of this list.
    """
    query = _datasets().where(DatasetRow.id.in_(visible))
    if project_id is not None:
        query = query.where(DatasetRow.project_id == project_id)
    for word in page.q.split()[:8]:
        in_name = DatasetRow.name.icontains(word, autoescape=True)
        in_words = DatasetRow.description.icontains(word, autoescape=True)
        query = query.where(or_(in_name, and_(in_words, DatasetRow.id.in_(described))))
    asked = page.sort or "name"
    order = chosen(_ORDERS, asked)
    found = ordered(query, page, order, DatasetRow.id, is_down=asked.startswith("-"))
    rows = [_dataset(*row) for row in session.execute(found)]
    return page_from(rows, page, lambda one: (order.written(one), one.id))


def dataset_ids_of(session: Session, project_id: str) -> Sequence[str]:
    """Return the ids of a project's datasets, by name."""
    query = select(DatasetRow.id).where(DatasetRow.project_id == project_id).order_by(DatasetRow.folded)
    return session.scalars(query).all()


def names_of_datasets(session: Session, project_id: str) -> dict[str, str]:
    """Return the ids of a project's datasets by their names in lower case."""
    rows = session.execute(
        select(DatasetRow.folded, DatasetRow.id).where(DatasetRow.project_id == project_id)
    )
    return {row.folded: row.id for row in rows}


def impersonates(session: Session, dataset_id: str) -> bool:
    """Tell whether a dataset is used on behalf of persons."""
    return bool(session.scalar(select(DatasetRow.impersonate).where(DatasetRow.id == dataset_id)))


def impersonating(session: Session, node: Node) -> Sequence[str]:
    """Return the ids of the datasets at and below *node* that are used on behalf of persons."""
    found = select(DatasetRow.id).where(DatasetRow.impersonate)
    if node.kind is NodeKind.DATASET:
        found = found.where(DatasetRow.id == node.id)
    elif node.kind is NodeKind.PROJECT:
        found = found.where(DatasetRow.project_id == node.id)
    elif node.kind is not NodeKind.INSTANCE:
        return ()
    return list(session.scalars(found.order_by(DatasetRow.id)))


def parts_of(session: Session, dataset_id: str) -> Sequence[Part]:
    """Return the files of a dataset in the order in which they were appended."""
    query = select(PartRow).where(PartRow.dataset_id == dataset_id).order_by(PartRow.position)
    return [Part(row.id, row.rows, row.size) for row in session.scalars(query)]


def known_parts(session: Session, ids: Sequence[str]) -> set[str]:
    """Return which of *ids* are parts of a dataset."""
    found: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found.update(session.scalars(select(PartRow.id).where(PartRow.id.in_(some))))
    return found


def _datasets() -> Select[DatasetRow, str]:
    return select(DatasetRow, ProjectRow.key).join(ProjectRow, and_(ProjectRow.id == DatasetRow.project_id))


def _dataset(row: DatasetRow, key: str) -> Dataset:
    return Dataset(
        id=row.id,
        project_id=row.project_id,
        project_key=key,
        name=row.name,
        columns=[Column(one["name"], one["type"]) for one in row.columns],
        is_declared=row.is_declared,
        impersonate=row.impersonate,
        rows=row.rows,
        size=row.size,
        created_at=row.created_at,
        updated_at=row.updated_at,
        data_at=row.data_at,
        metadata=Metadata(row.description, tuple(row.tags), dict(row.custom)),
        rules=[Rule(one["column"], tuple(one["values"]), one["who_id"]) for one in row.rules],
    )
