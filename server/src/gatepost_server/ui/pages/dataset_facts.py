"""What is known of a dataset beside its rows: its columns, what is said of it, what was done to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.audit import Entry
from gatepost_server.projects import Column
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import TextField
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import CardForm, PostButton, Stack
from gatepost_server.ui.kit.tables import Empty, ListState
from gatepost_server.ui.pages.activity import ActivityList
from gatepost_server.ui.pages.dataset import DatasetView, page

TYPES: Final = (
    "integer", "double", "decimal(18,2)", "boolean", "string", "date", "time", "timestamp", "timestamp_tz",
    "binary", "list<string>",
)  # fmt: skip


@dataclass(frozen=True)
class ColumnTable(Component):
    """Columns and their types, to be read."""

    template: ClassVar[str] = "projects/column_table.html"
    columns: Sequence[Column]


@dataclass(frozen=True)
class ColumnLines(Component):
    """Columns and their types, to be typed; empty lines are left out. `faults` are by number of the line."""

    template: ClassVar[str] = "projects/column_lines.html"
    columns: Sequence[Column]
    faults: Mapping[int, str] = field(default_factory=dict)
    types: Sequence[str] = TYPES


@dataclass(frozen=True)
class MetadataForm:
    """What was typed to describe a dataset, and what is wrong with it."""

    description: str = ""
    tags: str = ""
    custom: str = "{}"
    faults: Mapping[str, str] = field(default_factory=dict)


def schema(
    view: DatasetView, lines: ColumnLines | None, now: datetime, csrf: str, url: str, *, fault: str = ""
) -> Component:
    """Return the columns; *lines* are given when they may be typed (no rows are there)."""
    if lines is not None:
        form = CardForm(
            "Columns", f"{view.base}/schema", "Declare columns", [lines], csrf,
            "From then on every write is held to them; what does not fit is named by line and column.", fault,
        )  # fmt: skip
        return page(view, "schema", form, now, csrf, url)
    note: Component
    if view.is_declared:
        note = Note("The columns are declared.", "Every write is held to them.", "green", "shield-check")
    else:
        declare = None
        if "set-schema" in view.may and view.columns:
            declare = PostButton("Declare them", f"{view.base}/schema/declare", csrf, "plain btn-sm")
        note = Note(
            "The columns were taken from the rows.",
            "Declare them, and every write is held to them.", "blue", "info-circle", declare,
        )  # fmt: skip
    columns = view.columns or ()
    table: Component = ColumnTable(columns) if columns else Empty(
        "No columns yet", "They are taken from the first rows.", "table"
    )  # fmt: skip
    return page(view, "schema", Stack([note, table]), now, csrf, url)


def metadata(view: DatasetView, form: MetadataForm, now: datetime, csrf: str, url: str) -> Component:
    """Return what is said of the dataset, as a form for who may change it."""
    fields: list[Component] = [
        TextArea("description", "Description", form.description, "", form.faults.get("description", ""), 4,
                 max_length=5000),
        TextField("tags", "Tags", form.tags, hint="Separated by commas.", error=form.faults.get("tags", ""),
                  is_required=False),
        TextArea("custom", "Own fields", form.custom, "A JSON object.", form.faults.get("custom", ""), 7,
                 is_code=True, checks="object"),
    ]  # fmt: skip
    if "describe" in view.may:
        content: Component = CardForm("Metadata", f"{view.base}/metadata", "Save", fields, csrf)
    else:
        content = Told(
            form.description, [one.strip() for one in form.tags.split(",") if one.strip()], form.custom
        )
    return page(view, "metadata", content, now, csrf, url)


@dataclass(frozen=True)
class Told(Component):
    """What is said of a dataset, to be read."""

    template: ClassVar[str] = "projects/told.html"
    description: str
    tags: Sequence[str]
    custom: str


def history(
    view: DatasetView,
    entries: Sequence[Entry],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    next_cursor: str | None,
) -> Component:
    """Return what was done to the dataset."""
    return page(view, "history", ActivityList(entries, now, state, next_cursor), now, csrf, url)
