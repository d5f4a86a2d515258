"""A project's datasets as a list, and the forms that make, fill, rename and delete one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.editors import TypedName
from gatepost_server.ui.kit.facts import KindTile, Text, Timestamp
from gatepost_server.ui.kit.fields import FileField, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.dataset import DatasetView, same_data
from gatepost_server.ui.pages.dataset_facts import ColumnLines
from gatepost_server.ui.pages.project import ProjectView, page
from gatepost_server.ui.pages.sizes import size_words

FILES: Final = ".csv,.parquet,.json,.ndjson,.jsonl,.arrow"
_COLUMNS: Final = [
    Column("Name", sort="name", place="title"),
    Column("Rows", "k-made", sort="rows", place="left"),
    Column("Size", "k-made", sort="size", place="none"),
    Column("Written", "c-upd", sort="updated", place="right"),
    Column("Actions", "c-act", place="act"),
]


@dataclass(frozen=True)
class DatasetForm:
    """What was typed to make or change a dataset, and what is wrong with it."""

    name: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def dataset_list(
    view: ProjectView,
    found: Sequence[DatasetView],
    descriptions: Mapping[str, str],
    state: ListState,
    now: datetime,
    *,
    csrf: str,
    url: str,
    next_cursor: str | None,
) -> Component:
    """Return the datasets of a project that one may see; *descriptions* are by id."""
    here = f"{view.base}/datasets"
    upload = ButtonLink("Upload a file", f"{here}/new", "primary", "upload", opens_dialog=True)
    empty = Empty(
        "No datasets yet",
        "Upload a file, or read a table from a connection; the columns come with the rows." if view.may_add
        else "Nobody has added one that you may see.",
        "database", upload if view.may_add else None,
    )  # fmt: skip
    rows = [_row(one, descriptions.get(one.id, ""), now, csrf) for one in found]
    table = ResourceTable(
        "datasets", "datasets", _COLUMNS, rows, state, empty,
        find_hint="Find by name or description", default_sort="name", next_cursor=next_cursor,
    )  # fmt: skip
    same = [
        Snippet(
            "CLI", f"gatepost datasets list {view.key}\ngatepost datasets put {view.key} orders orders.csv"
        ),
        Snippet(
            "curl",
            f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/projects/{view.key}/datasets',
        ),
    ]
    return page(view, "datasets", table, actions=[_add_menu(here, csrf)] if view.may_add else [], same=same)


def _add_menu(here: str, csrf: str) -> ActionsMenu:
    return ActionsMenu(
        "add-menu", "Add dataset",
        [
            MenuItem("Upload a file", f"{here}/new", "upload", opens_dialog=True),
            MenuItem("From a connection", f"{here}/from-connection", "plug-connected"),
            MenuItem("Make an empty one", f"{here}/empty", "table", opens_dialog=True),
        ],
        csrf, words="Add dataset", symbol="plus", look="primary",
    )  # fmt: skip


def _row(one: DatasetView, description: str, now: datetime, csrf: str) -> Row:
    second = description.strip().partition("\n")[0]
    if not second and one.columns is not None:
        second = ", ".join(column.name for column in one.columns[:6])
    items: list[MenuItem] = []
    if "write" in one.may:
        items += [
            MenuItem("Append rows", f"{one.base}/append", "plus", opens_dialog=True),
            MenuItem(
                "Overwrite all rows…", f"{one.base}/overwrite", "upload", opens_dialog=True, is_danger=True
            ),
        ]
    if "edit" in one.may:
        items.append(MenuItem("Rename", f"{one.base}/rename", "pencil", opens_dialog=True, starts_group=True))
    if "delete" in one.may:
        items.append(
            MenuItem(f"Delete {one.name}…", f"{one.base}/delete", "trash", opens_dialog=True, is_danger=True)
        )
    return Row(
        [
            NameCell(one.name, second, one.base, KindTile("database", "fastapi")),
            Text(f"{one.rows:,}" if one.rows is not None else "", is_quiet=not one.rows),
            Text(size_words(one.size) if one.size else "", is_quiet=True),
            Timestamp(one.data_at, now) if one.data_at is not None else Text("Never", is_quiet=True),
        ],
        ActionsMenu(f"menu-{one.id}", one.name, items, csrf),
    )


def upload_dialog(
    key: str, form: DatasetForm, csrf: str, limit_mb: int, url: str, *, is_over: bool
) -> FormDialog:
    """Return the form that makes a dataset of a file."""
    here = f"/projects/{key}/datasets"
    return FormDialog(
        "Upload a dataset",
        f"{here}/new",
        "Upload",
        [_file(limit_mb, form), _name(form, fills=True)],
        csrf,
        here,
        sentence="Columns and their types are taken from the file; nothing is rounded or cut.",
        fault=form.fault,
        is_over=is_over,
        is_upload=True,
        symbol="upload",
        same=same_data(key, form.name or "orders", url),
    )


def empty_dialog(key: str, form: DatasetForm, lines: ColumnLines, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that makes a dataset without rows, with columns or without."""
    here = f"/projects/{key}/datasets"
    return FormDialog(
        "Make an empty dataset",
        f"{here}/empty",
        "Make dataset",
        [_name(form, fills=False), lines],
        csrf,
        here,
        sentence="With columns, every write is held to them; without, they are taken from the first rows.",
        fault=form.fault,
        is_over=is_over,
        symbol="table",
    )


