"""The page of one application: overview, access, versions, logs, settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.apps.model import AppState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import CopyField, Person, Tag, Text, Timestamp
from gatepost_server.ui.kit.fields import RadioField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, CardForm, Fact, Facts, PostButton, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, ResourceTable, Row
from gatepost_server.ui.pages.app_words import (
    ACCESS_WORDS,
    KIND_WORDS,
    access_options,
    app_badge,
    kind_tile,
)
from gatepost_server.ui.pages.applications import AppRow, actions_of


@dataclass(frozen=True)
class AppView:
    """One application in full. `frame_url` is empty where a browser cannot frame it."""

    row: AppRow
    origin_url: str
    frame_url: str
    deployed_at: datetime | None
    deployed_by: str | None
    isolation: str | None = None
    reason: str | None = None
    versions: int = 1
    may_share: bool = False


@dataclass(frozen=True)
class AccessRow:
    """Somebody who may do something with the application, and by what."""

    name: str
    role: str
    through: str
    until: datetime | None = None


@dataclass(frozen=True)
class ContentView(Component):
    """The application in a frame of its own origin, with its address and Open Solo.

    `rest` stands in place of the frame when there is nothing to show.
    """

    template: ClassVar[str] = "apps/content_view.html"
    name: str
    content_url: str
    frame_url: str
    rest: Component | None = None

    @property
    def copy(self) -> CopyField:
        """The address, to copy."""
        return CopyField(self.content_url, "Content URL", is_small=True)


@dataclass(frozen=True)
class TwoColumns(Component):
    """A wide column and a narrow one beside it."""

    template: ClassVar[str] = "apps/two_columns.html"
    wide: Component
    narrow: Component


def page(view: AppView, here: str, content: Component, now: datetime, csrf: str, url: str) -> Component:
    """Return the application's page with the tab *here* open."""
    row = view.row
    base = f"/applications/{row.id}"
    said = f"{KIND_WORDS[row.kind]} · v{row.version}"
    if view.deployed_at is not None:
        said += f", deployed {Timestamp(view.deployed_at, now).words}"
    if row.owner:
        said += f" · {row.owner}"
    head = PageHead(
        row.name,
        said,
        [Crumb("Applications", "/applications"), Crumb(row.name)],
        [
            SameWith(_same(view, url)),
            actions_of(row, csrf, on_own_page=True),
            ButtonLink("Open", view.origin_url, "primary", "external-link", in_new_tab=True),
        ],
        kind_tile(row.kind, is_large=True),
        app_badge(row.state),
    )
    tabs = [
        Tab("Overview", base, is_here=here == "overview"),
        Tab("Access", f"{base}/access", is_here=here == "access"),
    ]
    if row.may_edit:
        tabs += [
            Tab("Versions", f"{base}/versions", view.versions, is_here=here == "versions"),
            Tab("Logs", f"{base}/logs", is_here=here == "logs"),
            Tab("Settings", f"{base}/settings", is_here=here == "settings"),
        ]
    return Stack([head, Tabs(tabs, row.name), content])


def overview(view: AppView, now: datetime, csrf: str, url: str) -> Component:
    """Return the first tab: the content, how it is called, what it is."""
    row = view.row
    facts = [
        Fact("Content URL", f"/content/{row.number}/ works too"),
        Fact("Who may open it", ACCESS_WORDS[row.access]),
        Fact("Owner", Person(row.owner)),
    ]
    if view.deployed_at is not None:
        facts.append(Fact("Deployed", Timestamp(view.deployed_at, now)))
    if view.deployed_by:
        facts.append(Fact("By", view.deployed_by))
    if view.isolation:
        facts.append(Fact("Isolation", Tag(view.isolation, symbol="shield")))
    call = Snippet(
        "curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {url}/content/{row.number}/'
    )
    calls = CallCard(call, row.name)
    frame = ContentView(row.name, row.content_url, view.frame_url, resting(view, csrf))
    content = TwoColumns(frame, Stack([Card("About", Facts(facts)), calls]))
    return page(view, "overview", content, now, csrf, url)


@dataclass(frozen=True)
class CallCard(Component):
    """How a program calls the application with a key."""

    template: ClassVar[str] = "apps/call_card.html"
    snippet: Snippet
    name: str


@dataclass(frozen=True)
class Resting(Component):
    """What stands in the frame's place: why there is nothing to see, and the next step."""

    template: ClassVar[str] = "apps/resting.html"
    title: str
    sentence: str
    badge: Component
    action: Component | None = None
    watch: str = ""


def resting(view: AppView, csrf: str) -> Component | None:
    """Return what to show instead of the content, or None when it can be shown."""
    row, base = view.row, f"/applications/{view.row.id}"
    badge = app_badge(row.state)
    if row.state is AppState.STOPPED:
        start = PostButton("Start", f"{base}/start", csrf, "primary") if row.may_edit else None
        return Resting("This application is stopped", "It answers nobody until it is started.", badge, start)
    if row.state is AppState.FAILED:
        logs = ButtonLink("See the logs", f"{base}/logs", "primary", "terminal-2") if row.may_edit else None
        return Resting("It could not be started", view.reason or "The log says why.", badge, logs)
    if row.state in (AppState.BUILDING, AppState.STARTING):
        logs = ButtonLink("Watch", f"{base}/build", "primary", "terminal-2") if row.may_edit else None
        return Resting("It is on its way", "This page shows it as soon as it answers.", badge, logs, base)
    if not view.frame_url:
        solo = ButtonLink("Open Solo", row.content_url, "primary", "arrows-maximize", in_new_tab=True)
        return Resting(
            "Open it in its own tab",
            "Over plain http a browser does not sign in inside a frame.",
            badge,
            solo,
        )
    return None


def access(
    view: AppView,
    rows: Sequence[AccessRow],
    ceiling: str,
    now: datetime,
    csrf: str,
    url: str,
    *,
    error: str = "",
) -> Component:
    """Return the tab that says who may open it, and sets the access type."""
    base = f"/applications/{view.row.id}"
    parts: list[Component] = []
    if view.may_share:
        choice = RadioField("access", "Who may open it", access_options(ceiling), view.row.access, error)
        parts.append(CardForm("General access", f"{base}/access", "Save", [choice], csrf))
    else:
        words = ACCESS_WORDS[view.row.access]
        parts.append(Note(f"{words} may open it.", "Its owner decides this.", "blue", "lock"))
    columns = [
        Column("Person or group", place="title"),
        Column("Role", "c-own", place="badge"),
        Column("Through", "c-share", place="left"),
        Column("Until", "k-made", place="right"),
    ]
    cells: list[Row] = [
        Row(
            [
                Person(row.name),
                Tag(row.role.capitalize()),
                Text(row.through, is_quiet=True),
                Timestamp(row.until, now) if row.until else Text("No end", is_quiet=True),
            ]
        )
        for row in rows
    ]
    empty = Empty("Only general access", "Nobody was given a role on it.", "users")
    parts.append(ResourceTable("access", "people", columns, cells, ListState(f"{base}/access", {}), empty))
    return page(view, "access", Stack(parts), now, csrf, url)


def _same(view: AppView, url: str) -> list[Snippet]:
    row = view.row
    cli = f"gatepost apps show {row.id}\ngatepost apps restart {row.id}\ngatepost apps logs {row.id} --follow"
    api = f"GET  {url}/api/v1/apps/{row.id}\nPOST {url}/api/v1/apps/{row.id}/restart"
    return [Snippet("CLI", cli), Snippet("API", api)]
