"""Datasets: make, list, read."""

from collections.abc import Sequence

from gatepost_server.authz import NodeKind, own_new_node, register_node, visible
from gatepost_server.kernel.ids import new_id
from gatepost_server.kernel.paging import Page, PageRequest
from gatepost_server.projects import naming
from gatepost_server.projects.errors import DatasetExists
from gatepost_server.projects.model import Dataset
from gatepost_server.projects.queries import datasets as queries
from gatepost_server.projects.service.finding import require_dataset, require_project
from gatepost_server.projects.tables import DatasetRow
from gatepost_server.store import Tx
from gatepost_server.tabular.columns import Column, checked_columns


def create_dataset(
    tx: Tx, key: str, *, name: str, columns: Sequence[Column] | None = None, impersonate: bool = False
) -> Dataset:
    """Make a dataset without rows; with *columns* they are declared, and held to at every write.

    Raises:
        Invalid: the name or a column cannot be used.
        DatasetExists: the project has one of this name.
    """
    project = require_project(tx, "project:add", key)
    name = naming.checked_dataset_name(name)
    declared = checked_columns(columns) if columns is not None else None
    if queries.dataset_id_of(tx.session, key, name) is not None:
        raise DatasetExists(name)

    dataset_id = plant_dataset(tx, project.id, name, declared, impersonate=impersonate)
    return present_dataset(tx, dataset_id)


def list_datasets(tx: Tx, key: str, page: PageRequest) -> Page[Dataset]:
    """Return a page of a project's datasets that the caller may see.

    `page.sort` is one of name, rows, size, updated, created, with a hyphen for downwards.
    """
    project = require_project(tx, "project:list", key)
    return _listed(tx, page, project.id)


def list_all_datasets(tx: Tx, page: PageRequest) -> Page[Dataset]:
    """Return a page of the datasets of all projects that the caller may see, sorted as `list_datasets`.

    Who was given a dataset alone, without any right on its project, finds it here.
    """
    return _listed(tx, page)


def _listed(tx: Tx, page: PageRequest, project_id: str | None = None) -> Page[Dataset]:
    seen, described = visible(tx, "dataset:list"), visible(tx, "dataset:metadata")
    return queries.page_of_datasets(tx.session, page, seen, described, project_id=project_id)


def get_dataset(tx: Tx, key: str, ref: str) -> Dataset:
    """Return a dataset by its name or id, without its rows."""
    return present_dataset(tx, require_dataset(tx, "dataset:list", key, ref).id)


def plant_dataset(
    tx: Tx, project_id: str, name: str, declared: Sequence[Column] | None, *, impersonate: bool = False
) -> str:
    """Write a dataset without rows, owned by the caller, and return its id; rights have been asked."""
    dataset_id = new_id(naming.DATASET_PREFIX, tx.now)
    node = register_node(tx, dataset_id, NodeKind.DATASET, name, parent_id=project_id)
    columns = [{"name": one.name, "type": one.type} for one in declared or ()]
    row = DatasetRow(
        id=dataset_id, project_id=project_id, name=name, folded=naming.folded(name), columns=columns,
        is_declared=declared is not None, impersonate=impersonate, rules=[], description="", tags=[],
        custom={}, rows=0, size=0, created_at=tx.now, updated_at=tx.now, data_at=None,
    )  # fmt: skip
    tx.session.add(row)
    tx.session.flush()
    own_new_node(tx, node)
    after = {"name": name, "columns": columns, "impersonate": impersonate}
    tx.audit("dataset:create", "dataset", dataset_id, name, after=after)
    return dataset_id


def dataset_meant(tx: Tx, ref: str) -> str | None:
    """Return the id of the dataset that a text means: its id, or PROJECT/name; None when there is none."""
    key, _, name = ref.strip().partition("/")
    if name:
        return queries.dataset_id_of(tx.session, key, name)
    return key if queries.dataset_by_id(tx.session, key) is not None else None


def present_dataset(tx: Tx, dataset_id: str) -> Dataset:
    """Return a dataset, without asking for rights."""
    tx.session.flush()
    dataset = queries.dataset_by_id(tx.session, dataset_id)
    assert dataset is not None, "its node is there, so it is"
    return dataset
