"""Reads of projects for whoever identifies callers, by prepared statements."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import String, bindparam, select

from gatepost_server.projects.naming import folded
from gatepost_server.projects.tables import DatasetRow, ProjectRow
from gatepost_server.store import Prepared, RawReader

_PROJECT: Final = Prepared(select(ProjectRow.id).where(ProjectRow.key == bindparam("key", type_=String())))
_DATASET: Final = Prepared(
    select(DatasetRow.id)
    .join(ProjectRow, ProjectRow.id == DatasetRow.project_id)
    .where(
        ProjectRow.key == bindparam("key", type_=String()),
        DatasetRow.folded == bindparam("folded", type_=String()),
    )
)


def parts_named(reader: RawReader, names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the projects (`P`) and datasets (`P/D`) that *names* mean now.

    A name that means nothing yet, or no more, adds none. Rights are not asked here.
    """
    found = (_id_of(reader, *name.partition("/")) for name in names)
    return tuple(one for one in found if one is not None)


def _id_of(reader: RawReader, key: str, _: str, dataset: str) -> str | None:
    row = (
        reader.first(_DATASET, key=key, folded=folded(dataset))
        if dataset
        else reader.first(_PROJECT, key=key)
    )
    return None if row is None else str(row[0])