def write_dialog(
    view: DatasetView, mode: str, form: DatasetForm, csrf: str, limit_mb: int, url: str, *, is_over: bool
) -> FormDialog:
    """Return the form that appends rows to a dataset, or overwrites them once its name was typed."""
    is_append = mode == "append"
    held = f"{view.rows:,} {'row' if view.rows == 1 else 'rows'}" if view.rows is not None else "rows"
    sentence = "The file has to have the same columns."
    fields: list[Component] = [_file(limit_mb, form)]
    if not is_append:
        sentence = f"Its {held} are replaced by those of the file. This cannot be undone."
        fields.append(TypedName(view.name, form.faults.get("typed_name", "")))
    return FormDialog(
        f"Append rows to {view.name}" if is_append else f"Overwrite {view.name}?",
        f"{view.base}/{mode}",
        "Append rows" if is_append else f"Overwrite {view.name}",
        fields,
        csrf,
        view.base,
        sentence=sentence,
        fault=form.fault,
        is_over=is_over,
        is_upload=True,
        is_danger=not is_append,
        symbol="plus" if is_append else "upload",
        same=same_data(view.key, view.name, url, "append" if is_append else ""),
    )


def rename_dialog(view: DatasetView, form: DatasetForm, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that renames a dataset."""
    return FormDialog(
        f"Rename {view.name}", f"{view.base}/rename", "Rename", [_name(form, fills=False)], csrf, view.base,
        sentence="Programs that name it by the old name no longer find it.", fault=form.fault,
        is_over=is_over, symbol="database",
    )  # fmt: skip


def delete_dialog(view: DatasetView, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before a dataset is deleted; its name has to be typed."""
    held = f"Its {view.rows:,} rows are gone." if view.rows else "Its rows are gone."
    return ConfirmDialog(
        f"Delete the dataset {view.name}?",
        "This cannot be undone.",
        f"{view.base}/delete",
        f"Delete {view.name}",
        csrf,
        view.base,
        [held, "Every permission on it ends, and so does what is exposed of it.",
         "Scenarios that read or write it fail at their next run."],
        typed_name=view.name,
        fault=fault,
        is_over=is_over,
    )  # fmt: skip


def _file(limit_mb: int, form: DatasetForm) -> FileField:
    hint = (
        f"CSV with a line of names, Parquet, JSON (a list of objects), NDJSON or Arrow; up to {limit_mb} MB."
    )
    return FileField("bundle", "File", FILES, hint, form.faults.get("bundle", ""), limit_mb)


def _name(form: DatasetForm, *, fills: bool) -> TextField:
    return TextField(
        "name", "Name", form.name, error=form.faults.get("name", ""), is_first=not fills, max_length=100,
        hint="Letters, digits, _, - and a dot.", fills="dataset" if fills else "",
    )  # fmt: skip
