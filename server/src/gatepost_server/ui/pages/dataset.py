"""The page of one dataset: its head and tabs, the first rows, columns, what is said of it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Final, Literal

from gatepost_server.projects import Column
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, Timestamp
from gatepost_server.ui.kit.heads import Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Section, Stack
from gatepost_server.ui.kit.tables import Empty
from gatepost_server.ui.pages.sizes import size_words

PREVIEWED: Final = 100
WIDEST: Final = 50
"""So many columns are previewed."""
_CLIPPED: Final = 120
_WHOLE_SECOND: Final = re.compile(r"(\d\d:\d\d:\d\d)\.000000(?!\d)")


@dataclass(frozen=True)
class DatasetView:
    """One dataset with what the viewer may see of it; `may` names what they may do.

    What is None may not be seen. `project` is empty for who may not see that.
    """

    id: str
    key: str
    project: str
    name: str
    may: frozenset[str]
    rows: int | None = None
    size: int | None = None
    data_at: datetime | None = None
    columns: Sequence[Column] | None = None
    is_declared: bool = False
    impersonate: bool = False

    @property
    def base(self) -> str:
        """The address of its page."""
        return f"/projects/{self.key}/datasets/{self.id}"


@dataclass(frozen=True)
class RowsTable(Component):
    """Rows as a table, with the type of each column; wide ones are scrolled."""

    template: ClassVar[str] = "projects/rows_table.html"
    name: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, object]]

    @property
    def lines(self) -> Sequence[Sequence[str | None]]:
        """The cells as texts; None where there is no value."""
        return [[shown_value(row.get(column.name)) for column in self.columns] for row in self.rows]

    @property
    def numbers(self) -> frozenset[str]:
        """The columns whose cells stand at the right."""
        return frozenset(
            one.name for one in self.columns if one.type.startswith(("integer", "double", "decimal"))
        )


def shown_value(value: object) -> str | None:
    """Return a value as a cell shows it, clipped."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
    )
    text = _WHOLE_SECOND.sub(r"\1", text)
    return text if len(text) <= _CLIPPED else f"{text[:_CLIPPED]}…"


def page(view: DatasetView, here: str, content: Component, now: datetime, csrf: str, url: str) -> Component:
    """Return the dataset's page with the tab *here* open."""
    crumbs = [Crumb("Projects", "/projects")]
    if view.project:
        base = f"/projects/{view.key}"
        crumbs += [Crumb(view.project, base), Crumb("Datasets", f"{base}/datasets")]
    else:
        crumbs.append(Crumb(view.key))
    head = PageHead(
        view.name, _line(view, now), [*crumbs, Crumb(view.name)], _actions(view, csrf, url),
        KindTile("database", "fastapi", "lg"),
    )  # fmt: skip
    return Stack([head, _tabs(view, here), content])


@dataclass(frozen=True)
class Line(Component):
    """Short facts in one line below a name."""

    template: ClassVar[str] = "projects/line.html"
    items: Sequence[Component | str]


def _line(view: DatasetView, now: datetime) -> Component:
    items: list[Component | str] = []
    if view.rows is not None:
        items.append(f"{view.rows:,} {'row' if view.rows == 1 else 'rows'}")
    if view.columns is not None:
        items.append(f"{len(view.columns)} {'column' if len(view.columns) == 1 else 'columns'}")
    if view.size:
        items.append(size_words(view.size))
    if view.data_at is not None:
        items += [Said("written", Timestamp(view.data_at, now))]
    if view.impersonate:
        items.append("read on behalf of persons")
    return Line(items or ["Dataset"])


@dataclass(frozen=True)
class Said(Component):
    """A word and a moment."""

    template: ClassVar[str] = "projects/said.html"
    words: str
    at: Timestamp


def _tabs(view: DatasetView, here: str) -> Tabs:
    wanted = (
        ("preview", "Preview", "", True),
        ("schema", "Schema", "/schema", "schema" in view.may),
        ("source", "Source", "/source", "read" in view.may),
        ("query", "Query", "/query", "read" in view.may),
        ("metadata", "Metadata", "/metadata", "metadata" in view.may),
        ("access", "Access", "/access", "share" in view.may),
        ("rules", "Rules", "/rules", "share" in view.may),
        ("history", "History", "/history", "read" in view.may),
    )
    tabs = [
        Tab(words, view.base + path, is_here=name == here) for name, words, path, is_seen in wanted if is_seen
    ]
    return Tabs(tabs, view.name)


