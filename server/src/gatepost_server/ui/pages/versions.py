"""The versions of a source: their list, one in full with its build log, and the deploy question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.apps.model import AppState, Kind, VersionState
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog
from gatepost_server.ui.kit.facts import Person, Tag, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.kit.work import LogTail, Progress, Step
from gatepost_server.ui.pages.app_words import KIND_WORDS, version_badge
from gatepost_server.ui.pages.applications import AppRow


@dataclass(frozen=True)
class VersionRow:
    """One version. `is_live` serves now, `is_wanted` is to be live as soon as it answers.

    `has_failed` is of a wanted one that will not answer, for its build or its start failed.
    Kind, files and size are None where the source is not to be seen; then it has no page.
    """

    number: int
    state: VersionState
    author: str
    created_at: datetime
    is_live: bool = False
    is_wanted: bool = False
    has_failed: bool = False
    reason: str | None = None
    kind: Kind | None = None
    files: int | None = None
    size: int | None = None
    entrypoint: str = ""
    because: str = ""
    sha256: str = ""
    built_at: datetime | None = None


def size_words(size: int) -> str:
    """Say how many bytes something has."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} kB"
    return f"{size / 1024 / 1024:.1f} MB"


def version_table(rows: Sequence[VersionRow], base: str, now: datetime, *, acts: str, csrf: str) -> Component:
    """Return the list of versions; *acts* says what a version offers: deploy, publish or nothing."""
    live = next((row.number for row in rows if row.is_live), 0)
    columns = [
        Column("Version", place="title"),
        Column("Build", "c-state", place="badge"),
        Column("Files", "k-made", place="none"),
        Column("Made by", "c-own", place="left"),
        Column("Uploaded", "k-made", place="right"),
        Column("Actions", "c-vact", place="act"),
    ]
    empty = Empty("No versions yet", "Upload the files to make the first one.", "box")
    table_rows = [_row(row, base, now, live, acts, csrf) for row in rows]
    return ResourceTable("versions", "versions", columns, table_rows, ListState(base, {}), empty)


def _row(row: VersionRow, base: str, now: datetime, live: int, acts: str, csrf: str) -> Row:
    said = (row.reason or "").partition("\n")[0] or (KIND_WORDS[row.kind] if row.kind else "")
    href = f"{base}/{row.number}" if row.kind else None
    files: Component | str = Text("Not shown", is_quiet=True)
    if row.files is not None and row.size is not None:
        files = Text(f"{row.files} {'file' if row.files == 1 else 'files'}", size_words(row.size))
    return Row(
        [
            NameCell(f"v{row.number}", said, href),
            version_badge(row.state),
            files,
            Person(row.author),
            Timestamp(row.created_at, now),
        ],
        VersionActions(_main(row, base, live, acts), _menu(row, base, csrf)),
    )


@dataclass(frozen=True)
class VersionActions(Component):
    """What a version offers at once, and its menu."""

    template: ClassVar[str] = "apps/version_actions.html"
    main: Component | None
    menu: ActionsMenu


def _main(row: VersionRow, base: str, live: int, acts: str) -> Component | None:
    if row.is_live:
        return Tag("Live", "green", "player-play")
    if row.has_failed:
        return Tag("Failed", "red", "alert-triangle")
    if row.is_wanted:
        return Tag("Next", "blue", "clock")
    if row.state is not VersionState.BUILT or not acts:
        return None
    if acts == "publish":
        source = base.split("/")[2]
        href = f"/applications/new?source={source}&version={row.number}"
        return ButtonLink("Publish", href, opens_dialog=True, extra="btn-sm hide-sm")
    words = "Roll back" if row.number < live else "Deploy"
    return ButtonLink(words, f"{base}/{row.number}/deploy", opens_dialog=True, extra="btn-sm")


def _menu(row: VersionRow, base: str, csrf: str) -> ActionsMenu:
    items = [MenuItem("Build log", f"{base}/{row.number}", "terminal-2")] if row.kind else []
    return ActionsMenu(f"menu-v{row.number}", f"v{row.number}", items, csrf)


def version_detail(row: VersionRow, tail: LogTail, now: datetime) -> Stack:
    """Return one version in full: what it is, how far its build is, and its log."""
    facts = [
        Fact("Made by", Person(row.author)),
        Fact("Uploaded", Timestamp(row.created_at, now)),
    ]
    if row.built_at is not None:
        facts.append(Fact("Build ended", Timestamp(row.built_at, now)))
    if row.kind is not None:
        facts.append(Fact("Kind", f"{KIND_WORDS[row.kind]}, {row.because}" if row.because else row.kind))
    if row.entrypoint:
        facts.append(Fact("Starts with", Text(row.entrypoint, is_mono=True)))
    if row.files is not None and row.size is not None:
        facts.append(Fact("Files", f"{row.files}, {size_words(row.size)} packed"))
    if row.sha256:
        facts.append(Fact("SHA-256", Text(f"{row.sha256[:16]}…{row.sha256[-8:]}", is_mono=True)))
    steps = steps_of(row.state, AppState.STOPPED, is_wanted=False)
    card = Card(f"Version {row.number}", Stack([Progress(steps), Facts(facts)]))
    if row.state is VersionState.FAILED:
        return Stack([Note("The build failed.", row.reason or "", "red", "alert-triangle"), card, tail])
    return Stack([card, tail])


def deploy_dialog(
    row: AppRow, version: VersionRow, now: datetime, csrf: str, *, fault: str = "", is_over: bool
) -> ConfirmDialog:
    """Return the question before an application goes over to a version."""
    base = f"/applications/{row.id}/versions"
    back = version.number < row.version
    made = f"Made by {version.author}, {Timestamp(version.created_at, now).words}."
    return ConfirmDialog(
        f"{'Roll back' if back else 'Deploy'} {row.name} to v{version.number}?",
        made,
        f"{base}/{version.number}/deploy",
        f"{'Roll back' if back else 'Deploy'} to v{version.number}",
        csrf,
        base,
        [
            f"v{row.version} serves until v{version.number} answers; no request is dropped.",
            "You can go back in the same way.",
        ],
        fault=fault,
        is_over=is_over,
        is_danger=False,
        symbol="history" if back else "rocket",
    )


def steps_of(version: VersionState, app: AppState, *, is_wanted: bool) -> list[Step]:
    """Return how far a version is: received, built, started."""
    received = Step("Received", "done")
    start = [Step("Start", "wait")] if is_wanted else []
    if version is VersionState.FAILED:
        return [received, Step("Build", "bad"), *start]
    if version is not VersionState.BUILT:
        return [received, Step("Building", "now"), *start]
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
