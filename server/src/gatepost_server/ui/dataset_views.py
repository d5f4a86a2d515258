"""From a dataset of the domain to what its pages show."""

from collections.abc import Sequence
from typing import Final

from gatepost_server import projects
from gatepost_server.authz import allowed_on, may
from gatepost_server.projects import Column, Dataset
from gatepost_server.store import Tx
from gatepost_server.ui.pages.dataset import DatasetView
from gatepost_server.ui.pages.dataset_facts import ColumnLines

VERBS: Final = (
    "read", "rows", "schema", "metadata", "export", "write", "refresh", "set-schema", "describe", "edit",
    "share",
    "delete",
)  # fmt: skip
BLANK: Final = 5
MOST_TYPED: Final = 200
"""So many columns are typed in a form; more are sent by programs."""


def dataset_view(tx: Tx, key: str, ref: str) -> DatasetView:
    """Present a dataset, with what the caller may see of it and do to it.

    Raises:
        Hidden: there is none that the caller may know of.
    """
    found = projects.get_dataset(tx, key, ref)
    return present(tx, [found], project_name(tx, found.project_id, key))[0]


def project_name(tx: Tx, project_id: str, key: str) -> str:
    """Return what a project is called; empty for who may not see it."""
    return projects.get_project(tx, key).name if may(tx, "project:list", project_id) else ""


def present(tx: Tx, found: Sequence[Dataset], project: str) -> list[DatasetView]:
    """Present datasets of one project, of each what the caller may know."""
    ids = [one.id for one in found]
    allowed = {verb: allowed_on(tx, f"dataset:{verb}", ids) for verb in VERBS}
    return [
        _view(one, project, frozenset(verb for verb in VERBS if one.id in allowed[verb])) for one in found
    ]


def lines_of(columns: Sequence[Column], blank: int = BLANK) -> list[Column]:
    """Return columns as lines to type in, with some that are empty."""
    return [*columns, *([Column("", "")] * min(blank, MOST_TYPED - len(columns)))]


def typed_columns(names: Sequence[str] | None, types: Sequence[str] | None) -> list[Column]:
    """Return the columns that were typed; empty lines are left out."""
    pairs = zip(names or (), types or (), strict=False)
    return [Column(name, kind.strip()) for name, kind in pairs if name.strip() or kind.strip()]


def column_faults(faults: dict[str, str]) -> dict[int, str]:
    """Return what is wrong with each line, by its number from 0."""
    found: dict[int, str] = {}
    for name, words in faults.items():
        parts = name.split(".")
        if parts[0] == "columns" and len(parts) > 1 and parts[1].isdecimal():
            found[int(parts[1])] = words
    return found


def editor_of(columns: Sequence[Column], faults: dict[str, str] | None = None) -> ColumnLines:
    """Return the lines in which columns are typed."""
    return ColumnLines(lines_of(columns), column_faults(faults or {}))


def _view(one: Dataset, project: str, verbs: frozenset[str]) -> DatasetView:
    is_read = "read" in verbs
    return DatasetView(
        one.id,
        one.project_key,
        project,
        one.name,
        verbs,
        one.rows if is_read else None,
        one.size if is_read else None,
        one.data_at if is_read else None,
        one.columns if "schema" in verbs else None,
        is_declared=one.is_declared,
        impersonate=one.impersonate and is_read,
    )
