"""ResourceTable: every list of the house, with its state in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal
from urllib.parse import urlencode

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component

Place = Literal["title", "badge", "left", "right", "wide", "none", "act"]


@dataclass(frozen=True)
class Column:
    """One column. `place` says where its cell stands when rows become cards on a phone."""

    title: str
    width: str = ""
    sort: str = ""
    place: Place = "wide"


@dataclass(frozen=True)
class Row:
    """One thing: a cell for each column but the last, and the menu of what may be done."""

    cells: Sequence[Component | str]
    menu: Component | None = None


@dataclass(frozen=True)
class Choice:
    """One value a filter may take."""

    value: str
    words: str


@dataclass(frozen=True)
class Filter:
    """One filter: its name in the address, and the values one may choose."""

    name: str
    title: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Empty(Component):
    """What stands where nothing is yet: why, and the first step."""

    template: ClassVar[str] = "kit/empty.html"
    title: str
    sentence: str
    symbol: Icon
    action: Component | None = None


@dataclass(frozen=True)
class NameCell(Component):
    """The first cell: tile, name, and a grey second line."""

    template: ClassVar[str] = "kit/name_cell.html"
    name: str
    second: str | Component = ""
    href: str | None = None
    tile: Component | None = None


@dataclass(frozen=True)
class ListState:
    """What the address says about a list: where it is, and what was chosen."""

    path: str
    chosen: Mapping[str, str]

    def href(self, **changes: str | None) -> str:
        """Return the address with *changes* made (None removes) from the first page on."""
        kept = {name: value for name, value in self.chosen.items() if name != "cursor" and value}
        for name, value in changes.items():
            kept.pop(name, None)
            if value:
                kept[name] = value
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def value(self, name: str) -> str:
        """Return what was chosen for *name*, or the empty text."""
        return self.chosen.get(name, "")


@dataclass(frozen=True)
class ResourceTable(Component):
    """A list with search, filters, sorting and cursor paging, done by the server.

    `state` is what the address says; `next_cursor` is the page's own. `empty` stands in
    place of the table when there is nothing and nothing was asked for. `find_posts_to` is
    where a search is sent without scripts when what is searched must not stand in an address.
    """

    template: ClassVar[str] = "kit/resource_table.html"
    table_id: str
    noun: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    state: ListState
    empty: Empty
    find_hint: str = ""
    filters: Sequence[Filter] = ()
    default_sort: str = ""
    find_posts_to: str = ""
    csrf: str = ""
    next_cursor: str | None = None

    @property
    def is_asked(self) -> bool:
        """True when the address narrows or moves the list."""
        return any(value for name, value in self.state.chosen.items() if name not in ("sort", "tab"))

    @property
    def all_href(self) -> str:
        """The address of the whole list (of the same tab)."""
        return ListState(self.state.path, {"tab": self.state.value("tab")}).href()

    @property
    def is_later_page(self) -> bool:
        """True when this is not the first page."""
        return bool(self.state.value("cursor"))

    @property
    def sort(self) -> str:
        """The sort in force: a column's name, with `-` before it when descending."""
        return self.state.value("sort") or self.default_sort

    @property
    def next_href(self) -> str | None:
        """The address of the next page."""
        return self.state.href(cursor=self.next_cursor) if self.next_cursor else None