def _actions(view: DatasetView, csrf: str, url: str) -> list[Component]:
    forms = (("CSV", "csv"), ("Parquet", "parquet"), ("JSON", "json"))
    down = [
        MenuItem(f"As {words}", f"{view.base}/download?format={form}", "download")
        for words, form in forms
        if "export" in view.may
    ]
    up = []
    if "write" in view.may:
        up = [
            MenuItem("Append rows", f"{view.base}/append", "plus", opens_dialog=True),
            MenuItem(
                "Overwrite all rows…", f"{view.base}/overwrite", "upload", opens_dialog=True, is_danger=True
            ),
        ]
    rest = [
        replace(one, words=f"Download {one.words[:1].lower()}{one.words[1:]}", only_narrow=True)
        for one in down
    ]
    if "edit" in view.may:
        rest.append(MenuItem("Rename", f"{view.base}/rename", "pencil", opens_dialog=True))
    if "delete" in view.may:
        rest.append(
            MenuItem(
                f"Delete {view.name}…", f"{view.base}/delete", "trash", opens_dialog=True, is_danger=True
            )
        )
    return [
        SameWith(same_data(view.key, view.name, url)),
        ActionsMenu("dataset-menu", view.name, rest, csrf, look="plain"),
        ActionsMenu(
            "download-menu", "Download", down, csrf, words="Download", symbol="download", look="plain"
        ),
        ActionsMenu("upload-menu", "Upload", up, csrf, words="Upload", symbol="upload", look="primary"),
    ]


def preview(
    view: DatasetView,
    rows: Sequence[Mapping[str, object]] | None,
    now: datetime,
    csrf: str,
    url: str,
    *,
    trouble: str = "",
) -> Component:
    """Return the first rows; *rows* is None when they may not be seen, or *trouble* keeps them back."""
    return page(view, "preview", _preview(view, rows, trouble), now, csrf, url)


def _preview(view: DatasetView, rows: Sequence[Mapping[str, object]] | None, trouble: str) -> Component:
    if trouble:
        return Note("The rows cannot be shown.", trouble, "amber", "alert-triangle")
    if rows is None:
        return Note("The rows are not for you to see.", "It takes Read data on this dataset.", "blue", "lock")
    if not rows:
        up = "Upload a file with its first rows." if "write" in view.may else "Nobody has written any."
        if view.rows:
            up = "Row rules let none of them through to you."
        return Empty("No rows to show", up, "database")
    columns = list(view.columns or ())[:WIDEST]
    said = f"The first {len(rows)} of {view.rows:,}" if view.rows and view.rows > len(rows) else "All of them"
    if view.columns and len(view.columns) > WIDEST:
        said += f", {WIDEST} of {len(view.columns)} columns"
    return Section("Rows", RowsTable(view.name, columns, rows), said)


def same_data(key: str, name: str, url: str, mode: Literal["", "append"] = "") -> list[Snippet]:
    """Return how rows are read and written by CLI and API."""
    call = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    data = f"{url}/api/v1/projects/{key}/datasets/{name}/data"
    flag = " --append" if mode else ""
    return [
        Snippet(
            "CLI",
            f"gatepost datasets get {key} {name} --limit 100\n"
            f"gatepost datasets put {key} {name} rows.csv{flag}",
        ),
        Snippet(
            "curl",
            f"{call} \\\n  '{data}?format=csv&limit=100'\n"
            f"{call} -X PUT -T rows.csv \\\n"
            f"  -H 'Content-Type: text/csv' \\\n  '{data}?mode={mode or 'overwrite'}'",
        ),
        Snippet(
            "Python",
            "import gatepost\n\n"
            f'with gatepost.client().datasets.rows("{key}", "{name}", form="csv") as rows:\n'
            "    for part in rows:\n        ...",
        ),
    ]
