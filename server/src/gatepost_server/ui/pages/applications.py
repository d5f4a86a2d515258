"""The Applications page: all applications one may open, and their sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gatepost_server.apps.model import AppState, Kind, VersionState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Person, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.kit.tables import (
    Choice,
    Column,
    Empty,
    Filter,
    ListState,
    NameCell,
    ResourceTable,
    Row,
)
from gatepost_server.ui.pages.app_words import ACCESS_WORDS, KIND_WORDS, app_badge, kind_tile, version_badge


@dataclass(frozen=True)
class AppRow:
    """One application as lists show it. `may_*` were decided by the page."""

    id: str
    number: int
    name: str
    kind: Kind
    state: AppState
    version: int
    owner: str
    access: str
    updated_at: datetime
    content_url: str
    may_edit: bool = False
    may_delete: bool = False


@dataclass(frozen=True)
class SourceRow:
    """One source as lists show it."""

    id: str
    name: str
    kind: Kind | None
    latest: int
    state: VersionState
    owner: str
    updated_at: datetime
    app_id: str | None = None


def add_menu(csrf: str) -> ActionsMenu:
    """Return the Add button with its two ways."""
    return ActionsMenu(
        "add-menu",
        "Add",
        [
            MenuItem("Upload an application", "/applications/new", "upload", opens_dialog=True),
            MenuItem("Create a source only", "/sources/new", "box", opens_dialog=True),
        ],
        csrf,
        words="Add",
        symbol="plus",
        look="primary",
    )


def _head(url: str, csrf: str, *, may_publish: bool) -> PageHead:
    same = SameWith(
        [
            Snippet("CLI", "gatepost apps list\ngatepost deploy DIR --name NAME"),
            Snippet("API", f"GET  {url}/api/v1/apps\nPOST {url}/api/v1/apps   (multipart: name, bundle)"),
        ]
    )
    sentence = "Everything you may open, and what you publish." if may_publish else "Everything you may open."
    return PageHead("Applications", sentence, actions=[same, *([add_menu(csrf)] if may_publish else [])])


def _tabs(here: str) -> Tabs:
    return Tabs(
        [
            Tab("All applications", "/applications", is_here=here == "apps"),
            Tab("Application sources", "/sources", is_here=here == "sources"),
        ],
        "Applications",
    )


_COLUMNS: Final = [
    Column("Name", sort="name", place="title"),
    Column("Version", "c-ver", place="none"),
    Column("State", "c-state", place="badge"),
    Column("Owner", "c-own", place="left"),
    Column("Who may open it", "c-share", place="right"),
    Column("Updated", "c-upd", sort="updated", place="none"),
    Column("Actions", "c-open", place="act"),
]
_FILTERS: Final = [
    Filter("state", "State", [Choice(each.value, each.value.capitalize()) for each in AppState]),
    Filter("kind", "Kind", [Choice(kind.value, words) for kind, words in KIND_WORDS.items()]),
]


def _nothing(*, may_publish: bool) -> Empty:
    if not may_publish:
        return Empty("No applications yet", "Nobody has published an application that you may open.", "apps")
    return Empty(
        "No applications yet",
        "Upload a folder as .zip or .tar.gz: a static site, FastAPI, Flask, Streamlit, Shiny or R Plumber. "
        "Its kind is found out from the files.",
        "apps",
        ButtonLink("Upload an application", "/applications/new", "primary", "upload", opens_dialog=True),
    )


def app_list(
    rows: Sequence[AppRow],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    may_publish: bool,
    next_cursor: str | None = None,
    uploads_refused: str = "",
) -> Component:
    """Return the list of applications; *uploads_refused* says why nothing may be added."""
    table = ResourceTable(
        "apps",
        "applications",
        _COLUMNS,
        [_row(row, now, csrf) for row in rows],
        state,
        _nothing(may_publish=may_publish),
        find_hint="Find by name",
        filters=_FILTERS,
        default_sort="-updated",
        next_cursor=next_cursor,
    )
    note = (
        [Note("Uploads are refused here.", uploads_refused, "amber", "shield-off")] if uploads_refused else []
    )
    return Stack(
        [_head(url, csrf, may_publish=may_publish and not uploads_refused), _tabs("apps"), *note, table]
    )


def _row(row: AppRow, now: datetime, csrf: str) -> Row:
    access = {"grants": "People with a grant", "signed_in": "Everybody signed in", "anyone": "Anyone"}
    return Row(
        [
            NameCell(
                row.name,
                f"{KIND_WORDS[row.kind]} · number {row.number}",
                f"/applications/{row.id}",
                kind_tile(row.kind),
            ),
            Text(f"v{row.version}"),
            app_badge(row.state),
            Person(row.owner),
            Text(
                access.get(row.access, ACCESS_WORDS.get(row.access, row.access)),
                is_quiet=row.access == "grants",
            ),
            Timestamp(row.updated_at, now),
        ],
        RowActions(row.content_url, row.name, actions_of(row, csrf)),
    )


def actions_of(row: AppRow, csrf: str, *, on_own_page: bool = False) -> ActionsMenu:
    """Return the menu of one application, with what the viewer may do."""
    here = f"/applications/{row.id}"
    items: list[MenuItem] = []
    if on_own_page:
        items.append(
            MenuItem("Open Solo", row.content_url, "arrows-maximize", in_new_tab=True, only_narrow=True)
        )
    if row.may_edit:
        if row.state is AppState.STOPPED:
            items.append(MenuItem("Start", f"{here}/start", "player-play", posts=True))
        else:
            items.append(MenuItem("Restart", f"{here}/restart", "refresh", posts=True))
            items.append(MenuItem("Stop", f"{here}/stop", "player-stop", posts=True))
        items.append(MenuItem("Upload a new version", f"{here}/versions/new", "upload", opens_dialog=True))
        items.append(MenuItem("Logs", f"{here}/logs", "terminal-2"))
        items.append(MenuItem("Rename", f"{here}/rename", "pencil", opens_dialog=True, starts_group=True))
    if row.may_delete:
        items.append(
            MenuItem(f"Delete {row.name}…", f"{here}/delete", "trash", opens_dialog=True, is_danger=True)
        )
    look = "plain" if on_own_page else "quiet btn-sm"
    return ActionsMenu(
        f"menu-{row.id}", row.name, items, csrf, look="plain" if look == "plain" else "quiet btn-sm"
    )


def source_list(
    rows: Sequence[SourceRow],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    may_publish: bool,
    next_cursor: str | None = None,
) -> Component:
    """Return the list of sources."""
    columns = [
        Column("Name", place="title"),
        Column("Latest", "c-ver", place="none"),
        Column("Build", "c-state", place="badge"),
        Column("Owner", "c-own", place="left"),
        Column("Updated", "c-upd", place="right"),
        Column("Actions", "w-act", place="act"),
    ]
    empty = Empty(
        "No sources yet",
        "A source holds the files of an application, version after version. "
        "Uploading an application makes one.",
        "box",
        ButtonLink("Create a source", "/sources/new", "primary", "plus", opens_dialog=True)
        if may_publish
        else None,
    )
    table = ResourceTable(
        "sources",
        "sources",
        columns,
        [_source(row, now) for row in rows],
        state,
        empty,
        find_hint="Find by name",
        next_cursor=next_cursor,
    )
    return Stack([_head(url, csrf, may_publish=may_publish), _tabs("sources"), table])


def _source(row: SourceRow, now: datetime) -> Row:
    tile = kind_tile(row.kind) if row.kind else None
    second = KIND_WORDS[row.kind] if row.kind else "Kind not yet known"
    run = None
    if row.app_id is None and row.state is VersionState.BUILT:
        run = ButtonLink("Publish", f"/applications/new?source={row.id}", opens_dialog=True, extra="btn-sm")
    link = f"/applications/{row.app_id}/versions" if row.app_id else None
    return Row(
        [
            NameCell(row.name, second, link, tile),
            Text(f"v{row.latest}" if row.latest else "None", is_quiet=not row.latest),
            version_badge(row.state) if row.latest else Text("No files yet", is_quiet=True),
            Person(row.owner),
            Timestamp(row.updated_at, now),
        ],
        run,
    )


@dataclass(frozen=True)
class RowActions(Component):
    """Open and the menu of one application, at the end of its row."""

    template = "apps/row_actions.html"
    content_url: str
    name: str
    menu: ActionsMenu
