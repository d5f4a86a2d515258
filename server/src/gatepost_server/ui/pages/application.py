"""The page of one application: its head and tabs, and the overview."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from gatepost_server.apps import AppKey
from gatepost_server.apps.model import AppState, ProcessSeen
from gatepost_server.authn import Asked
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Avatar, CopyField, Person, StateBadge, Tag, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.notices import Note, Telling
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, PostButton, Stack
from gatepost_server.ui.pages import lending
from gatepost_server.ui.pages.app_words import (
    KIND_WORDS,
    LiveState,
    app_badge,
    kind_tile,
    live_state,
    process_words,
)
from gatepost_server.ui.pages.applications import AppRow, actions_of
from gatepost_server.ui.pages.key_facts import level_words
from gatepost_server.ui.pages.who_card import who_card


@dataclass(frozen=True)
class AppView:
    """One application in full. `frame_url` is empty where a browser cannot frame it.

    `has_failed_build` tells a failed build from a failed start. `names` are of those who hold
    a role on it, for who may share it; `source_id` is empty where the source is not to be seen.
    `key` is what it is run with, `processes` are those that run it, for who may read how it
    is set up.
    """

    row: AppRow
    origin_url: str
    frame_url: str
    deployed_at: datetime | None
    deployed_by: str | None
    isolation: str | None = None
    reason: str | None = None
    has_failed_build: bool = False
    versions: int = 1
    live_version: int | None = None
    source_id: str = ""
    names: Sequence[str] = field(default_factory=list)
    key: AppKey | None = None
    processes: Sequence[ProcessSeen] = ()


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


@dataclass(frozen=True)
class AppLine(Component):
    """The line below an application's name: kind, version and deployment, owner."""

    template: ClassVar[str] = "apps/app_line.html"
    kind: str
    version: str
    owner: str

    @property
    def avatar(self) -> Avatar:
        """The circle before the owner's name."""
        return Avatar(self.owner, "sm")


def page(
    view: AppView,
    here: str,
    content: Component,
    now: datetime,
    csrf: str,
    url: str,
    *,
    same: Sequence[Snippet] = (),
) -> Component:
    """Return the application's page with the tab *here* open; *same* is how it is done elsewhere."""
    row = view.row
    said = f"v{row.version}"
    if view.live_version is not None and view.live_version != row.version:
        said += f" comes, v{view.live_version} answers until then"
    elif view.live_version is None and row.state in (AppState.BUILDING, AppState.STARTING):
        said += " is being made ready"
    elif view.deployed_at is not None:
        said += f", deployed {Timestamp(view.deployed_at, now).words}"
    actions: list[Component] = [
        SameWith(same or same_steering(row, url)),
        actions_of(row, csrf, on_own_page=True),
    ]
    if row.may_share:
        share = f"/applications/{row.id}/share"
        actions.append(ButtonLink("Share", share, symbol="share", opens_dialog=True))
    actions.append(ButtonLink("Open", view.origin_url, "primary", "external-link", in_new_tab=True))
    badge: StateBadge | LiveState = live_state(row.id, row.state)
    head = PageHead(
        row.name,
        AppLine(KIND_WORDS[row.kind], said, row.owner),
        [Crumb("Applications", "/applications"), Crumb(row.name)],
        actions,
        kind_tile(row.kind, is_large=True),
        badge,
    )
    return Stack([head, _tabs(view, here), content])


def _tabs(view: AppView, here: str) -> Tabs:
    row, base = view.row, f"/applications/{view.row.id}"
    tabs = [
        Tab("Overview", base, is_here=here == "overview"),
        Tab("Access", f"{base}/access", row.people, is_here=here == "access"),
    ]
    if row.may_read:
        tabs += [
            Tab("Keys", f"{base}/keys", is_here=here == "keys"),
            Tab("Versions", f"{base}/versions", view.versions, is_here=here == "versions"),
            Tab("Connections", f"{base}/connections", is_here=here == "connections"),
            Tab("Logs", f"{base}/logs", is_here=here == "logs"),
            Tab("Usage", f"{base}/usage", is_here=here == "usage"),
        ]
    if row.may_edit:
        tabs.append(Tab("Settings", f"{base}/settings", is_here=here == "settings"))
    return Tabs(tabs, row.name)


