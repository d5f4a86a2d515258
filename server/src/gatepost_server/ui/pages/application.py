"""The page of one application: overview, access, versions, logs, settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.apps.model import AppState, VersionState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import CopyField, Person, Tag, Text, Timestamp
from gatepost_server.ui.kit.fields import FileField, RadioField, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, CardForm, Fact, Facts, PostButton, SettingRow, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.kit.work import LogTail, Progress, Step
from gatepost_server.ui.pages.app_words import (
    ACCESS_WORDS,
    KIND_WORDS,
    access_options,
    app_badge,
    kind_tile,
    version_badge,
)
from gatepost_server.ui.pages.applications import BUNDLES, AppRow, actions_of


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
class VersionRow:
    """One version. `is_live` serves now, `is_wanted` is to be live as soon as it answers."""

    number: int
    state: VersionState
    author: str
    created_at: datetime
    is_live: bool
    is_wanted: bool
    reason: str | None = None


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
        return Resting("It is on its way", "The page shows it as soon as it answers.", badge, logs)
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


def versions(view: AppView, rows: Sequence[VersionRow], now: datetime, csrf: str, url: str) -> Component:
    """Return the tab with all versions, where one is deployed or rolled back to."""
    base = f"/applications/{view.row.id}"
    columns = [
        Column("Version", place="title"),
        Column("Build", "c-state", place="badge"),
        Column("By", "c-own", place="left"),
        Column("Uploaded", "k-made", place="right"),
        Column("Actions", "c-open", place="act"),
    ]
    live = next((row.number for row in rows if row.is_live), 0)
    empty = Empty("No versions", "Upload the files to make the first one.", "box")
    table = ResourceTable(
        "versions",
        "versions",
        columns,
        [_version(row, base, now, csrf, live) for row in rows],
        ListState(f"{base}/versions", {}),
        empty,
    )
    upload = ButtonLink("Upload a new version", f"{base}/versions/new", "plain", "upload", opens_dialog=True)
    bar = SettingRow(
        "New version", "The present one serves until the new one answers; no request is dropped.", upload
    )
    return page(view, "versions", Stack([Boxed(bar), table]), now, csrf, url)


@dataclass(frozen=True)
class Boxed(Component):
    """One row in a card of its own."""

    template: ClassVar[str] = "apps/boxed.html"
    content: Component


def _version(row: VersionRow, base: str, now: datetime, csrf: str, live: int) -> Row:
    said = row.reason or ("Serves now" if row.is_live else "Starting" if row.is_wanted else "")
    action: Component | None = Tag("Live", "green", "player-play") if row.is_live else None
    if not row.is_live and row.state is VersionState.BUILT:
        words = "Roll back" if row.number < live else "Deploy"
        action = PostButton(words, f"{base}/versions/{row.number}/deploy", csrf, "plain btn-sm")
    return Row(
        [
            NameCell(f"v{row.number}", said, f"{base}/build" if row.is_wanted else None),
            version_badge(row.state),
            Person(row.author),
            Timestamp(row.created_at, now),
        ],
        action,
    )


def logs(view: AppView, tail: LogTail, kind: str, now: datetime, csrf: str, url: str) -> Component:
    """Return the tab with the run log or the build log."""
    base = f"/applications/{view.row.id}/logs"
    which = Segments(
        [
            Tab("Run", base, is_here=kind == "run"),
            Tab("Build", f"{base}?kind=build", is_here=kind == "build"),
        ],
        "Log",
    )
    return page(view, "logs", Stack([which, tail]), now, csrf, url)


@dataclass(frozen=True)
class Segments(Component):
    """A small switch between views of one thing."""

    template: ClassVar[str] = "apps/segments.html"
    items: Sequence[Tab]
    label: str


def building(
    view: AppView, version: int, steps: Sequence[Step], tail: LogTail, now: datetime, csrf: str, url: str
) -> Component:
    """Return the page that shows a version being built and started."""
    card = Card(f"Version {version}", Progress(steps))
    return page(view, "versions", Stack([card, tail]), now, csrf, url)


def steps_of(version: VersionState, app: AppState, *, is_wanted: bool) -> list[Step]:
    """Return how far a version is: received, built, started."""
    received = Step("Received", "done")
    if version is VersionState.FAILED:
        return [received, Step("Build", "bad"), Step("Start", "wait")]
    if version is not VersionState.BUILT:
        return [received, Step("Building", "now"), Step("Start", "wait")]
    if not is_wanted:
        return [received, Step("Built", "done")]
    if app is AppState.FAILED:
        return [received, Step("Built", "done"), Step("Start", "bad")]
    started = app in (AppState.RUNNING, AppState.IDLE)
    return [
        received,
        Step("Built", "done"),
        Step("Running" if started else "Starting", "done" if started else "now"),
    ]


def settings(view: AppView, now: datetime, csrf: str, url: str) -> Component:
    """Return the tab with rename, start and stop, and delete."""
    row, base = view.row, f"/applications/{view.row.id}"
    rename = ButtonLink("Rename", f"{base}/rename", symbol="pencil", opens_dialog=True)
    items: list[Component] = [SettingRow("Name", f"It is called {row.name}. Its addresses stay.", rename)]
    if row.state is AppState.STOPPED:
        items.append(SettingRow("Start", "It answers again.", PostButton("Start", f"{base}/start", csrf)))
    else:
        items.append(
            SettingRow(
                "Restart",
                "A fresh process; open pages reconnect.",
                PostButton("Restart", f"{base}/restart", csrf),
            )
        )
        items.append(
            SettingRow(
                "Stop", "It answers nobody until it is started.", PostButton("Stop", f"{base}/stop", csrf)
            )
        )
    parts: list[Component] = [SettingCard(items)]
    if row.may_delete:
        delete = ButtonLink(f"Delete {row.name}", f"{base}/delete", "danger-line", "trash", opens_dialog=True)
        parts.append(
            SettingCard(
                [SettingRow("Delete", "Stops it and removes its versions and logs for good.", delete)],
                is_danger=True,
            )
        )
    return page(view, "settings", Stack(parts), now, csrf, url)


@dataclass(frozen=True)
class SettingCard(Component):
    """Setting rows in one card; red when they destroy."""

    template: ClassVar[str] = "apps/setting_card.html"
    items: Sequence[Component]
    is_danger: bool = False


def rename_dialog(row: AppRow, name: str, csrf: str, *, error: str = "", is_over: bool) -> FormDialog:
    """Return the form that renames an application."""
    base = f"/applications/{row.id}"
    field = TextField("name", "Name", name, error=error, is_first=True, max_length=120)
    return FormDialog(f"Rename {row.name}", f"{base}/rename", "Rename", [field], csrf, base, is_over=is_over)


def version_dialog(
    row: AppRow, csrf: str, limit_mb: int, *, error: str = "", fault: str = "", is_over: bool
) -> FormDialog:
    """Return the form that uploads and deploys a new version."""
    base = f"/applications/{row.id}"
    field = FileField(
        "bundle", "Bundle", BUNDLES, f"The folder as .zip or .tar.gz, at most {limit_mb} MB.", error
    )
    return FormDialog(
        f"New version of {row.name}",
        f"{base}/versions/new",
        "Upload and deploy",
        [field],
        csrf,
        f"{base}/versions",
        sentence=f"v{row.version} serves until the new one answers.",
        fault=fault,
        is_over=is_over,
        is_upload=True,
        symbol="upload",
    )


def delete_dialog(row: AppRow, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before an application is deleted."""
    return ConfirmDialog(
        f"Delete {row.name}?",
        "This cannot be undone.",
        f"/applications/{row.id}/delete",
        f"Delete {row.name}",
        csrf,
        f"/applications/{row.id}",
        [
            "It stops at once; open pages close.",
            f"{row.content_url} and its own address answer nobody any more.",
            "Its versions, builds and logs are removed. The audit stays.",
        ],
        row.name,
        fault,
        is_over,
    )


def _same(view: AppView, url: str) -> list[Snippet]:
    row = view.row
    cli = f"gatepost apps show {row.id}\ngatepost apps restart {row.id}\ngatepost apps logs {row.id} --follow"
    api = f"GET  {url}/api/v1/apps/{row.id}\nPOST {url}/api/v1/apps/{row.id}/restart"
    return [Snippet("CLI", cli), Snippet("API", api)]
