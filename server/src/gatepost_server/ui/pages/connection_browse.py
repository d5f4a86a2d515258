"""Browsing a source: its schemas and tables at the left, the first rows of one at the right."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final
from urllib.parse import urlencode

from gatepost_server.connections import Preview, SourceColumn, TableName
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import PostButton, Section
from gatepost_server.ui.kit.tables import Choice, Empty
from gatepost_server.ui.pages.connections import ConnectionView, page
from gatepost_server.ui.pages.dataset import shown_value
from gatepost_server.ui.pages.signing_in import Purpose

_PAGES: Final = ("query", "add")
"""The pages besides browsing that sign in at a source."""


@dataclass(frozen=True)
class Place:
    """What the address says: signed in as whom, in which schema, at which table; for which project."""

    base: str
    credential: str = ""
    schema: str = ""
    table: str = ""
    project: str = ""

    def href(self, **changes: str) -> str:
        """Return the address with *changes*."""
        said = {"credential": self.credential, "schema": self.schema, "table": self.table}
        now = {**said, "project": self.project, **changes}
        kept = {name: value for name, value in now.items() if value}
        return f"{self.base}/browse?{urlencode(kept)}" if kept else f"{self.base}/browse"

    def to(self, page: str) -> str:
        """Return the address of another page of the connection, about the same place."""
        return self.href().replace(f"{self.base}/browse", f"{self.base}/{page}", 1)


@dataclass(frozen=True)
class Ways(Component):
    """Buttons beside one another: what can be done with what is seen."""

    template: ClassVar[str] = "connections/ways.html"
    items: Sequence[Component]


@dataclass(frozen=True)
class TableLine:
    """One table of the list."""

    name: str
    kind: str
    symbol: Icon
    href: str
    is_here: bool


@dataclass(frozen=True)
class Browser(Component):
    """Schemas and tables beside what is chosen of them."""

    template: ClassVar[str] = "connections/browser.html"
    action: str
    credential: str
    project: str
    schemas: Sequence[Choice]
    schema: str
    tables: Sequence[TableLine]
    chosen: Component


@dataclass(frozen=True)
class PreviewTable(Component):
    """The first rows of a table, with the type of each column."""

    template: ClassVar[str] = "projects/rows_table.html"
    name: str
    columns: Sequence[SourceColumn]
    lines: Sequence[Sequence[str | None]]

    @property
    def numbers(self) -> frozenset[str]:
        """The columns whose cells stand at the right."""
        kinds = ("integer", "double", "decimal")
        return frozenset(one.name for one in self.columns if one.type.startswith(kinds))


def looking(of: ConnectionView, place: Place, to: str = "") -> Purpose:
    """Return that somebody signs in to look at *place*, on one of the pages for that."""
    along = {
        "page": to if to in _PAGES else "",
        "namespace": place.schema,
        "table": place.table,
        "project": place.project,
    }
    return Purpose(
        f"Look into {of.one.name}",
        "What the account may see is shown at once.",
        f"{of.base}/sign-in",
        of.base,
        {name: value for name, value in along.items() if value},
        takes_once=True,
    )


def place_as(place: Place, credential_id: str | None, to: str) -> str:
    """Return the address of a page about *place* as somebody sees it."""
    return replace(place, credential=credential_id or "").to(to if to in _PAGES else "browse")


def choose_account(of: ConnectionView, prompt: Component, url: str) -> Component:
    """Return the page that asks whom to look as."""
    return page(of, "browse", [prompt], url)


def failed(of: ConnectionView, sentence: str, url: str) -> Component:
    """Return why nothing can be seen."""
    test = ButtonLink("Test connection", f"{of.base}/test", opens_dialog=True)
    note = Note("The source cannot be looked at now.", sentence, "red", "alert-triangle", test)
    return page(of, "browse", [note], url)


def browse(
    of: ConnectionView,
    place: Place,
    schemas: Sequence[str],
    tables: Sequence[TableName],
    chosen: Component,
    url: str,
    *,
    ways: Sequence[Component],
    held: Component | None = None,
) -> Component:
    """Return what there is, what is *chosen* of it, and the *ways* to add it to the catalog.

    With a *held* login it says so first.
    """
    lines = [
        TableLine(
            one.name, one.kind, "eye" if one.kind == "view" else "table",
            place.href(schema=one.schema or place.schema, table=one.name), one.name == place.table,
        )
        for one in tables
    ]  # fmt: skip
    choices = [Choice(name, name) for name in schemas]
    content = Browser(
        f"{of.base}/browse", place.credential, place.project, choices, place.schema, lines, chosen
    )
    return page(of, "browse", [*([] if held is None else [held]), Ways(ways), content], url)


def held_login(of: ConnectionView, place: Place, csrf: str) -> Component:
    """Return that the source is seen with a login that is stored nowhere, and how to end that."""
    forget = PostButton("Forget this login", f"{of.base}/logins/{place.credential}/forget", csrf)
    return Note(
        "You are using a one-time login.",
        "It is held in memory for you alone, until a quarter of an hour after its last use.",
        "blue", "clock", forget,
    )  # fmt: skip


def no_table(count: int) -> Component:
    """Return what stands where no table is chosen."""
    if not count:
        return Empty("No tables here", "Choose another schema, or look as somebody who sees more.", "table")
    return Empty("Choose a table", "Its columns and its first rows are shown here.", "table")


def rows_of(name: str, found: Preview) -> Component:
    """Return the first rows of a table."""
    lines = [[shown_value(cell) for cell in row] for row in found.rows]
    count = len(lines)
    said = f"The first {count} rows; there are more." if found.truncated else f"All {count} rows."
    if count == 1 and not found.truncated:
        said = "Its only row."
    content: Component = PreviewTable(name, found.columns, lines)
    if not count:
        width = len(found.columns)
        said = "One column, no rows." if width == 1 else f"{width} columns, no rows."
    return Section(name, content, said)


def failed_table(name: str, sentence: str) -> Component:
    """Return why the rows of a table cannot be shown."""
    return Section(name, Note("Its rows cannot be shown.", sentence, "red", "alert-triangle"))