def overview(view: AppView, now: datetime, csrf: str, url: str, asked: Asked | None = None) -> Component:
    """Return the first tab: the content, how it is called, what it is, what it has *asked* of one."""
    row = view.row
    headers = '-H "Authorization: Key $GATEPOST_API_KEY"'
    call = Snippet("curl", f"curl {url}/content/{row.number}/ \\\n  {headers}")
    frame: Component = ContentView(row.name, row.content_url, view.frame_url, resting(view, csrf))
    if row.state is AppState.FAILED and view.live_version is not None:
        logs = ButtonLink("See the log", _failed_log(view), extra="btn-sm")
        done = "built" if view.has_failed_build else "started"
        failed = f"v{row.version} could not be {done}; v{view.live_version} goes on serving."
        note = Note(failed, view.reason or "", "red", "alert-triangle", logs if row.may_read else None)
        frame = Stack([note, frame])
    if asked is not None and not asked.has_agreed:
        frame = Stack([lending.note(row.id, asked), frame])
    narrow = [
        Card("About", Facts(_facts(view, now))),
        who_card(view.row, view.names),
        CallCard(call, row.name),
    ]
    return page(view, "overview", TwoColumns(frame, Stack(narrow)), now, csrf, url)


def _failed_log(view: AppView) -> str:
    """Return the page with the log that says why the wanted version failed."""
    kind = "?kind=build" if view.has_failed_build else ""
    return f"/applications/{view.row.id}/logs{kind}"


def _facts(view: AppView, now: datetime) -> list[Fact]:
    row = view.row
    facts = [Fact("Owner", Person(row.owner))] if row.owner else []
    facts.append(Fact("Version", _version_words(view)))
    if view.deployed_at is not None:
        facts.append(Fact("Deployed", Timestamp(view.deployed_at, now)))
    if view.deployed_by:
        facts.append(Fact("By", Person(view.deployed_by)))
    if view.isolation:
        facts.append(Fact("Isolation", Tag(view.isolation.capitalize(), symbol="shield")))
    if len(view.processes) > 1:
        facts.append(Fact("Processes", Text(*process_words(view.processes))))
    if view.key is not None and view.key.key.owner is not None:
        facts.append(Fact("Acts for", Person(view.key.key.owner.label)))
        said = Text(view.key.key.name, ", ".join(level_words(view.key)))
        facts.append(Fact("Its key", said))
    facts.append(Fact("Short address", f"/content/{row.number}/"))
    if view.source_id:
        facts.append(Fact("Source", ButtonLink("See its files", f"/sources/{view.source_id}", "link")))
    return facts


def _version_words(view: AppView) -> str:
    wanted, live = view.row.version, view.live_version
    if live is None or live == wanted:
        return f"v{wanted}"
    if view.row.state is AppState.FAILED:
        return f"v{wanted} failed; v{live} serves"
    return f"v{wanted} is on its way; v{live} serves"


@dataclass(frozen=True)
class CallCard(Component):
    """How a program calls the application with a key."""

    template: ClassVar[str] = "apps/call_card.html"
    snippet: Snippet
    name: str


@dataclass(frozen=True)
class Resting(Telling, Component):
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
    if view.live_version is not None and view.frame_url:
        return None
    if row.state is AppState.FAILED:
        logs = ButtonLink("See the log", _failed_log(view), "primary", "terminal-2") if row.may_read else None
        done = "built" if view.has_failed_build else "started"
        return Resting(f"It could not be {done}", view.reason or "The log says why.", badge, logs)
    if row.state in (AppState.BUILDING, AppState.STARTING):
        logs = ButtonLink("Watch", f"{base}/build", "primary", "terminal-2") if row.may_read else None
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


def same_steering(row: AppRow, url: str) -> list[Snippet]:
    """Return how an application is steered by CLI and API."""
    app = f"{url}/api/v1/apps/{row.id}"
    return [
        Snippet(
            "CLI",
            f"gatepost apps show {row.number}\ngatepost apps restart {row.number}\n"
            f"gatepost apps logs {row.number} --follow",
        ),
        Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  -X POST {app}/restart'),
    ]
