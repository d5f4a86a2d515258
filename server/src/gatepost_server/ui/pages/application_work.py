"""What happens to an application's code: its versions, builds and logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.apps.model import AppState, VersionState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Person, Tag, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Tab
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, PostButton, SettingRow, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.kit.work import LogTail, Progress, Step
from gatepost_server.ui.pages.app_words import (
    version_badge,
)
from gatepost_server.ui.pages.application import AppView, page


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
    view: AppView, steps: Sequence[Step], tail: LogTail, now: datetime, csrf: str, url: str
) -> Component:
    """Return the page that shows a version being built and started."""
    version = view.row.version
    card = Card(f"Version {version}", Progress(steps))
    parts: list[Component] = [card, tail]
    if all(step.state == "done" for step in steps):
        see = ButtonLink("See it", f"/applications/{view.row.id}", "primary", "arrow-right")
        parts.insert(
            0, Note(f"v{version} is running.", "It serves from now on.", "green", "circle-check", see)
        )
    return page(view, "versions", Stack(parts), now, csrf, url)


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
