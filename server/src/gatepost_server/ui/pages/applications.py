"""The Applications page: all applications one may open, and what may be done to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gatepost_server.apps.model import AppState, Kind
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
from gatepost_server.ui.pages.app_words import KIND_WORDS, kind_tile, live_state


@dataclass(frozen=True)
class Counts:
    """How many applications, sources and use cases the viewer may see."""

    apps: int
    sources: int
    usecases: int = 0


@dataclass(frozen=True)
class AppRow:
    """One application as lists show it. `may_*` were decided by the page.

    `may_read` opens its versions and logs; `may_upload` is for a new version of its source.
    `people` is how many hold a role on it; None for who may not share it. `copies` is where its
    source is duplicated, for who may. `outside` is who is on the list while external sharing is on.
    """

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
    may_read: bool = False
    may_edit: bool = False
    may_upload: bool = False
    may_delete: bool = False
    may_share: bool = False
    people: int | None = None
    copies: str = ""
    outside: Sequence[str] | None = None


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


def registry_head(
    here: Literal["apps", "sources", "usecases"],
    counts: Counts,
    csrf: str,
    same: Sequence[Snippet],
    *,
    may_publish: bool,
    more: Sequence[Component] = (),
) -> Stack:
    """Return the head and the tabs of the registry: applications, their sources, use cases."""
    sentence = "Everything you may open, and what you publish." if may_publish else "Everything you may open."
    actions: list[Component] = [SameWith(same), *more, *([add_menu(csrf)] if may_publish else [])]
    tabs = [
        Tab("All applications", "/applications", counts.apps, is_here=here == "apps"),
        Tab("Application sources", "/sources", counts.sources, is_here=here == "sources"),
        Tab("Use cases", "/use-cases", counts.usecases, is_here=here == "usecases"),
    ]
    return Stack([PageHead("Applications", sentence, actions=actions), Tabs(tabs, "Applications")])


_COLUMNS: Final = [
    Column("Name", sort="name", place="title"),
    Column("Version", "c-ver", place="none"),
    Column("State", "c-state", place="badge"),
    Column("Owner", "c-own", place="left"),
    Column("Access", "c-share", place="right"),
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
    counts: Counts,
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
    head = registry_head("apps", counts, csrf, _same(url), may_publish=may_publish and not uploads_refused)
    return Stack([head, *note, table])


def _same(url: str) -> list[Snippet]:
    call = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    return [
        Snippet("CLI", "gatepost apps list\ngatepost deploy DIR --name NAME"),
        Snippet(
            "curl",
            f"{call} \\\n  {url}/api/v1/apps\n"
            f"{call} \\\n  -F name=NAME -F bundle=@app.tar.gz \\\n  {url}/api/v1/apps",
        ),
    ]


def _row(row: AppRow, now: datetime, csrf: str) -> Row:
    return Row(
        [
            NameCell(
                row.name,
                f"{KIND_WORDS[row.kind]} · /content/{row.number}/",
                f"/applications/{row.id}",
                kind_tile(row.kind),
            ),
            Text(f"v{row.version}"),
            live_state(row.id, row.state),
            Person(row.owner),
            _access(row),
            Timestamp(row.updated_at, now),
        ],
        RowActions(row.content_url, row.name, actions_of(row, csrf)),
    )


def _access(row: AppRow) -> Text:
    """Say in short who may open it."""
    more = "" if row.outside is None else "and people outside"
    if row.access != "grants":
        return Text("Everybody signed in" if row.access == "signed_in" else "Anyone", more)
    if row.people is None:
        return Text("Shared with you", is_quiet=True)
    if row.people <= 1:
        return Text("The owner", more) if more else Text("Only the owner", is_quiet=True)
    return Text(f"{row.people} people", more)


def actions_of(row: AppRow, csrf: str, *, on_own_page: bool = False) -> ActionsMenu:
    """Return the menu of one application, with what the viewer may do."""
    here = f"/applications/{row.id}"
    items: list[MenuItem] = []
    if on_own_page:
        items.append(
            MenuItem("Open Solo", row.content_url, "arrows-maximize", in_new_tab=True, only_narrow=True)
        )
    if row.may_share:
        items.append(MenuItem("Share", f"{here}/share", "share", opens_dialog=True))
    if row.may_share and not on_own_page:
        items.append(MenuItem("Access", f"{here}/access", "users"))
    if row.may_edit:
        items += _editing(row, here)
    items += _of_source(row, here)
    if row.may_read:
        items.append(MenuItem("Logs", f"{here}/logs", "terminal-2"))
    if row.may_edit:
        items.append(MenuItem("Rename", f"{here}/rename", "pencil", opens_dialog=True, starts_group=True))
    if row.may_delete:
        items.append(
            MenuItem(f"Delete {row.name}…", f"{here}/delete", "trash", opens_dialog=True, is_danger=True)
        )
    look: Literal["plain", "quiet btn-sm"] = "plain" if on_own_page else "quiet btn-sm"
    return ActionsMenu(f"menu-{row.id}", row.name, items, csrf, look=look)


def _editing(row: AppRow, here: str) -> list[MenuItem]:
    """Return what an editor may do: link it, and steer it as its state allows."""
    link = MenuItem("Link to use cases", f"{here}/use-cases", "folders", opens_dialog=True)
    if row.state is AppState.STOPPED:
        start = MenuItem("Start", f"{here}/start", "player-play", posts=True, starts_group=True)
        return [link, start]
    restart = MenuItem("Restart", f"{here}/restart", "refresh", posts=True, starts_group=True)
    return [link, restart, MenuItem("Stop", f"{here}/stop", "player-stop", posts=True)]


def _of_source(row: AppRow, here: str) -> list[MenuItem]:
    items: list[MenuItem] = []
    if row.may_edit:
        items.append(MenuItem("Replace source", f"{here}/replace", "box", opens_dialog=True))
    if row.may_upload:
        items.append(MenuItem("Upload a new version", f"{here}/versions/new", "upload", opens_dialog=True))
    if row.copies:
        items.append(MenuItem("Duplicate source", row.copies, "copy", opens_dialog=True))
    return items


@dataclass(frozen=True)
class RowActions(Component):
    """Open and the menu of one application, at the end of its row."""

    template = "apps/row_actions.html"
    content_url: str
    name: str
    menu: ActionsMenu
