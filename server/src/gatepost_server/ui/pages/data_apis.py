"""Data APIs as lists: of a project, and all that one may know of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gatepost_server.connections import Connection
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, Person, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.connection_words import DRIVER_WORDS
from gatepost_server.ui.pages.data_api import ApiView, stages
from gatepost_server.ui.pages.project import ProjectView, page

HOME: Final = "/apis"
_NAME: Final = Column("Name", place="title")
_STATE: Final = Column("State", "c-own", place="badge")
_CHANGED: Final = Column("Changed", "k-made", place="right")
_ACTIONS: Final = Column("Actions", "c-act", place="act")
_SENTENCE: Final = (
    "A data API lets programs read a table or a query through the gate: with parameters that are checked, "
    "fields that are granted, limits, and a log of every call."
)


def api_list(
    view: ProjectView,
    found: Sequence[ApiView],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    next_cursor: str | None,
) -> Component:
    """Return the data APIs of a project that one may know of."""
    new = ButtonLink("New data API", f"{view.base}/apis/new", "primary", "plus")
    empty = Empty("No data APIs yet", _SENTENCE, "bolt", new if view.may_add else None)
    rows = [Row([*_cells(one), Timestamp(one.one.updated_at, now)], _menu(one, csrf)) for one in found]
    table = ResourceTable(
        "apis", "data APIs", [_NAME, _STATE, _CHANGED, _ACTIONS], rows, state, empty,
        find_hint="Find by name or address", next_cursor=next_cursor,
    )  # fmt: skip
    same = [
        Snippet("CLI", f"gatepost apis list {view.key}"),
        Snippet(
            "curl",
            f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/projects/{view.key}/apis',
        ),
    ]
    actions = [new] if view.may_add and found else []
    return page(view, "apis", table, actions=actions, same=same)


def every_api(
    found: Sequence[ApiView], state: ListState, now: datetime, url: str, *, next_cursor: str | None
) -> Component:
    """Return the data APIs of all projects that one may know of."""
    same = [
        Snippet("CLI", "gatepost apis list"),
        Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/api/v1/apis'),
    ]
    head = PageHead(
        "Data APIs", "Every data API that you may know of; some you may only ask for.",
        [Crumb("Data"), Crumb("Data APIs")], [SameWith(same)],
    )  # fmt: skip
    projects = ButtonLink("Go to projects", "/projects", "primary", "arrow-right")
    empty = Empty(
        "No data APIs yet", f"{_SENTENCE} It lies in a project: open one, or make one.", "bolt", projects
    )
    columns = [_NAME, Column("Project", "c-own", place="left"), _STATE, _CHANGED]
    rows = []
    for one in found:
        name, state_cell = _cells(one)
        project = Text(one.project or one.one.project_key)
        rows.append(Row([name, project, state_cell, Timestamp(one.one.updated_at, now)]))
    table = ResourceTable(
        "every-api", "data APIs", columns, rows, state, empty, find_hint="Find by name or address",
        next_cursor=next_cursor,
    )  # fmt: skip
    return Stack([head, table])


def _cells(view: ApiView) -> tuple[Component, Component]:
    one = view.one
    second = one.description.strip().partition("\n")[0] or f"/gw/{one.slug}"
    return NameCell(one.name, second, view.base, KindTile("bolt", "plumber")), stages(one)


def _menu(view: ApiView, csrf: str) -> ActionsMenu:
    items = []
    if "call" in view.may:
        items.append(MenuItem("Test", f"{view.base}/test", "player-play"))
    if "share" in view.may:
        items.append(MenuItem("Access", f"{view.base}/access", "share"))
    items.append(MenuItem("Docs", f"{view.base}/docs", "file-text"))
    if "delete" in view.may:
        words = f"Delete {view.one.name}…"
        items.append(MenuItem(words, f"{view.base}/delete", "trash", opens_dialog=True, is_danger=True))
    return ActionsMenu(f"menu-{view.one.id}", view.one.name, items, csrf)


def choose_connection(
    found: Sequence[Connection],
    state: ListState,
    now: datetime,
    *,
    crumbs: Sequence[Crumb],
    to: str,
    next_cursor: str | None,
) -> Component:
    """Return the connections to choose from; each leads to *to*, which ends where the id goes."""
    add = ButtonLink("Add new data connection", "/connections/new", "primary", "plus")
    empty = Empty(
        "No connections to databases", "A data API reads over a data connection that you may use.",
        "plug-connected", add,
    )  # fmt: skip
    rows = [_connection(one, to, now) for one in found]
    columns = [Column("Connection", place="title"), Column("Owner", "c-own", place="left"), _CHANGED]
    table = ResourceTable(
        "connections", "connections", columns, rows, state, empty, find_hint="Find by name",
        next_cursor=next_cursor,
    )  # fmt: skip
    head = PageHead(
        crumbs[-1].words, "Where does it read? Choose a connection to a database.", crumbs, [],
        KindTile("bolt", "plumber", "lg"),
    )  # fmt: skip
    return Stack([head, table])


def _connection(one: Connection, to: str, now: datetime) -> Row:
    driver = DRIVER_WORDS[one.type]
    name = NameCell(one.name, driver.words, f"{to}{one.id}", KindTile(driver.symbol))
    return Row([name, Person(one.owner_name or ""), Timestamp(one.updated_at, now)])
