"""Changing a dataset: its name, whom it is read for, its columns, what is said of it, its end."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import delete

from gatepost_server.authz import remove_node, rename_node
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.projects import naming
from gatepost_server.projects.errors import ColumnRuled, ConnectionImpersonates, DatasetExists, RowsHeld
from gatepost_server.projects.model import Dataset, Metadata
from gatepost_server.projects.queries import datasets as queries
from gatepost_server.projects.service.datasets import present_dataset
from gatepost_server.projects.service.feeding import is_from_impersonating
from gatepost_server.projects.service.finding import require_dataset
from gatepost_server.projects.shelf import Shelf
from gatepost_server.projects.tables import DatasetRow, GoneRow, PartRow
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import Column, checked_columns

_LARGEST_CUSTOM: Final = 65_536


def change_dataset(
    tx: Tx, key: str, ref: str, *, name: str | None = None, impersonate: bool | None = None
) -> Dataset:
    """Rename a dataset, or say whether it is read on behalf of persons only.

    The second changes who sees which rows, so that it takes the right to share.

    Raises:
        DatasetExists: the project has another one of that name.
        ConnectionImpersonates: its connection says that it is.
    """
    node = require_dataset(tx, "dataset:edit", key, ref)
    if impersonate is not None:
        require_dataset(tx, "dataset:share", key, ref)
    row = tx.session.get_one(DatasetRow, node.id, with_for_update=True)
    before = {"name": row.name, "impersonate": row.impersonate}

    if name is not None:
        _rename(tx, key, row, name)
    if impersonate is not None:
        if not impersonate and is_from_impersonating(tx, node.id):
            raise ConnectionImpersonates(row.name)
        row.impersonate = impersonate
    row.updated_at = tx.now
    after = {"name": row.name, "impersonate": row.impersonate}
    tx.audit("dataset:edit", "dataset", node.id, row.name, before=before, after=after)
    return present_dataset(tx, node.id)


def delete_dataset(tx: Tx, key: str, ref: str, shelf: Shelf) -> None:
    """Delete a dataset with its rows; who reads them now reads on to the end."""
    drop_dataset(tx, require_dataset(tx, "dataset:delete", key, ref).id, shelf)


def drop_dataset(tx: Tx, dataset_id: str, shelf: Shelf) -> None:
    """Delete a dataset whose deletion was allowed."""
    dataset = present_dataset(tx, dataset_id)
    gone = [one.id for one in queries.parts_of(tx.session, dataset_id)]
    tx.session.execute(delete(PartRow).where(PartRow.dataset_id == dataset_id))
    tx.session.execute(delete(DatasetRow).where(DatasetRow.id == dataset_id))
    tx.session.add(GoneRow(id=dataset_id, project_id=dataset.project_id))
    tx.session.flush()
    remove_node(tx, dataset_id)
    before = {"rows": dataset.rows, "bytes": dataset.size}
    tx.audit("dataset:delete", "dataset", dataset_id, dataset.name, before=before)
    tx.after_commit(lambda: shelf.forget(gone))


def read_columns(tx: Tx, key: str, ref: str) -> Dataset:
    """Return a dataset for its columns."""
    return present_dataset(tx, require_dataset(tx, "dataset:schema", key, ref).id)


def declare_columns(tx: Tx, key: str, ref: str, columns: Sequence[Column]) -> Dataset:
    """Declare the columns of a dataset: from now on every write is held to them.

    Raises:
        Invalid: a column cannot be used.
        RowsHeld: rows are there, and these are not their columns.
        ColumnRuled: a row rule names a column that would be gone.
    """
    node = require_dataset(tx, "dataset:set-schema", key, ref)
    declared = checked_columns(columns)
    row = tx.session.get_one(DatasetRow, node.id, with_for_update=True)
    dataset = present_dataset(tx, node.id)
    if queries.parts_of(tx.session, node.id) and set(declared) != set(dataset.columns):
        raise RowsHeld(node.name)
    require_ruled(dataset, declared)

    before = {"columns": row.columns, "is_declared": row.is_declared}
    row.columns = [{"name": one.name, "type": one.type} for one in declared]
    row.is_declared, row.updated_at = True, tx.now
    after = {"columns": row.columns, "is_declared": True}
    tx.audit("dataset:set-schema", "dataset", node.id, node.name, before=before, after=after)
    return present_dataset(tx, node.id)


def require_ruled(dataset: Dataset, columns: Sequence[Column]) -> None:
    """Refuse columns that lack one that a row rule names.

    Raises:
        ColumnRuled: the first of them.
    """
    names = {one.name for one in columns}
    for rule in dataset.rules:
        if rule.column not in names:
            raise ColumnRuled(rule.column)


def read_metadata(tx: Tx, key: str, ref: str) -> Metadata:
    """Return what people say of a dataset."""
    return present_dataset(tx, require_dataset(tx, "dataset:metadata", key, ref).id).metadata


def describe_dataset(tx: Tx, key: str, ref: str, metadata: Metadata) -> Metadata:
    """Replace what is said of a dataset.

    Raises:
        Invalid: too long, too many tags, or more than 64 KiB of own fields.
    """
    node = require_dataset(tx, "dataset:describe", key, ref)
    description = naming.checked_text(metadata.description, "description")
    tags = naming.checked_tags(metadata.tags)
    custom = _checked_custom(metadata.custom)
    row = tx.session.get_one(DatasetRow, node.id, with_for_update=True)

    before = {"description": row.description, "tags": row.tags, "custom": row.custom}
    row.description, row.tags, row.custom, row.updated_at = description, tags, custom, tx.now
    after = {"description": row.description, "tags": row.tags, "custom": row.custom}
    tx.audit("dataset:describe", "dataset", node.id, node.name, before=before, after=after)
    return Metadata(description, tags, custom)


def _rename(tx: Tx, key: str, row: DatasetRow, name: str) -> None:
    name = naming.checked_dataset_name(name)
    there = queries.dataset_id_of(tx.session, key, name)
    if there is not None and there != row.id:
        raise DatasetExists(name)
    row.name, row.folded = name, naming.folded(name)
    rename_node(tx, row.id, name)


def _checked_custom(custom: Mapping[str, object]) -> dict[str, object]:
    if len(json.dumps(custom)) > _LARGEST_CUSTOM:
        raise Invalid("Too much of it.", faults=[FieldFault("custom", "at most 64 KiB of JSON")])
    return dict(custom)
