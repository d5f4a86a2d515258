"""Writing rows: who may, what is expected, the file aside, and the change itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import delete, func, select

from gatepost_server.authz import Hidden
from gatepost_server.kernel.ids import is_id, new_id
from gatepost_server.projects import naming
from gatepost_server.projects.errors import DatasetChanged
from gatepost_server.projects.intake.writing import Content, Written, write_part
from gatepost_server.projects.model import Dataset
from gatepost_server.projects.queries import datasets as queries
from gatepost_server.projects.service.changing import require_ruled
from gatepost_server.projects.service.datasets import plant_dataset, present_dataset
from gatepost_server.projects.service.finding import require_dataset, require_project
from gatepost_server.projects.shelf import Shelf
from gatepost_server.projects.tables import DatasetRow, PartRow
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import Column
from gatepost_server.tabular.engine import Limits


class Mode(StrEnum):
    """What becomes of the rows that are there."""

    OVERWRITE = "overwrite"
    APPEND = "append"


@dataclass(frozen=True)
class Incoming:
    """Rows that lie on the shelf already, and the columns that they were held to (None: any)."""

    part_id: str
    written: Written
    size: int
    expected: Sequence[Column] | None


def expected_columns(tx: Tx, key: str, ref: str, mode: Mode) -> Sequence[Column] | None:
    """Refuse a write before its bytes are read; return the columns that it must have, None for any.

    Raises:
        Unauthenticated, Hidden, ActionDenied: the caller may not write the dataset, or where
            there is none, not add one to the project.
        Invalid: a new dataset cannot have this name.
    """
    dataset_id = _writable(tx, key, ref)
    return None if dataset_id is None else _expected(present_dataset(tx, dataset_id), mode)


@contextmanager
def taken_in(
    content: Content,
    upload: Path,
    shelf: Shelf,
    now: datetime,
    expected: Sequence[Column] | None,
    limits: Limits,
) -> Iterator[Incoming]:
    """Read *upload* and put its rows on the shelf; open the transaction inside.

    When the block raises, they are removed again.

    Raises:
        DataRefused, DataUnreadable, DataTooHeavy: they cannot be taken.
    """
    part_id = new_id("prt", now)
    try:
        written = write_part(content, upload, shelf.aside(part_id), expected, limits)
        yield Incoming(part_id, written, shelf.keep(part_id), expected)
    except BaseException:
        shelf.forget([part_id])
        raise


def write_rows(tx: Tx, key: str, ref: str, mode: Mode, incoming: Incoming, shelf: Shelf) -> Dataset:
    """Let rows be those of a dataset, or be added to them; make the dataset when there is none.

    Readers keep what they opened. Files that are not needed any more go after the commit.

    Raises:
        Unauthenticated, Hidden, ActionDenied: as `expected_columns`.
        DatasetChanged: the rows were read for other columns than it has by now.
        ColumnRuled: a row rule names a column that would be gone.
    """
    dataset_id = _writable(tx, key, ref)
    if dataset_id is None:
        project = require_project(tx, "project:add", key)
        dataset_id = plant_dataset(tx, project.id, naming.checked_dataset_name(ref), None)
    row = tx.session.get_one(DatasetRow, dataset_id, with_for_update=True, populate_existing=True)
    before = present_dataset(tx, dataset_id)
    if _expected(before, mode) != incoming.expected:
        raise DatasetChanged(row.name)
    columns = incoming.written.columns
    require_ruled(before, columns)

    gone = _forget_parts(tx, dataset_id) if mode is Mode.OVERWRITE else []
    put_part(tx, row, incoming)
    if not row.is_declared:
        row.columns = [{"name": one.name, "type": one.type} for one in columns]
    after = {"mode": mode.value, "rows": incoming.written.rows, "bytes": incoming.size}
    tx.audit("dataset:write", "dataset", row.id, row.name, before={"rows": before.rows}, after=after)
    tx.after_commit(lambda: shelf.forget(gone))
    return present_dataset(tx, dataset_id)


def require_unchanged(tx: Tx, key: str, ref: str, part_ids: Sequence[str]) -> None:
    """Hold a dataset for this transaction, and refuse when its files are others than *part_ids*.

    Raises:
        DatasetChanged: rows were written since.
    """
    node = require_dataset(tx, "dataset:write", key, ref)
    tx.session.get_one(DatasetRow, node.id, with_for_update=True, populate_existing=True)
    if [one.id for one in queries.parts_of(tx.session, node.id)] != list(part_ids):
        raise DatasetChanged(node.name)


def _writable(tx: Tx, key: str, ref: str) -> str | None:
    """Return the dataset that the caller may write, None when they may make one of that name.

    One that they may not know of is refused as one that is not there: for making it.
    """
    try:
        return require_dataset(tx, "dataset:write", key, ref).id
    except Hidden:
        require_project(tx, "project:add", key)
    if is_id(ref) or queries.dataset_id_of(tx.session, key, ref) is not None:
        raise Hidden("dataset:write", ref)
    naming.checked_dataset_name(ref)
    return None


def _expected(dataset: Dataset, mode: Mode) -> Sequence[Column] | None:
    is_bound = dataset.is_declared or (mode is Mode.APPEND and dataset.columns)
    return dataset.columns if is_bound else None


def _forget_parts(tx: Tx, dataset_id: str) -> list[str]:
    gone = [one.id for one in queries.parts_of(tx.session, dataset_id)]
    tx.session.execute(delete(PartRow).where(PartRow.dataset_id == dataset_id))
    return gone


def put_part(tx: Tx, row: DatasetRow, incoming: Incoming) -> None:
    """Add rows that lie on the shelf to a dataset, which is held; rights have been asked."""
    last = tx.session.scalar(select(func.max(PartRow.position)).where(PartRow.dataset_id == row.id))
    is_first = last is None
    tx.session.add(
        PartRow(
            id=incoming.part_id,
            dataset_id=row.id,
            position=1 if last is None else last + 1,
            rows=incoming.written.rows,
            size=incoming.size,
            created_at=tx.now,
        )
    )
    row.rows = incoming.written.rows + (0 if is_first else row.rows)
    row.size = incoming.size + (0 if is_first else row.size)
    row.data_at = row.updated_at = tx.now
