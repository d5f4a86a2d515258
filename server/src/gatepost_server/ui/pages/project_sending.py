"""Settings of a project that send its data on: authorized objects of dashboards, and its export."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gatepost_server.jobs import Job, JobState
from gatepost_server.projects import Authorization
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import KindTile, StateBadge, Text, Timestamp, Tone
from gatepost_server.ui.kit.fields import FileField, SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, ButtonLink, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import PostButton, SettingRow, Stack
from gatepost_server.ui.kit.tables import Choice, Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.project import ProjectView, settings_page
from gatepost_server.ui.pages.scenarios import Live

_AUTHORIZED: Final = [
    Column("Dataset", place="title"),
    Column("State", "c-own", place="badge"),
    Column("By", "c-own", place="left"),
    Column("Since", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_TABLE: Final = KindTile("table", "static")
_EXPORTS: Final = [
    Column("Export", place="title"),
    Column("State", "c-own", place="badge"),
    Column("Size", "k-made", place="left"),
    Column("Actions", "k-used", place="act"),
]
_STATES: Final[Mapping[JobState, tuple[str, Tone, Icon, bool]]] = {
    JobState.QUEUED: ("Waits", "gray", "clock", False),
    JobState.RUNNING: ("Is written", "blue", "progress", True),
    JobState.DONE: ("Ready", "green", "check", False),
    JobState.FAILED: ("Failed", "red", "alert-triangle", False),
    JobState.CANCELLED: ("Cancelled", "gray", "ban", False),
}


def authorized(view: ProjectView, found: Sequence[Authorization], now: datetime, url: str) -> Component:
    """Return the datasets that viewers of dashboards see as somebody else may."""
    here = f"{view.base}/settings/dashboards"
    add = ButtonLink("Authorize a dataset", f"{here}/new", "primary", "plus", opens_dialog=True)
    rows = [
        Row(
            [
                NameCell(
                    one.dataset, "", f"{view.base}/datasets/{one.dataset_id}", KindTile("table", "static")
                ),
                StateBadge("Shown", "green", "check")
                if one.is_effective
                else StateBadge("Lost", "amber", "alert-triangle"),
                Text(one.by),
                Timestamp(one.given_at, now),
            ],
            BinLink(f"{here}/{one.dataset_id}/remove", one.dataset),
        )
        for one in found
    ]
    empty = Empty(
        "Nothing is authorized",
        "Viewers of dashboards see the data that they may read themselves. Authorize a dataset, and its "
        "tiles show what you may read, for as long as you may.",
        "eye", add,
    )  # fmt: skip
    table = ResourceTable("authorized", "datasets", _AUTHORIZED, rows, ListState(here, {}), empty)
    path = f"{url}/api/v1/projects/{view.key}/dashboard-authorizations"
    same = [
        Snippet("CLI", f"gatepost dashboards authorize {view.key} orders"),
        Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  {path}'),
    ]
    return settings_page(view, "dashboards", table, actions=[add] if rows else [], same=same)


def authorize_dialog(
    key: str, names: Sequence[str], chosen: str, csrf: str, *, fault: str, is_over: bool
) -> FormDialog:
    """Return the form that authorizes a dataset."""
    here = f"/projects/{key}/settings/dashboards"
    return FormDialog(
        "Authorize a dataset", f"{here}/new", "Authorize",
        [SelectField("dataset", "Dataset", [Choice(name, name) for name in names], chosen)], csrf, here,
        sentence="Viewers of the project's dashboards see its tiles with your rights, as they are then.",
        fault=fault, is_over=is_over, symbol="eye",
    )  # fmt: skip


def withdraw_dialog(key: str, one: Authorization, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a dataset is no longer authorized."""
    here = f"/projects/{key}/settings/dashboards"
    return ConfirmDialog(
        f"No longer authorize {one.dataset}?", "It can be authorized again.",
        f"{here}/{one.dataset_id}/remove", "Withdraw", csrf, here,
        ["Its tiles show what each viewer may read themselves."], is_over=is_over, symbol="eye-off",
    )  # fmt: skip


def exports(view: ProjectView, jobs: Sequence[Job], now: datetime, csrf: str, url: str) -> Component:
    """Return the exports that the viewer asked for, drawn again while one is written."""
    here = f"{view.base}/settings/export"
    start = SettingRow(
        "Export this project",
        "One archive with variables, datasets and their rows, scenarios, dashboards, and who holds what "
        "as information. Keys go as definitions, without their secrets.",
        PostButton("Export", here, csrf, "primary"),
    )
    rows = [Row([_when(one, now), _badge(one), _size(one)], _action(one, here, csrf)) for one in jobs]
    empty = Empty("No exports yet", "An archive is kept for a day.", "file-zip")
    table = ResourceTable("exports", "exports", _EXPORTS, rows, ListState(here, {}), empty)
    is_live = any(not one.state.is_ended for one in jobs)
    failed = next((one for one in jobs[:1] if one.state is JobState.FAILED), None)
    notes = [Note("The last export failed.", failed.reason or "", "red", "alert-triangle")] if failed else []
    content = Stack([start, *notes, Live("export-list", here, table, is_live)])
    same = [
        Snippet("CLI", f"gatepost projects export {view.key} -o {view.key}.tar.gz"),
        Snippet(
            "curl",
            'curl -X POST -H "Authorization: Key $GATEPOST_API_KEY" \\\n'
            f"  {url}/api/v1/projects/{view.key}/export",
        ),
    ]
    return settings_page(view, "export", content, same=same)


def _when(one: Job, now: datetime) -> NameCell:
    return NameCell(
        Timestamp(one.created_at, now).words.capitalize(), one.sentence, None, KindTile("file-zip", "static")
    )


def _badge(one: Job) -> Component:
    badge = StateBadge(*_STATES[one.state])
    return Text(badge, f"{one.progress:.0%}") if one.state is JobState.RUNNING else badge


def _size(one: Job) -> Text:
    size = (one.result or {}).get("size")
    return Text(f"{size / 1_000_000:,.1f} MB" if isinstance(size, int) else "")


def _action(one: Job, here: str, csrf: str) -> Component:
    if one.state is JobState.DONE:
        return ButtonLink("Download", f"{here}/{one.id}", symbol="download")
    if one.state.is_ended:
        return Text("")
    return PostButton("Cancel", f"{here}/{one.id}/cancel", csrf)


def import_dialog(
    key: str, name: str, faults: Mapping[str, str], csrf: str, limit: int, *, is_over: bool
) -> FormDialog:
    """Return the form that brings an archive in."""
    return FormDialog(
        "Import a project", "/projects/import", "Import",
        [
            TextField("key", "Key", key, error=faults.get("key", ""), is_first=True, max_length=50,
                      hint="A letter A–Z, then more of A–Z, 0–9 and _; it stays."),
            TextField("name", "Name", name, error=faults.get("name", ""), is_required=False, max_length=100,
                      hint="The archive's when empty."),
            FileField("bundle", "Archive", ".gz", "A .tar.gz that an export wrote.",
                      faults.get("bundle", ""), limit),
        ],
        csrf, "/projects", sentence="It becomes a new project of yours. Nobody else is given anything.",
        fault=faults.get("", ""), is_over=is_over, symbol="upload",
    )  # fmt: skip
