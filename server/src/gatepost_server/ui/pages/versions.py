"""The versions of a source: their list, one in full with its build log, and the deploy question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from gatepost_server.apps import Parameter
from gatepost_server.apps.model import AppState, Kind, Resources, VersionState
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
    Kind, files, size and resources are None where the source is not to be seen; then it has
    no page. A draft's kind is not known yet. `others` are authors before the last one.
    `source_id` is of a version of another source, which `source` names.
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
    resources: Resources | None = None
    based_on: int | None = None
    others: Sequence[str] = ()
    source_id: str = ""
    source: str = ""
    parameters: Sequence[Parameter] = ()

    @property
    def is_draft(self) -> bool:
        """True while it may be changed."""
        return self.state is VersionState.DRAFT

    @property
    def has_page(self) -> bool:
        """True where its source may be seen."""
        return self.files is not None


def size_words(size: int) -> str:
    """Say how many bytes something has."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} kB"
    return f"{size / 1024 / 1024:.1f} MB"


def version_table(rows: Sequence[VersionRow], base: str, now: datetime, *, acts: str, csrf: str) -> Component:
    """Return the list of versions; *acts* says what a version offers: deploy, publish or nothing."""
    live = next((row.number for row in rows if row.is_live and not row.source_id), 0)
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
    if row.source_id:
        said = f"of {row.source}"
    href = f"{base}/{row.number}" if row.has_page else None
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
    words = "Roll back" if row.number < live or row.source_id else "Deploy"
    href = f"{base}/{row.number}/deploy{_asked_with(row, None)}"
    return ButtonLink(words, href, opens_dialog=True, extra="btn-sm")


def _menu(row: VersionRow, base: str, csrf: str) -> ActionsMenu:
    items: list[MenuItem] = []
    if row.has_page and row.number > 1 and base.startswith("/sources/"):
        items.append(MenuItem("Compare", f"{base}/{row.number}/compare", "table"))
    if row.has_page and not row.is_draft:
        items.append(MenuItem("Build log", f"{base}/{row.number}", "terminal-2"))
    return ActionsMenu(f"menu-{row.source_id}v{row.number}", f"v{row.number}", items, csrf)


def version_detail(row: VersionRow, tail: LogTail, now: datetime, *further: Component) -> Stack:
    """Return one version in full: what it is, how far its build is, *further* cards, and its log."""
    card = Card(f"Version {row.number}", Stack([Progress(_steps(row)), Facts(version_facts(row, now))]))
    if row.state is VersionState.FAILED:
        note = Note("The build failed.", row.reason or "", "red", "alert-triangle")
        return Stack([note, card, *further, tail])
    return Stack([card, *further, tail])


def version_facts(row: VersionRow, now: datetime) -> list[Fact]:
    """Return what there is to know of a version."""
    facts = [Fact("Made by", Person(row.author, _others(row)))]
    facts.append(Fact("Begun" if row.is_draft else "Made", Timestamp(row.created_at, now)))
    if row.based_on is not None:
        facts.append(Fact("Made from", f"v{row.based_on}"))
    if row.built_at is not None:
        facts.append(Fact("Build ended", Timestamp(row.built_at, now)))
    if row.kind is not None:
        facts.append(Fact("Kind", f"{KIND_WORDS[row.kind]}, {row.because}" if row.because else row.kind))
    if row.entrypoint:
        facts.append(Fact("Starts with", Text(row.entrypoint, is_mono=True)))
    if row.files is not None and row.size is not None:
        facts.append(Fact("Files", f"{row.files}, {size_words(row.size)}"))
    if row.sha256:
        facts.append(Fact("SHA-256", Text(f"{row.sha256[:16]}…{row.sha256[-8:]}", is_mono=True)))
    return facts


def _others(row: VersionRow) -> str:
    return f"with {', '.join(row.others)}" if row.others else ""


def _steps(row: VersionRow) -> list[Step]:
    return steps_of(row.state, AppState.STOPPED, is_wanted=False)


def deploy_dialog(
    row: AppRow,
    version: VersionRow,
    now: datetime,
    csrf: str,
    *,
    fault: str = "",
    others: Mapping[str, str] | None = None,
    is_over: bool,
) -> ConfirmDialog:
    """Return the question before an application goes over to a version.

    *others* are those whose work in it is confirmed by deploying, name by id.
    """
    base = f"/applications/{row.id}/versions"
    back = version.number < row.version or bool(version.source_id)
    to = f"v{version.number} of {version.source}" if version.source_id else f"v{version.number}"
    made = f"Made by {version.author}, {Timestamp(version.created_at, now).words}."
    return ConfirmDialog(
        f"{'Roll back' if back else 'Deploy'} {row.name} to {to}?",
        made,
        f"{base}/{version.number}/deploy{_asked_with(version, others)}",
        f"{'Roll back' if back else 'Deploy'} to v{version.number}",
        csrf,
        base,
        [
            *_acting(others),
            f"v{row.version} serves until v{version.number} answers; no request is dropped.",
            "You can go back in the same way.",
        ],
        fault=fault,
        is_over=is_over,
        is_danger=False,
        symbol="history" if back else "rocket",
    )


def _asked_with(version: VersionRow, others: Mapping[str, str] | None) -> str:
    said = [("source", version.source_id)] if version.source_id else []
    said += [("confirmed", one) for one in others or ()]
    return f"?{urlencode(said)}" if said else ""


def _acting(others: Mapping[str, str] | None) -> list[str]:
    """Say whose code will act with the rights of whoever deploys."""
    if not others:
        return []
    return [f"It holds work of {', '.join(others.values())}, which will act with your rights."]


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
