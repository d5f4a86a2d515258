"""A project's dashboards: the list, one as its viewer sees it, and the page that puts it together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from markupsafe import Markup

from gatepost_server.projects import SeenDashboard, SeenTile, TileState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Section, Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.charts import chart_of, said
from gatepost_server.ui.pages.project import ProjectView, page
from gatepost_server.ui.pages.scenario_step_lines import StepLine, Steps
from gatepost_server.ui.pages.sharing import AccessPage, Shared, people_section
from gatepost_server.ui.pages.tile_forms import FORMS, about, symbol_of, words_of

_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Updated", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
ROLES: Final = [
    Choice("consumer", "Consumer – views it"),
    Choice("editor", "Editor – views, edits and shares it"),
    Choice("owner", "Owner – everything, also deleting it"),
]


@dataclass(frozen=True)
class DashboardView:
    """One dashboard with what the viewer may do; `tiles` is None for who may not read how it is made."""

    id: str
    key: str
    name: str
    may: frozenset[str]
    seen: str
    updated_at: datetime
    tiles: Sequence[Mapping[str, Any]] | None = None

    @property
    def base(self) -> str:
        """The address of its page."""
        return f"/projects/{self.key}/dashboards/{self.id}"


@dataclass(frozen=True)
class Board(Component):
    """Tiles in a grid of six columns; one below the other on a phone and on paper."""

    template: ClassVar[str] = "dashboards/board.html"
    tiles: Sequence[Component]


@dataclass(frozen=True)
class TileBox(Component):
    """One tile: its title, what it shows, and by whose rights."""

    template: ClassVar[str] = "dashboards/tile.html"
    title: str
    words: str
    width: str
    content: Component
    by: str = ""


@dataclass(frozen=True)
class Cell:
    """A value of a table."""

    words: str
    is_number: bool


@dataclass(frozen=True)
class TableBox(Component):
    """Rows of a dataset."""

    template: ClassVar[str] = "dashboards/table.html"
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    is_cut: bool


@dataclass(frozen=True)
class ProseBox(Component):
    """Words; `html` was made harmless by the domain."""

    template: ClassVar[str] = "dashboards/prose.html"
    html: Markup


@dataclass(frozen=True)
class AppBox(Component):
    """An application in a frame, or the way to it."""

    template: ClassVar[str] = "dashboards/app.html"
    name: str
    url: str
    frame_url: str


def add_menu(base: str, csrf: str, query: str = "") -> ActionsMenu:
    """Return the menu of the kinds of tiles that can be added at *base*."""
    items = [
        MenuItem(form.words, f"{base}?type={kind}{query}", form.symbol, opens_dialog=True)
        for kind, form in FORMS.items()
    ]
    return ActionsMenu(
        "tile-menu", "Add a tile", items, csrf, words="Add a tile", symbol="plus", look="primary"
    )


def dashboard_list(
    view: ProjectView,
    found: Sequence[DashboardView],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    next_cursor: str | None,
    may_add: bool,
) -> Component:
    """Return the dashboards of a project that one may see."""
    here = f"{view.base}/dashboards"
    new = ButtonLink("New dashboard", f"{here}/new", "primary", "plus", opens_dialog=True)
    empty = Empty(
        "No dashboards yet",
        "A dashboard shows datasets as tables and charts beside words and applications.",
        "chart-area-line", new if may_add else None,
    )  # fmt: skip
    table = ResourceTable(
        "dashboards", "dashboards", _COLUMNS, [_row(one, now, csrf) for one in found], state, empty,
        find_hint="Find by name", next_cursor=next_cursor,
    )  # fmt: skip
    actions = [new] if may_add and found else []
    return page(view, "dashboards", table, actions=actions, same=same(view.key, "sales", url))


def _row(one: DashboardView, now: datetime, csrf: str) -> Row:
    count = f"{len(one.tiles)} tile{'' if len(one.tiles) == 1 else 's'}" if one.tiles is not None else ""
    tile = KindTile("chart-area-line", "shiny")
    return Row(
        [NameCell(one.name, count, one.base, tile), Timestamp(one.updated_at, now)],
        ActionsMenu(f"menu-{one.id}", one.name, _items(one), csrf),
    )


def _items(one: DashboardView) -> list[MenuItem]:
    items = []
    if "edit" in one.may:
        items.append(MenuItem("Edit", f"{one.base}/edit", "pencil"))
        items.append(MenuItem("Rename…", f"{one.base}/rename", "pencil", opens_dialog=True))
    if "share" in one.may:
        items.append(MenuItem("Share", f"{one.base}/access", "share"))
    if "delete" in one.may:
        words = f"Delete {one.name}…"
        items.append(MenuItem(words, f"{one.base}/delete", "trash", opens_dialog=True, is_danger=True))
    return items


def view_page(
    view: DashboardView, project: str, seen: SeenDashboard, csrf: str, url: str, frames: Mapping[str, str]
) -> Component:
    """Return a dashboard as its viewer sees it now; *frames* says where applications may be framed."""
    actions: list[Component] = [SameWith(same(view.key, view.name, url))]
    if items := [one for one in _items(view) if one.words != "Edit"]:
        actions.append(ActionsMenu("dashboard-menu", view.name, items, csrf, look="plain"))
    if "edit" in view.may:
        actions.append(ButtonLink("Edit", f"{view.base}/edit", symbol="pencil"))
    head = PageHead(
        view.name, f"As you may see it at {seen.seen_at:%H:%M} UTC.", _crumbs(view, project), actions,
        KindTile("chart-area-line", "shiny", "lg"),
    )  # fmt: skip
    if not seen.tiles:
        add = ButtonLink("Add tiles", f"{view.base}/edit", "primary", "plus") if "edit" in view.may else None
        nothing = Empty("Nothing on it yet", "Tables, charts, words and applications go here.",
                        "chart-area-line", add)  # fmt: skip
        return Stack([head, nothing])
    return Stack([head, Board([_box(one, frames) for one in seen.tiles])])


def _box(tile: SeenTile, frames: Mapping[str, str]) -> TileBox:
    words = words_of(tile.type)
    by = (tile.by or "") if tile.state is TileState.SHOWN else ""
    return TileBox(tile.title, words, tile.width.value, _content(tile, frames), by)


def _content(tile: SeenTile, frames: Mapping[str, str]) -> Component:
    content = tile.content
    if content is None:
        symbols: Any = {TileState.HIDDEN: ("blue", "lock"), TileState.LOST: ("amber", "lock")}
        tone, symbol = symbols.get(tile.state, ("red", "alert-triangle"))
        return Note(tile.reason or "", "", tone, symbol)
    title = tile.title or words_of(tile.type)
    if tile.type == "chart":
        return chart_of(tile.id, tile.title, content)
    if tile.type == "table":
        rows = [[_cell(value) for value in row] for row in content["rows"]]
        return TableBox(title, content["columns"], rows, content["is_cut"])
    if tile.type == "text":
        return ProseBox(Markup(content["html"]))  # noqa: S704  # passed nh3's list of allowed tags
    frame = frames.get(content["id"], "") if content["show"] == "frame" else ""
    return AppBox(content["name"], content["content_url"], frame)


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell("–", is_number=False)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(f"{value:,}" if isinstance(value, int) else said(value), is_number=True)
    return Cell(value if isinstance(value, str) else json.dumps(value), is_number=False)


def edit_page(view: DashboardView, project: str, csrf: str, url: str) -> Component:
    """Return the page that puts a dashboard together: its tiles in their order."""
    lines = [_line(view, at, tile, csrf) for at, tile in enumerate(view.tiles or ())]
    add = add_menu(f"{view.base}/tiles/new", csrf, f"&seen={view.seen}")
    actions: list[Component] = [
        SameWith(same(view.key, view.name, url)),
        ButtonLink("Rename", f"{view.base}/rename", symbol="pencil", opens_dialog=True),
        ButtonLink("View", view.base, symbol="eye"),
        add,
    ]
    head = PageHead(
        f"Edit {view.name}", "Tiles stand beside each other as wide as they are, in this order.",
        _crumbs(view, project, Crumb("Edit")), actions, KindTile("chart-area-line", "shiny", "lg"),
    )  # fmt: skip
    if not lines:
        return Stack([head, Empty("No tiles yet", "Add the first one.", "chart-area-line")])
    return Stack([head, Section("Tiles", Steps(lines))])


def _line(view: DashboardView, at: int, tile: Mapping[str, Any], csrf: str) -> StepLine:
    kind, here, seen = str(tile.get("type")), f"{view.base}/tiles/{at}", f"?seen={view.seen}"
    items = [MenuItem("Edit", f"{here}/edit{seen}", "pencil", opens_dialog=True)] if kind in FORMS else []
    if at > 0:
        items.append(MenuItem("Move up", f"{here}/up{seen}", "arrow-up", posts=True))
    if at + 1 < len(view.tiles or ()):
        items.append(MenuItem("Move down", f"{here}/down{seen}", "arrow-down", posts=True))
    items.append(MenuItem("Remove", f"{here}/remove{seen}", "trash", posts=True, is_danger=True))
    menu = ActionsMenu(f"tile-{at}", f"tile {at + 1}", items, csrf)
    return StepLine(at + 1, symbol_of(kind), words_of(kind), about(tile), menu=menu)


def shared_dashboard(view: DashboardView) -> Shared:
    """Return a dashboard as a thing that is shared."""
    here = f"{view.base}/access"
    return Shared(
        view.name, here, f"{here}/add", f"{here}/people", ROLES,
        "Sharing opens the dashboard; data in it are seen with one's own rights, or its authorizer's.",
        "They are refused from their next request on, unless the project gives them the same.",
    )  # fmt: skip


def access(view: DashboardView, project: str, holders: AccessPage, now: datetime, url: str) -> Component:
    """Return who holds what on the dashboard itself."""
    share = ButtonLink("Share", f"{view.base}/access/add", "primary", "user-plus", opens_dialog=True)
    actions: list[Component] = [SameWith(same(view.key, view.name, url)), share]
    head = PageHead(
        f"Access to {view.name}", "Beside who may see the project's dashboards anyway.",
        _crumbs(view, project, Crumb("Access")), actions, KindTile("chart-area-line", "shiny", "lg"),
    )  # fmt: skip
    return Stack([head, people_section(shared_dashboard(view), holders, now)])


def _crumbs(view: DashboardView, project: str, *more: Crumb) -> list[Crumb]:
    base = f"/projects/{view.key}"
    here = Crumb(view.name, view.base if more else None)
    if not project:
        return [Crumb("Projects", "/projects"), Crumb(view.key), here, *more]
    first = [Crumb("Projects", "/projects"), Crumb(project, base), Crumb("Dashboards", f"{base}/dashboards")]
    return [*first, here, *more]


def same(key: str, name: str, url: str) -> list[Snippet]:
    """Return the same with the command line and the API."""
    quoted, path = (f"'{name}'" if " " in name else name), name.replace(" ", "%20")
    return [
        Snippet("CLI", f"gatepost dashboards list {key}\ngatepost dashboards view {key} {quoted}"),
        Snippet(
            "curl",
            'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n'
            f"  {url}/api/v1/projects/{key}/dashboards/{path}/view",
        ),
    ]
